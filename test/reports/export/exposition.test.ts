import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderExposition } from '../../../reports/export/exposition.ts';
import type { MetricFamily } from '../../../reports/export/metric-family.ts';
import { resultMetrics } from '../../../reports/export/result-metrics.ts';
import { exampleResult } from '../example-result.ts';

const EXAMPLE = exampleResult({
  shards: 3,
  thresholds: ['putToGet.p50 < 1s', 'putToGet.p99 < 1ms', 'putToGet.p99.9 < 1s'],
  throttledPerSecond: () => 2,
  lostByDashboard: 7,
});
const families = resultMetrics([{ name: 'clicks', result: EXAMPLE }]);
const text = renderExposition(families, 'prometheus');
/** Lines of one metric. */
const linesOf = (name: string, document = text) =>
  document.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

describe('the metrics of a result', () => {
  test('show verdict, validity and each threshold', () => {
    expect(linesOf('streamgauge_run_verdict')).toEqual([
      'streamgauge_run_verdict{run="clicks",verdict="passed"} 0',
      'streamgauge_run_verdict{run="clicks",verdict="failed"} 1',
      'streamgauge_run_verdict{run="clicks",verdict="invalid"} 0',
      'streamgauge_run_verdict{run="clicks",verdict="measured"} 0',
    ]);
    expect(linesOf('streamgauge_run_valid')).toEqual(['streamgauge_run_valid{run="clicks"} 1']);
    expect(linesOf('streamgauge_threshold_holds')).toEqual([
      'streamgauge_threshold_holds{run="clicks",threshold="putToGet.p50 < 1s"} 1',
      'streamgauge_threshold_holds{run="clicks",threshold="putToGet.p99 < 1ms"} 0',
      'streamgauge_threshold_holds{run="clicks",threshold="putToGet.p99.9 < 1s"} NaN',
      'streamgauge_threshold_holds{run="clicks",threshold="undelivered == 0 (default)"} 0',
    ]);
  });

  test('have the same percentiles as the summary, in seconds', () => {
    const { putToGet } = EXAMPLE.summary.spans;
    const fields = {
      0.5: 'p50Ns',
      0.75: 'p75Ns',
      0.9: 'p90Ns',
      0.95: 'p95Ns',
      0.99: 'p99Ns',
      0.999: 'p999Ns',
    } as const;
    for (const [quantile, field] of Object.entries(fields)) {
      expect(linesOf('streamgauge_latency_seconds')).toContain(
        `streamgauge_latency_seconds{run="clicks",span="put_to_get",quantile="${quantile}"} ${putToGet[field]! / 1e9}`,
      );
    }
    // 20,000 records do not support p99.99.
    expect(text).not.toContain('quantile="0.9999"');
    expect(linesOf('streamgauge_latency_seconds_count')).toContain(
      `streamgauge_latency_seconds_count{run="clicks",span="put_to_get"} ${putToGet.count}`,
    );
  });

  test('count the whole run, by consumer and by shard', () => {
    expect(linesOf('streamgauge_acknowledged_records_total')).toEqual([
      'streamgauge_acknowledged_records_total{run="clicks"} 12000',
    ]);
    expect(linesOf('streamgauge_lost_records_total')).toEqual([
      'streamgauge_lost_records_total{run="clicks",consumer="dashboard"} 7',
      'streamgauge_lost_records_total{run="clicks",consumer="fraud"} 0',
    ]);
    expect(linesOf('streamgauge_shard_acknowledged_records_total').map((line) => line.split(' ')[1])).toEqual([
      '4008',
      '3996',
      '3996',
    ]);
  });

  test('several results share one head and differ by the label run', () => {
    const several = renderExposition(
      resultMetrics([
        { name: 'a', result: EXAMPLE },
        { name: 'b', result: EXAMPLE },
      ]),
      'prometheus',
    );
    expect(several.match(/^# TYPE streamgauge_run_valid /gm)).toHaveLength(1);
    expect(linesOf('streamgauge_run_valid', several)).toHaveLength(2);
  });

  test('have only labels whose values a scenario bounds', () => {
    const labels = new Set(families.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.labels))));
    expect([...labels].sort()).toEqual(
      [
        'consumer',
        'kind',
        'run',
        'scenario',
        'scenario_hash',
        'seed',
        'shard',
        'span',
        'target',
        'threshold',
        'verdict',
        'version',
      ].sort(),
    );
  });
});

describe('the text', () => {
  const odd: MetricFamily[] = [
    { name: 'x_seconds', kind: 'counter', help: 'a \\ b\n"c"', samples: [{ labels: { l: 'a\\b"c\nd' }, value: 1.5 }] },
    { name: 'y', kind: 'info', help: 'y', samples: [{ labels: { v: '1' }, value: 1 }] },
    {
      name: 'z',
      kind: 'gauge',
      help: 'z',
      samples: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21].map((value) => ({
        labels: {},
        value,
      })),
    },
    { name: 'none', kind: 'gauge', help: 'never shown', samples: [] },
  ];

  test('follows version 0.0.4 of the Prometheus format', () => {
    expect(renderExposition(odd, 'prometheus')).toBe(
      [
        '# HELP x_seconds_total a \\\\ b\\n"c"',
        '# TYPE x_seconds_total counter',
        'x_seconds_total{l="a\\\\b\\"c\\nd"} 1.5',
        '# HELP y_info y',
        '# TYPE y_info gauge',
        'y_info{v="1"} 1',
        '# HELP z z',
        '# TYPE z gauge',
        'z NaN',
        'z +Inf',
        'z -Inf',
        'z 1e+21',
        '',
      ].join('\n'),
    );
  });

  test('follows version 1.0 of OpenMetrics', () => {
    expect(renderExposition(odd.slice(0, 2), 'openmetrics')).toBe(
      [
        '# TYPE x_seconds counter',
        '# UNIT x_seconds seconds',
        '# HELP x_seconds a \\\\ b\\n\\"c\\"',
        'x_seconds_total{l="a\\\\b\\"c\\nd"} 1.5',
        '# TYPE y info',
        '# HELP y y',
        'y_info{v="1"} 1',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  test('has one line for each sample, whatever a label contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (label) => {
        const family: MetricFamily = {
          name: 'x',
          kind: 'gauge',
          help: 'x',
          samples: [{ labels: { l: label }, value: 1 }],
        };
        const lines = renderExposition([family], 'prometheus').split('\n');
        expect(lines).toHaveLength(4);
        const [, quoted = ''] = /^x\{l="((?:[^"\\\n]|\\[\\n"])*)"\} 1$/.exec(lines[2]!) ?? [];
        const read = quoted.replace(/\\([\\n"])/g, (_, sign) => (sign === 'n' ? '\n' : sign));
        expect(read).toBe(label.toWellFormed());
      }),
    );
  });
});
