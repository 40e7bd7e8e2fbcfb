import { describe, expect, test } from 'vitest';
import { checkThreshold, METRIC_NAMES, parseThreshold } from '../../../reports/verdict/threshold-grammar.ts';
import { judge, shouldAbort, verdictOf } from '../../../reports/verdict/thresholds.ts';
import { type ExampleOptions, exampleMeasurements, exampleScenario, SECOND_NS } from '../example-result.ts';

const scenario = exampleScenario();

describe('the grammar of thresholds', () => {
  test.each([
    ['putToGet.p99 < 70ms', { operator: '<', limit: 70e6 }],
    ['ackLatency.mean <= 5ms', { operator: '<=', limit: 5e6 }],
    ['achieved.ratio >= 99%', { operator: '>=', limit: 0.99 }],
    ['achieved.ratio >= 99.9%', { limit: 0.999 }],
    ['achieved.ratio >= 0.99', { limit: 0.99 }],
    ['throttled.ratio < 1%', { limit: 0.01 }],
    ['throttled.ratio <= 1', { limit: 1 }],
    ['achieved.ratio < 105% over 5s', { limit: 1.05 }],
    ['lost == 0', { operator: '==', limit: 0, metric: { kind: 'ledger', subject: 'lost' } }],
    ['achieved.rate >= 1_000/s', { limit: 1000 }],
    ['achieved.rate >= 60000/min', { limit: 1000 }],
    ['bytes.rate > 1MB/s', { limit: 1e6 }],
    ['bytes.rate > 1.5 MiB/s', { limit: 1.5 * 2 ** 20 }],
    ['residence.p99.99<2s', { limit: 2e9 }],
    ['uncorrected.max < 800 us', { limit: 800e3 }],
    ['  sendDelay.p50   <   1ms  ', { limit: 1e6 }],
    ['putToGet.p99 < 70ms in phase steady', { phase: 'steady' }],
    ['putToGet.p99 < 70ms in phase "warm-up" of workload page-views', { phase: 'warm-up', workload: 'page-views' }],
    ["putToGet.p99 < 70ms by consumer 'fraud' over 10s abort", { consumer: 'fraud', overNs: 10e9, abort: true }],
    ['putToGet.p99 < 70ms abort over 500ms in phase steady', { overNs: 5e8, abort: true, phase: 'steady' }],
    ['lost == 0 by consumer dashboard', { consumer: 'dashboard', abort: false }],
    ['dropped == 0 in phase steady', { phase: 'steady', limit: 0 }],
  ])('accepts %j', (text, expected) => {
    expect(parseThreshold(text, scenario)).toMatchObject({ text, ...expected });
    expect(checkThreshold(text, scenario)).toBeUndefined();
  });

  test('accepts every metric that it lists', () => {
    expect(METRIC_NAMES).toContain('putToGet.p99.9');
    for (const name of METRIC_NAMES) {
      const units = ['ms', '', '/s', 'MB/s'].filter(
        (unit) => checkThreshold(`${name} < 1${unit}`, scenario) === undefined,
      );
      expect(units, name).toHaveLength(1);
    }
  });
});

describe('the grammar of thresholds, for errors', () => {
  test.each([
    ['', 'not a threshold', 'putToGet.p99 < 70ms'],
    ['putToGet.p99', 'not a threshold', 'Write a metric'],
    ['putToGet.p99 = 70ms', 'not a threshold', '=='],
    ['putToGet.p98 < 70ms', 'no metric "putToGet.p98"', 'Did you mean "putToGet.p9'],
    ['puttoget.p99 < 70ms', 'no metric', '"putToGet.p99"'],
    ['losst == 0', 'no metric', '"lost"'],
    ['putToGet.p99 < 70', '70 has no unit', 'ms'],
    ['putToGet.p99 < 70%', '"%" is no unit of putToGet.p99', 'ms'],
    ['lost == 0ms', '"ms" is no unit of lost', 'without a unit'],
    ['achieved.rate >= 1000', 'no unit', '/s'],
    ['bytes.rate > 1MB', '"MB" is no unit', 'MB/s'],
    ['putToGet.p99 < 70ms for phase steady', '"for phase steady" is not understood', 'in phase NAME'],
    ['putToGet.p99 < 70ms over', '"over" is not understood', 'over 10s'],
    ['putToGet.p99 < 70ms over ten', '"ten" is not a duration', '10s'],
    ['putToGet.p99 < 70ms over 0s', '"0s" is not a duration', '10s'],
    ['putToGet.p99 < 70ms abort abort', '"abort" occurs twice', 'two thresholds'],
    ['putToGet.p99 < 70ms in phase stedy', 'no phase "stedy"', '"steady"'],
    ['putToGet.p99 < 70ms of workload pageviews', 'no workload', '"page-views"'],
    ['putToGet.p99 < 70ms by consumer frod', 'no consumer', '"fraud"'],
    ['ackLatency.p99 < 70ms by consumer fraud', 'measured at the producers', 'by consumer'],
    ['lost == 0 in phase steady', 'whole run', 'Remove'],
    ['lost == 0 over 10s', 'whole run', 'Remove'],
    ['lost == 0 abort', 'after the run', 'abort'],
    ['lost == -1', 'not a threshold', 'Write'],
    ['throttled.ratio < 5', '5 is 500%', 'Write 5% if you mean percent'],
    ['throttled.ratio < 1.5', '1.5 is 150%', 'Write 1.5%'],
    ['achieved.ratio >= 99', '99 is 9900%', 'Write 99%'],
    ['throttled.ratio < 500%', 'throttled.ratio is never above 100%', '0% to 100%'],
  ])('rejects %j with a fix', (text, what, fix) => {
    expect(checkThreshold(text, scenario)).toMatchObject({
      code: 'THRESHOLD_NOT_UNDERSTOOD',
      what: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
  });
});

describe('the judgement of a threshold', () => {
  const judged = (text: string, options: ExampleOptions = {}) => judge([text], exampleMeasurements(options))[0]!;

  test.each([
    ['putToGet.p99 < 70ms', true, 69e6],
    ['putToGet.p99 < 50ms', false, 69e6],
    ['putToGet.p50 <= 45ms', true, 44e6],
    ['putToGet.min >= 19ms', true, 20e6],
    ['ackLatency.mean <= 5ms', true, 2e6],
    ['ackLatency.max < 1ms', false, 2e6],
  ])('the latency threshold %s is %s', (text, holds, actual) => {
    const verdict = judged(text);
    expect(verdict.holds).toBe(holds);
    expect(verdict.actual! / actual).toBeCloseTo(1, 2);
  });

  test.each([
    ['achieved.ratio >= 99%', true, 1],
    ['throttled.ratio < 1%', false, 0.2],
    ['achieved.rate >= 1000/s', true, 1000],
    ['bytes.rate > 1MB/s', false, 100_000],
    ['lost == 0', false, 5],
    ['lost == 0 by consumer fraud', true, 0],
    ['duplicated == 0', true, 0],
    ['dropped == 0', true, 0],
    ['failed == 0 in phase warm-up', true, 0],
  ])('the count threshold %s is %s', (text, holds, actual) => {
    expect(judged(text, { throttledPerSecond: () => 250, lostByDashboard: 5 })).toEqual({ text, holds, actual });
  });

  test('a threshold covers the recorded phases, unless it names a phase', () => {
    const slowStart: ExampleOptions = { latencyMs: (second) => (second < 2 ? 900 : 10) };
    expect(judged('putToGet.max < 20ms', slowStart).holds).toBe(true);
    expect(judged('putToGet.max < 20ms in phase warm-up', slowStart).holds).toBe(false);
  });

  test('a threshold is judged only with as many records as its percentile needs', () => {
    const few: ExampleOptions = { recordsPerSecond: 15 };
    expect(judged('putToGet.p99 < 70ms', few)).toEqual({
      text: 'putToGet.p99 < 70ms',
      actual: null,
      holds: null,
      reason: 'needs 368 records, there are 300',
    });
    expect(judged('putToGet.p90 < 70ms', few).holds).toBe(true);
    expect(judged('putToGet.p99.9 < 70ms').reason).toBe('needs 100,000 records, there are 20,000');
  });

  test('a threshold is judged by the worst of its windows', () => {
    const stall: ExampleOptions = { latencyMs: (second) => (second === 7 ? 500 : 10) };
    expect(judged('putToGet.p50 < 20ms', stall).holds).toBe(true);
    expect(judged('putToGet.p50 < 20ms over 5s', stall).holds).toBe(true);
    expect(judged('putToGet.p50 < 20ms over 1s', stall)).toMatchObject({
      holds: false,
      worstWindow: { startNs: 7 * SECOND_NS, endNs: 8 * SECOND_NS },
    });
    expect(judged('putToGet.p99 < 20ms over 3s', stall)).toMatchObject({ holds: false });
  });

  test('a threshold on a rate is judged by the slowest window, without partial intervals at the end of a phase', () => {
    const dip: ExampleOptions = { acceptedPerSecond: (second) => (second === 6 ? 400 : 1000) };
    expect(judged('achieved.rate >= 900/s', dip).holds).toBe(true);
    expect(judged('achieved.rate >= 900/s over 2s', dip)).toMatchObject({
      holds: false,
      actual: 700,
      worstWindow: { startNs: 5 * SECOND_NS, endNs: 7 * SECOND_NS },
    });
    expect(judged('achieved.ratio >= 50% over 1s', dip)).toMatchObject({ holds: false, actual: 0.4 });
    expect(judged('achieved.rate >= 900/s over 2s')).toMatchObject({ holds: true, actual: 1000 });
  });

  test('a threshold is not judged if its window is longer than the run, or one window has too few records', () => {
    expect(judged('putToGet.p50 < 1s over 1m')).toMatchObject({ holds: null, actual: null });
    const pause: ExampleOptions = { acceptedPerSecond: (second) => (second === 6 ? 0 : 1000) };
    expect(judged('putToGet.p50 < 1s over 1s', pause)).toMatchObject({
      holds: null,
      reason: 'needs 6 records, there are 0',
      worstWindow: { startNs: 6 * SECOND_NS, endNs: 7 * SECOND_NS },
    });
  });
});

describe('an abort threshold', () => {
  const asked = (text: string, seconds: number, options: ExampleOptions) => {
    const { scenario, series } = exampleMeasurements(options);
    return shouldAbort([parseThreshold(text, scenario)], { scenario, series: series.slice(0, seconds) });
  };
  const stall: ExampleOptions = { latencyMs: (second) => (second === 7 ? 500 : 10) };

  test('an abort threshold ends the run in the first window in which it does not hold', () => {
    const text = 'putToGet.p99 < 100ms over 1s abort';
    expect(asked(text, 7, stall)).toBeUndefined();
    expect(asked(text, 8, stall)).toMatchObject({ text, holds: false });
    expect(asked(text, 9, stall)).toBeUndefined();
  });

  test('an abort threshold without a window waits for five seconds of the recorded phases', () => {
    const text = 'putToGet.p99 < 5ms abort';
    expect(asked(text, 6, stall)).toBeUndefined();
    expect(asked(text, 7, stall)).toMatchObject({ holds: false });
  });

  test('only thresholds that are marked with abort end a run', () => {
    expect(asked('putToGet.p99 < 1ms over 1s', 12, stall)).toBeUndefined();
  });
});

describe('the verdict', () => {
  const valid = { kind: 'valid' as const };
  const completed = { kind: 'completed' as const };
  const held = { text: 'a', actual: 1, holds: true };
  const failed = { text: 'b', actual: 1, holds: false };
  const unknown = { text: 'c', actual: null, holds: null, reason: 'needs 6 records, there are 0' };

  test('the verdict is passed if every threshold holds', () => {
    expect(verdictOf(completed, valid, [held]).kind).toBe('passed');
    expect(verdictOf(completed, valid, []).kind).toBe('measured');
  });

  test('the verdict is failed if one threshold does not hold', () => {
    expect(verdictOf(completed, valid, [held, failed, unknown]).kind).toBe('failed');
  });

  test('the verdict is invalid if one threshold could not be judged', () => {
    expect(verdictOf(completed, valid, [held, unknown]).kind).toBe('invalid');
  });

  test('the verdict is invalid if the run is invalid, even if thresholds hold', () => {
    expect(verdictOf(completed, { kind: 'invalid' }, [failed]).kind).toBe('invalid');
  });

  test('the verdict is failed for an aborted run, and invalid for an interrupted one or after a failed target', () => {
    expect(verdictOf({ kind: 'aborted', threshold: 'b' }, valid, []).kind).toBe('failed');
    expect(verdictOf({ kind: 'interrupted', signal: 'SIGINT' }, valid, [held]).kind).toBe('invalid');
    expect(verdictOf({ kind: 'failed', code: 'X', message: '' }, valid, [held]).kind).toBe('invalid');
  });
});
