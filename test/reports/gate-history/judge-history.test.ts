import { describe, expect, test } from 'vitest';
import type { HistoryAccept } from '../../../reports/gate-history/history-line.ts';
import { historySeries } from '../../../reports/gate-history/history-series.ts';
import {
  HISTORY_GATE_DEFAULTS,
  type HistoryGateOptions,
  judgeHistory,
  presentLevels,
  resultsNeededFor,
} from '../../../reports/gate-history/judge-history.ts';
import { level, noisy } from '../statistics/noisy.ts';
import { exampleLine, located } from './example-history.ts';

const P50 = 'putToGet.p50';
const only = (name: string, more: Partial<HistoryGateOptions> = {}): HistoryGateOptions => ({
  ...HISTORY_GATE_DEFAULTS,
  metrics: [name],
  ...more,
});

function seriesOf(values: readonly number[], name = P50) {
  return historySeries(located(values.map((value, day) => exampleLine(day, { [name]: value }))));
}

const judge = (values: readonly number[], options = only(P50)) =>
  judgeHistory(seriesOf(values, options.metrics[0]), options);
const latency = (...levels: readonly (readonly [number, number])[]) =>
  noisy(
    levels.flatMap(([value, count]) => level(value * 1e6, count)),
    0.01,
    7,
  );
const statesOf = (values: readonly number[], options = only(P50)) =>
  judge(values, options).metrics[0]!.changes.map(({ index, state }) => `${index} ${state}`);

describe('a history gate', () => {
  test('passes if nothing changed', () => {
    expect(judge(latency([10, 30])).kind).toBe('passed');
  });

  test('fails when the newest level is worse', () => {
    const judgement = judge(latency([10, 20], [11, 6]));
    expect(judgement.kind).toBe('failed');
    expect(judgement.metrics[0]).toMatchObject({ state: 'worse', changes: [{ index: 20, state: 'open' }] });
  });

  test('passes when the level became better', () => {
    expect(judge(latency([10, 20], [8, 6])).kind).toBe('passed');
    expect(statesOf(latency([10, 20], [8, 6]))).toEqual(['20 better']);
  });

  test('fails for a lower rate and passes for a higher one', () => {
    const rate = only('achieved.rate');
    expect(judge(latency([10, 20], [8, 6]), rate).kind).toBe('failed');
    expect(judge(latency([10, 20], [12, 6]), rate).kind).toBe('passed');
  });

  test('passes for a change below the minimum magnitude', () => {
    const values = latency([10, 30], [10.4, 30]);
    expect(judge(values).kind).toBe('passed');
    expect(judge(values, only(P50, { minMagnitudeRatio: 0.02 })).kind).toBe('failed');
  });

  test('passes for a worsening that was repaired', () => {
    expect(judge(latency([10, 20], [12, 10], [10, 10])).kind).toBe('passed');
    expect(statesOf(latency([10, 20], [12, 10], [10, 10]))).toEqual(['20 recovered', '30 better']);
  });

  test('fails for a worsening that was repaired by half', () => {
    expect(statesOf(latency([10, 20], [13, 10], [11.5, 10]))).toEqual(['20 open', '30 better']);
  });

  test('fails for lost records if none were lost before', () => {
    expect(judge([...level(0, 20), 3, 4, 3], only('lost')).kind).toBe('failed');
  });
});

describe('a history gate with few results', () => {
  test('is inconclusive, and reports how many results it needs', () => {
    expect(judge(latency([10, 9]))).toMatchObject({ kind: 'inconclusive', resultCount: 9, resultsNeeded: 10 });
    expect(judge(latency([10, 10])).kind).toBe('passed');
  });

  test('fails for a change that is large enough to be detected', () => {
    expect(judge(latency([10, 4], [20, 4])).kind).toBe('failed');
  });

  test('needs more results for a smaller p', () => {
    expect([0.05, 0.01, 0.001, 0.0001].map(resultsNeededFor)).toEqual([6, 8, 10, 14]);
  });

  test('is inconclusive for one or two bad values among constant ones, and fails for the third', () => {
    const bad = (count: number) => judge([...level(500, 20), ...level(250, count)], only('achieved.rate'));
    expect(bad(1)).toMatchObject({ kind: 'inconclusive', metrics: [{ state: 'too-soon' }] });
    expect(bad(2).kind).toBe('inconclusive');
    expect(bad(3).kind).toBe('failed');
  });

  test('is inconclusive if the newest result lacks the metric', () => {
    const lines = latency([10, 20]).map((value, day) => exampleLine(day, day === 19 ? {} : { [P50]: value }));
    expect(judgeHistory(historySeries(located(lines)), only(P50)).kind).toBe('inconclusive');
  });
});

describe('several metrics', () => {
  test('fail when one of them fails', () => {
    const p50 = latency([10, 20], [12, 6]);
    const lines = p50.map((value, day) => exampleLine(day, { [P50]: value, lost: 0 }));
    const judgement = judgeHistory(historySeries(located(lines)), only(P50, { metrics: ['lost', P50] }));
    expect(judgement.kind).toBe('failed');
    expect(judgement.metrics.map(({ state }) => state)).toEqual(['holds', 'worse']);
  });

  test('share the significance level', () => {
    expect(judge(latency([10, 20]), only(P50, { metrics: [P50, 'lost', 'failed'] })).resultsNeeded).toBe(12);
  });
});

describe('an acceptance', () => {
  /** An acceptance after the first `until` results. */
  function acceptAfter(values: readonly number[], until: number): HistoryAccept {
    const seen = seriesOf(values.slice(0, until));
    return {
      schemaVersion: 1,
      kind: 'accept',
      at: new Date(Date.parse(seen.results.at(-1)!.startedAt) + 1000).toISOString(),
      machine: seen.results[0]!.machine,
      levels: presentLevels(seen, [P50], only(P50)),
    };
  }

  function judgeAccepted(values: readonly number[], until: number) {
    return judgeHistory({ ...seriesOf(values), accepts: [acceptAfter(values, until)] }, only(P50));
  }

  test('makes a worsening the new normal', () => {
    const values = latency([10, 20], [12, 20]);
    expect(judge(values).kind).toBe('failed');
    const judgement = judgeAccepted(values, 30);
    expect(judgement.kind).toBe('passed');
    expect(judgement.metrics[0]!.changes).toMatchObject([{ index: 20, state: 'accepted' }]);
  });

  test('stores the level since the last change', () => {
    const { levels } = acceptAfter(latency([10, 20], [12, 10]), 30);
    expect(levels[P50]).toMatchObject({ count: 10 });
    expect(levels[P50]!.mean / 12e6).toBeCloseTo(1, 1);
  });

  test('covers no later worsening', () => {
    const judgement = judgeAccepted(latency([10, 20], [12, 20], [14, 10]), 40);
    expect(judgement.kind).toBe('failed');
    expect(judgement.metrics[0]!.changes.map(({ state }) => state)).toEqual(['accepted', 'open']);
  });

  test('covers no worsening that had begun but could not be detected yet', () => {
    // The acceptance is one result after a step of three times the noise, which is detected as a change only later.
    const values = noisy([...level(10e6, 20), ...level(12e6, 20), ...level(13.1e6, 15)], 0.03, 8);
    expect(acceptAfter(values, 41).levels[P50]!).toMatchObject({ count: 21 });
    const judgement = judgeAccepted(values, 41);
    expect(judgement.kind).toBe('failed');
    expect(judgement.metrics[0]!.changes.at(-1)).toMatchObject({ index: 40, state: 'open' });
  });

  test('an acceptance of few noisy results rarely fails later results of the same level', () => {
    const failed = Array.from({ length: 200 }, (_, seed) =>
      noisy([...level(10e6, 20), ...level(20e6, 40)], 0.15, seed),
    ).filter((values) => judgeAccepted(values, 26).kind === 'failed');
    expect(failed.length).toBeLessThanOrEqual(4);
  });
});

describe('the detection limits of a history', () => {
  const detection = (noiseRatio: number, count = 40) =>
    judge(noisy(level(10e6, count), noiseRatio, 3)).metrics[0]!.detection;

  test('depend on its noise', () => {
    expect(detection(0.02).noiseRatio).toBeCloseTo(0.02, 2);
    expect(detection(0.02).resultsToSee).toBeGreaterThanOrEqual(3);
    expect(detection(0.02).resultsToSee).toBeLessThanOrEqual(6);
    expect(detection(0.2).resultsToSee).toBeNull();
    expect(detection(0.02, 2).noiseRatio).toBeNull();
  });

  test('are met: a change of the stated size is detected about as often as stated', () => {
    // A change of the size that is detected after five results in 80 % of cases.
    const seen = Array.from({ length: 200 }, (_, seed) => {
      const steady = noisy(level(10e6, 40), 0.02, seed);
      const size = 1 + 0.02 * 2.6;
      const changed = noisy([...level(10e6, 40), ...level(10e6 * size, 5)], 0.02, seed);
      return judge([...steady, ...changed.slice(40)], only(P50, { minMagnitudeRatio: 0.01 })).kind === 'failed';
    }).filter(Boolean).length;
    expect(seen).toBeGreaterThan(130);
  });
});
