import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { Result } from '../../../reports/result/result.ts';
import { renderJson } from '../../../reports/text/render-json.ts';
import { renderSummary, renderVerdictLine } from '../../../reports/text/render-text.ts';
import { type ExampleOptions, exampleResult, withStall } from '../example-result.ts';

const PLAIN = { colours: false, width: 80 };
const summaryOf = (options: ExampleOptions) => renderSummary(exampleResult(options), PLAIN);

/** A target that stalls for two of twelve seconds, throttles a few records, and loses seven. */
const EVENTFUL: ExampleOptions = {
  shards: 3,
  thresholds: [
    'putToGet.p99 < 70ms',
    'putToGet.p50 < 70ms over 5s',
    'putToGet.p99.9 < 1s',
    'lost == 0',
    'achieved.ratio >= 99%',
  ],
  latencyMs: (second, index) => (second === 6 || second === 7 ? 900 : 20 + (index % 50)),
  throttledPerSecond: () => 2,
  lostByDashboard: 7,
};

describe('the summary of a run', () => {
  test('names what the records near p99 waited for, if the result contains it', () => {
    const options: ExampleOptions = { beforeMs: (_, index) => (index % 50 === 49 ? 60 : 5) };
    const latencyMs = (_: number, index: number) => (index % 50 === 49 ? 90 : 20);
    const text = summaryOf({ ...options, latencyMs, throttledPerSecond: () => 2 });
    expect(text).toContain(`
At p99, 66.7% of put-to-get (60.0ms of 90.0ms) passed before the last send:
batches, throttling and retries; at p50, 25% (5.00ms of 20.0ms).
`);
    expect(summaryOf({ latencyMs })).not.toContain('the last send:');
    const { composition } = JSON.parse(renderJson(exampleResult({ ...options, latencyMs }))).summary;
    expect(composition.p99).toMatchObject({ count: 400, putToGetNs: 90e6, beforeNs: 60e6, afterNs: 30e6 });
  });

  test('starts with the verdict, followed by the reasons', () => {
    const text = renderSummary(exampleResult(EVENTFUL), { ...PLAIN, resultPath: 'results/clickstream/result.json' });
    expect(text).toMatchInlineSnapshot(`
      "clickstream  on engine with 3 shards, ran 12.0s, seed 7
      FAILED  2 of 6 thresholds hold, 1 could not be judged.

      Thresholds
        ✗  putToGet.p99 < 70ms           900ms
        ✓  putToGet.p50 < 70ms over 5s  61.0ms  worst: 3.00s to 8.00s
        ?  putToGet.p99.9 < 1s               -
        ✗  lost == 0                         7
        ✓  achieved.ratio >= 99%          100%
        ✗  undelivered == 0 (default)        7
          ? putToGet.p99.9 < 1s: needs 100,000 records, there are 19,993.

      Put-to-get  by consumer, recorded phases
                           count   mean     p50    p90    p99   p99.9    max
      dashboard  polling   9,993  216ms  51.0ms  900ms  900ms  900ms*  900ms
      fraud      fan-out  10,000  216ms  51.0ms  900ms  900ms   900ms  900ms

      Latency  recorded phases; a percentile is the value at its rank, within 0.1%
      all consumers   count     min    mean     p50     p90     p99   p99.9     max
      put-to-get     19,993  20.0ms   216ms  51.0ms   900ms   900ms   900ms   900ms
        uncorrected  19,993  19.0ms   215ms  50.0ms   899ms   899ms   899ms   899ms
      residence      19,993  17.0ms   213ms  48.0ms   897ms   897ms   897ms   897ms
      ack latency    10,000  2.00ms  2.00ms  2.00ms  2.00ms  2.00ms  2.00ms  2.00ms
      send delay     10,000  1.00ms  1.00ms  1.00ms  1.00ms  1.00ms  1.00ms  1.00ms
      put-to-get starts at the intended time, uncorrected at the send.
      put-to-get, uncorrected and residence count a record once for each consumer.

      Rate  1,000/s achieved of 1,000/s intended (100%), 100kB/s
        20 throttled (0.2% of attempts), 20 retried
        20 records throttled at least once (0.2% of records)
        achieved        ████████████  to 1,000/s
        put-to-get p99  ▁▁▁▁▁▁██▁▁▁▁  to 900ms

      Shards
      shard  records                           rate  throttled    p99
          0  ████████████████████████  33.4%  334/s         10  900ms
          1  ███████████████████████▉  33.3%  333/s         10  900ms
          2  ███████████████████████▉  33.3%  333/s          0  900ms

      Ledger  of the whole run: sent 12,000, undelivered 7, lost 7
                   received  lost  trimmed  duplicated  reordered
        dashboard    11,993     7        0           0          0
        fraud        12,000     0        0           0          0

      Harness ceiling  2.35M/s with a no-op target (cached); this run used 0.04% of it
                       (2 x Example CPU, Node 24.21.0)
      Result  results/clickstream/result.json"
    `);
  });

  test('marks the seconds in which nothing was received, and shows the time of the longest stall', () => {
    const text = renderSummary(withStall(withStall(exampleResult({ steadySeconds: 18 }), 5, 8), 12, 13), PLAIN);
    expect(text).toContain(`
  achieved        █████▁▁▁████▁███████  to 1,000/s
  put-to-get p99  ▁▁▁▁▁▒▒▒█▁▁▁▒▃▁▁▁▁▁▁  to 2.97s
  ▒ nothing received for 4s although records were due, 2 times, the longest from
    5s to 8s
`);
    expect(renderSummary(exampleResult(), PLAIN)).not.toContain('▒');
  });

  test('shows a pause of the schedule as a gap', () => {
    const stalled = withStall(exampleResult(), 5, 8);
    const series = stalled.series.map((interval, second) => {
      if (second === 8) return exampleResult().series[8]!;
      if (second < 5 || second > 8) return interval;
      return { ...interval, gauges: { ...interval.gauges, intendedPerSecond: 0, inFlight: 0, lagRecords: [0, 0] } };
    });
    expect(renderSummary({ ...stalled, series }, PLAIN)).toMatch(/put-to-get p99 {2}█{5} {3}█{4} {2}to/);
  });

  test('marks a stall in the rate of a run without consumers', () => {
    const stalled = withStall(exampleResult(), 5, 8);
    const series = stalled.series.map((interval, second) => ({
      ...interval,
      cells: interval.cells.map((cell) => {
        if (cell.kind !== 'producer' || second !== 8) return cell;
        const ackLatency = new Histogram();
        ackLatency.record(3e9);
        return { ...cell, histograms: { ...cell.histograms, ackLatency } };
      }),
    }));
    const scenario = { ...stalled.scenario, consumers: [] };
    const text = renderSummary({ ...stalled, scenario, series }, PLAIN);
    expect(text).toContain('  achieved  █████▒▒▒████  to 1,000/s\n  ▒ nothing acknowledged for 3s');
    expect(text).not.toContain('put-to-get p99  ');
  });

  test('shows first that a run is invalid, with the fix', () => {
    const text = summaryOf({ scheduleLagNs: 80e6, outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    expect(text.split('\n').slice(0, 9).join('\n')).toMatchInlineSnapshot(`
      "clickstream  on engine with 2 shards, stopped at 12.0s, seed 7
      INVALID  The numbers do not describe the target (SCHEDULE_LAG).
        SCHEDULE_LAG  Producers came to a record 80.0ms late at p99; 6.90ms is the
                      limit.
                      Fix: Add producers, lower the rate, or leave more of the machine
                      to the run. \`streamgauge doctor\` checks this machine.
      PARTIAL  Interrupted by SIGINT. Every number covers only the part that ran.

      Put-to-get  by consumer, recorded phases"
    `);
  });

  test('shows a dash for a percentile with too few records', () => {
    const text = summaryOf({ recordsPerSecond: 20 });
    expect(text).toMatch(/ack latency +200 +2\.00ms +2\.00ms +2\.00ms +2\.00ms +- +- +2\.00ms/);
    expect(text).toContain('- too few records: p99 needs 299, p99.9 needs 3,000.');
    expect(summaryOf({ recordsPerSecond: 200 })).toContain('* few records');
  });

  test('reports a harness ceiling that was not measured', () => {
    const result: Result = { ...exampleResult(), harnessCeiling: { recordsPerSecond: null, cached: false } };
    expect(renderSummary(result, PLAIN)).toContain('Harness ceiling  not measured');
  });

  test('shows only the busiest shards if there are many', () => {
    const text = summaryOf({ shards: 40, recordsPerSecond: 4010 });
    expect(text).toContain('and 24 less busy shards with 59.9% of the records');
  });

  test('fits into 80 columns for all values and names', () => {
    const options = fc.record({
      recordsPerSecond: fc.constantFrom(1, 37, 400),
      steadySeconds: fc.constantFrom(1, 3, 120),
      shards: fc.constantFrom(1, 3, 20),
      scheduleLagNs: fc.integer({ min: 0, max: 3.6e12 }),
      lostByDashboard: fc.nat({ max: 1e6 }),
    });
    const name = fc.string({ maxLength: 200 });
    fc.assert(
      fc.property(options, name, fc.boolean(), (chosen, name, colours) => {
        const result = exampleResult({ ...chosen, outcome: { kind: 'failed', code: 'TARGET_GONE', message: name } });
        const named = { ...result, scenario: { ...result.scenario, name } };
        const text = renderSummary(named, { colours, width: 80 });
        for (const line of stripVTControlCharacters(text).split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 25 },
    );
  });

  test('wraps a ledger of many faults between them and shows all', () => {
    const result = exampleResult();
    const faults = { lost: 1e6, duplicated: 2e6, reordered: 3e6, unacknowledged: 4e6, failed: 5e6, dropped: 6e6 };
    const ledger = { ...result.summary.ledger, ...faults };
    const text = renderSummary({ ...result, summary: { ...result.summary, ledger } }, PLAIN);
    expect(text).toContain(
      `Ledger  of the whole run: due 15,012,000, sent 12,000, undelivered 30,000,000,
                          lost 1,000,000, duplicated 2,000,000,
                          reordered 3,000,000, unacknowledged 4,000,000,
                          failed 5,000,000, dropped 6,000,000\n`,
    );
  });

  test('has no line of put-to-get over time if nothing was received', () => {
    const result = exampleResult();
    const series = result.series.map((interval) => ({
      ...interval,
      shards: interval.shards.map((shard) => ({ ...shard, putToGet: { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 } })),
    }));
    expect(renderSummary(result, PLAIN)).toContain('put-to-get p99 ');
    expect(renderSummary({ ...result, series }, PLAIN)).not.toContain('put-to-get p99 ');
  });

  test('has the same text in colour', () => {
    const result = exampleResult(EVENTFUL);
    const coloured = renderSummary(result, { colours: true, width: 80 });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderSummary(result, PLAIN));
  });

  test('replaces control characters in names', () => {
    const result = exampleResult();
    const text = renderSummary({ ...result, scenario: { ...result.scenario, name: 'a\u001b[2Jb\nc' } }, PLAIN);
    expect(text.split('\n')[0]).toContain('a?[2Jb?c');
  });
});

describe('the verdict line', () => {
  test('is one line with the verdict, its reason and the headline', () => {
    expect(renderVerdictLine(exampleResult(EVENTFUL))).toMatchInlineSnapshot(
      `"FAILED clickstream: 2 of 6 thresholds hold, 1 could not be judged; put-to-get of all consumers p50 51.0ms p99 900ms; 1,000/s of 1,000/s; undelivered 7"`,
    );
    expect(renderVerdictLine(exampleResult({ scheduleLagNs: 1e9 }))).toContain('INVALID clickstream');
    expect(renderVerdictLine(exampleResult(), { colours: true })).toContain('\u001b[');
  });
});

describe('the summary for machines', () => {
  test('uses the names of the result file, without cells and series', () => {
    const result = exampleResult(EVENTFUL);
    const read = JSON.parse(renderJson(result));
    expect(read.summary).toEqual(JSON.parse(JSON.stringify(result.summary)));
    expect(read.verdict.kind).toBe('failed');
    expect(Object.keys(read)).not.toContain('cells');
    expect(Object.keys(read)).not.toContain('series');
  });
});
