import { describe, expect, test } from 'vitest';
import type { MetricFamily } from '../../../reports/export/metric-family.ts';
import { otlpRequest } from '../../../reports/export/otlp-json.ts';

const CONTEXT = { resource: { 'service.name': 'streamgauge' }, version: '1.2', startMs: 1e12, atMs: 1e12 + 5000.25 };
const TIMES = { startTimeUnixNano: '1000000000000000000', timeUnixNano: '1000000005000250000' };
const RUN = [{ key: 'run', value: { stringValue: 'a' } }];

const one = (
  kind: MetricFamily['kind'],
  name: string,
  value: MetricFamily['samples'][number]['value'],
): MetricFamily => ({
  name: `streamgauge_${name}`,
  kind,
  help: 'h',
  samples: [{ labels: { run: 'a' }, value }],
});

function metricOf(family: MetricFamily): unknown {
  const request = otlpRequest([family], CONTEXT) as { resourceMetrics: { scopeMetrics: { metrics: unknown[] }[] }[] };
  return request.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0];
}

describe('OTLP in JSON', () => {
  test('names the resource and the scope of the metrics', () => {
    expect(otlpRequest([], CONTEXT)).toEqual({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'streamgauge' } }] },
          scopeMetrics: [{ scope: { name: 'streamgauge', version: '1.2' }, metrics: [] }],
        },
      ],
    });
  });

  test('a counter is a cumulative sum with whole numbers as text', () => {
    expect(metricOf(one('counter', 'throttled_records', 2 ** 40))).toEqual({
      name: 'streamgauge.throttled_records',
      unit: '{record}',
      description: 'h',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [{ attributes: RUN, ...TIMES, asInt: '1099511627776' }],
      },
    });
  });

  test('a gauge is a fraction, or has the flag that it has no value', () => {
    expect(metricOf(one('gauge', 'achieved_ratio', 0.5))).toMatchObject({
      name: 'streamgauge.achieved',
      unit: '1',
      gauge: { dataPoints: [{ asDouble: 0.5 }] },
    });
    expect(metricOf(one('gauge', 'threshold_holds', Number.NaN))).toEqual({
      name: 'streamgauge.threshold_holds',
      unit: '',
      description: 'h',
      gauge: { dataPoints: [{ attributes: RUN, ...TIMES, flags: 1 }] },
    });
  });

  test('points without a value come after those with one', () => {
    const samples = [Number.NaN, 1, Number.NaN, 0].map((value, index) => ({ labels: { run: String(index) }, value }));
    const points = metricOf({ ...one('gauge', 'threshold_holds', 0), samples });
    const flagged = { flags: 1 };
    expect(points).toMatchObject({ gauge: { dataPoints: [{ asDouble: 1 }, { asDouble: 0 }, flagged, flagged] } });
  });

  test('the kind of a metric decides the type of its numbers, not their values', () => {
    expect(metricOf(one('gauge', 'live_achieved_records_per_second', 500))).toMatchObject({
      gauge: { dataPoints: [{ asDouble: 500 }] },
    });
    expect(metricOf(one('info', 'run', 1))).toMatchObject({ gauge: { dataPoints: [{ asDouble: 1 }] } });
    expect(metricOf(one('counter', 'dropped_records', 0))).toMatchObject({ sum: { dataPoints: [{ asInt: '0' }] } });
  });

  test('a summary keeps its quantiles', () => {
    const quantiles = [
      [0.5, 0.01],
      [0.99, 0.2],
    ] as const;
    expect(metricOf(one('summary', 'latency_seconds', { count: 10, sum: 0.5, quantiles }))).toMatchObject({
      name: 'streamgauge.latency',
      unit: 's',
      summary: {
        dataPoints: [
          {
            count: '10',
            sum: 0.5,
            quantileValues: [
              { quantile: 0.5, value: 0.01 },
              { quantile: 0.99, value: 0.2 },
            ],
          },
        ],
      },
    });
  });
});
