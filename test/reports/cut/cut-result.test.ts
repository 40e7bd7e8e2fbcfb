import { describe, expect, test } from 'vitest';
import { cutResult } from '../../../reports/cut/cut-result.ts';
import { parseResult } from '../../../reports/reading/read-result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { renderSummary } from '../../../reports/text/render-text.ts';
import { exampleResult, SECOND_NS } from '../example-result.ts';

const time = (from: number, to: number) => ({ kind: 'time', fromNs: from * SECOND_NS, toNs: to * SECOND_NS }) as const;
/** A result with one second of 500 ms latency, six seconds after the start. */
const bad = () =>
  exampleResult({
    latencyMs: (second) => (second === 6 ? 500 : 20),
    thresholds: ['putToGet.max < 100ms', 'lost == 0'],
  });

describe('cutting a result', () => {
  test('judges only the records inside the cut', () => {
    expect(bad().verdict.kind).toBe('failed');
    expect(cutResult(bad(), time(2, 6)).verdict.kind).toBe('passed');
    expect(cutResult(bad(), time(6, 8)).verdict.kind).toBe('failed');
  });

  test('judges by other thresholds if they are passed', () => {
    const { verdict, scenario } = cutResult(bad(), time(6, 8), { thresholds: ['putToGet.max < 600ms'] });
    expect(verdict).toMatchObject({ kind: 'passed', thresholds: [{ text: 'putToGet.max < 600ms', holds: true }] });
    expect(scenario.thresholds).toEqual(['putToGet.max < 600ms']);
    expect(() => cutResult(bad(), time(6, 8), { thresholds: ['speed > 3'] })).toThrow(
      expect.objectContaining({ code: 'THRESHOLD_NOT_UNDERSTOOD' }),
    );
  });

  test('divides rates by the time inside the cut', () => {
    const { rate } = cutResult(bad(), time(1, 5)).summary;
    expect(rate).toMatchObject({ scheduledSeconds: 3, overtime: 0, intendedPerSecond: 1000 });
    expect(rate.achievedPerSecond).toBe(1000);
  });

  test('rounds a cut inwards to whole seconds', () => {
    expect(cutResult(bad(), time(2.5, 5.2)).cut).toEqual({ fromNs: 3 * SECOND_NS, toNs: 5 * SECOND_NS });
  });

  test('drops shards from a cut by time, because the series has no cells of shards', () => {
    expect(cutResult(bad(), time(2, 6)).cells.every(({ shard }) => shard === null)).toBe(true);
    const text = renderSummary(cutResult(bad(), time(2, 6)), { colours: false, width: 80 });
    expect(text).toContain('Cut to 2.00s to 6.00s of the run, records completed in it.');
    expect(text).toContain('The ledger and the workers cover the whole run.');
  });

  test('counts the records of a warm-up if the cut names it or lies in it', () => {
    expect(cutResult(bad(), { kind: 'phase', phase: 'warm-up' }).summary.spans.putToGet.count).toBe(4000);
    expect(cutResult(bad(), time(0, 1)).summary.spans.putToGet.count).toBe(2000);
    expect(cutResult(bad(), time(0, 3)).summary.spans.putToGet.count).toBe(2000);
  });

  test('finds the phase café in each Unicode form of its name', () => {
    const lines = [...resultLines(bad())].join('\n').replaceAll('"steady"', '"caf\u00e9"');
    const result = parseResult(lines, 'run');
    const composed = cutResult(result, { kind: 'phase', phase: 'caf\u00e9' });
    expect(composed.cut).toMatchObject({ phase: 'caf\u00e9' });
    expect(cutResult(result, { kind: 'phase', phase: 'cafe\u0301' })).toEqual(composed);
    const thresholds = ['putToGet.p99 < 1s in phase cafe\u0301'];
    expect(cutResult(result, { kind: 'phase', phase: 'caf\u00e9' }, { thresholds }).verdict).toMatchObject({
      thresholds: [{ holds: true }],
    });
  });

  test('cuts a cut again to the smaller one', () => {
    const twice = cutResult(cutResult(bad(), time(2, 9)), time(3, 5));
    const once = cutResult(bad(), time(3, 5));
    expect(twice.summary).toEqual(once.summary);
    expect(twice.cut).toEqual(once.cut);
  });

  test.each([
    [time(3.1, 3.9), 'RESULT_CUT_EMPTY', 'no complete second lies between 3.10s and 3.90s'],
    [time(40, 50), 'RESULT_CUT_EMPTY', 'between 0ns and 12.0s'],
    [{ kind: 'phase', phase: 'stedy' } as const, 'RESULT_NO_SUCH_PHASE', 'Choose one of: warm-up, steady.'],
  ])('rejects %j with %s', (window, code, message) => {
    expect(() => cutResult(bad(), window)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test('rejects a phase that the run did not reach', () => {
    const whole = bad();
    const short = { ...whole, series: whole.series.slice(0, 1) };
    expect(() => cutResult(short, { kind: 'phase', phase: 'steady' })).toThrow('ended before phase "steady"');
  });
});
