import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { judgeAgain } from '../../../reports/verdict/judge-again.ts';
import { decidedByLag, lagLimitNs, loopDelayLimitNs, measureLateness } from '../../../reports/verdict/lateness.ts';
import { judgeValidity, measureSelf } from '../../../reports/verdict/validity.ts';
import { type ExampleOptions, exampleMeasurements, exampleResult } from '../example-result.ts';

const MS = 1e6;
const codesOf = (options: ExampleOptions) =>
  judgeValidity(measureSelf(exampleMeasurements(options), { outcome: { kind: 'completed' }, workers: [] })).reasons.map(
    ({ code }) => code,
  );

describe('the allowed lateness of producers', () => {
  test.each<[string, number | null, number | null, number]>([
    ['2 ms, however small the latency is', 0.1, null, 2],
    ['2 ms if nothing was received', null, null, 2],
    ['a tenth of the latency', 70, null, 7],
    ['a tenth of a limit that is larger than the latency', 70, 500, 50],
    ['a tenth of a latency that is larger than the limit', 600, 500, 60],
  ])('is %s', (_, responseMs, judgedMs, expectedMs) => {
    const ns = (ms: number | null) => (ms === null ? null : ms * MS);
    expect(lagLimitNs({ responseNs: ns(responseMs), judgedNs: ns(judgedMs) })).toBeCloseTo(expectedMs * MS, 3);
  });

  test('is larger for the loop than for a record, with the same share of latencies', () => {
    expect(loopDelayLimitNs(undefined)).toBe(10 * MS);
    expect(loopDelayLimitNs({ responseNs: 70 * MS, judgedNs: null })).toBe(10 * MS);
    expect(loopDelayLimitNs({ responseNs: 70 * MS, judgedNs: 500 * MS })).toBe(50 * MS);
  });
});

describe('the measured lateness', () => {
  test('is measured at each reported percentile, with the same percentile of put-to-get', () => {
    // The latencies of the example are spread evenly from 20 to 69 ms.
    const lateness = measureLateness(exampleMeasurements({ scheduleLagNs: 5 * MS }));
    expect(lateness.map(({ percentile }) => percentile)).toEqual([50, 75, 90, 95, 99]);
    expect(lateness[0]!.responseNs! / MS).toBeCloseTo(44, 0);
    expect(lateness.at(-1)!.responseNs! / MS).toBeCloseTo(69, 0);
    expect(lateness.at(-1)!.lagNs / MS).toBeCloseTo(5, 1);
  });

  test('is measured only at percentiles for which the run has enough records', () => {
    const few = measureLateness(exampleMeasurements({ recordsPerSecond: 10, steadySeconds: 5 }));
    expect(few.map(({ percentile }) => percentile)).toEqual([50, 75, 90]);
  });

  test('is not measured if nothing was acknowledged and nothing received', () => {
    const measurements = exampleMeasurements({ scheduleLagNs: 50 * MS });
    const empty = new Histogram();
    const cells = measurements.cells.flatMap((cell) =>
      cell.kind === 'consumer'
        ? []
        : [{ ...cell, histograms: { ...cell.histograms, sendDelay: empty, ackLatency: empty } }],
    );
    expect(measureLateness({ ...measurements, cells })).toEqual([]);
    expect(measureLateness(measurements)).not.toEqual([]);
  });

  test('has the smallest limit of the thresholds on that percentile or a lower one', () => {
    const thresholds = ['putToGet.p90 < 300ms', 'putToGet.p99 < 500ms', 'ackLatency.p50 < 9s', 'putToGet.p50 > 1ms'];
    const judged = measureLateness(exampleMeasurements({ thresholds })).map(({ judgedNs }) => judgedNs);
    expect(judged).toEqual([null, null, 300 * MS, 300 * MS, 300 * MS]);
  });

  test('ignores the limits of phases that are not recorded', () => {
    const thresholds = ['putToGet.p50 < 10s in phase warm-up'];
    expect(measureLateness(exampleMeasurements({ thresholds })).every(({ judgedNs }) => judgedNs === null)).toBe(true);
  });
});

describe('one late wake-up in a hundred', () => {
  // Producers are 3 ms late in a run with a put-to-get of 20 to 25 ms: a tenth of p50 is 2 ms.
  const late: ExampleOptions = { scheduleLagNs: 2.4 * MS, latencyMs: (_, index) => 20 + (index % 6) };

  test('late wake-ups matter if they exceed a tenth of the reported latencies', () => {
    expect(codesOf({ ...late, scheduleLagNs: 2.9 * MS })).toEqual(['SCHEDULE_LAG']);
    expect(codesOf(late)).toEqual(['SCHEDULE_LAG']);
  });

  test('late wake-ups do not matter if the threshold is far away', () => {
    expect(codesOf({ ...late, thresholds: ['putToGet.p50 < 500ms'] })).toEqual([]);
  });

  test('late wake-ups matter if the median is distorted, even if the threshold on p99 allows them', () => {
    expect(codesOf({ ...late, thresholds: ['putToGet.p99 < 500ms'] })).toEqual(['SCHEDULE_LAG']);
  });
});

describe('a threshold that failed', () => {
  const options = (limit: string, lagMs: number): ExampleOptions => ({
    thresholds: [`putToGet.p99 < ${limit}`],
    scheduleLagNs: lagMs * MS,
  });

  test('a threshold that failed by less than the lateness of producers cannot be judged', () => {
    const measurements = exampleMeasurements(options('67ms', 4));
    expect(decidedByLag(measurements)).toEqual([{ text: 'putToGet.p99 < 67ms', lagNs: expect.closeTo(4 * MS, -4) }]);
    expect(codesOf(options('67ms', 4))).toEqual(['SCHEDULE_LAG']);
  });

  test('a threshold that failed by more than the lateness of producers is a finding about the target', () => {
    expect(decidedByLag(exampleMeasurements(options('50ms', 4)))).toEqual([]);
    expect(codesOf(options('50ms', 4))).toEqual([]);
  });

  test('a failed threshold is a finding about the target if producers were hardly late', () => {
    expect(decidedByLag(exampleMeasurements(options('68ms', 1.9)))).toEqual([]);
  });

  test('a threshold that failed in a window is compared with the lateness in that window', () => {
    const thresholds = ['putToGet.p99 < 67ms over 3s'];
    expect(decidedByLag(exampleMeasurements({ thresholds, scheduleLagNs: 4 * MS }))).toHaveLength(1);
    expect(decidedByLag(exampleMeasurements({ thresholds, scheduleLagNs: 1 * MS }))).toEqual([]);
  });

  test('a threshold that holds despite the lateness holds', () => {
    expect(decidedByLag(exampleMeasurements(options('70ms', 4)))).toEqual([]);
  });
});

describe('a result that is judged again', () => {
  const judgedBy = (thresholds: string[], again: string[]) => {
    const latencyMs = (_: number, index: number) => 20 + (index % 6);
    const result = exampleResult({ thresholds, scheduleLagNs: 2.9 * MS, latencyMs });
    const { validity, verdict } = judgeAgain(result, again);
    return { before: result.validity.kind, after: validity.kind, verdict: verdict.kind };
  };

  test('a result judged again by tighter limits is invalid if its producers were too late for them', () => {
    expect(judgedBy(['putToGet.p50 < 500ms'], ['putToGet.p50 < 26ms'])).toEqual({
      before: 'valid',
      after: 'invalid',
      verdict: 'invalid',
    });
  });

  test('a result judged again by looser limits is valid if its producers were in time for them', () => {
    expect(judgedBy(['putToGet.p50 < 26ms'], ['putToGet.p50 < 500ms'])).toEqual({
      before: 'invalid',
      after: 'valid',
      verdict: 'passed',
    });
  });

  test('a result judged again by its own limits does not change', () => {
    const result = exampleResult({ thresholds: ['putToGet.p50 < 500ms'], scheduleLagNs: 2.9 * MS });
    expect(judgeAgain(result, result.scenario.thresholds).validity).toBe(result.validity);
  });
});
