import { describe, expect, test } from 'vitest';
import { cutResult } from '../../../reports/cut/cut-result.ts';
import { parseResult } from '../../../reports/reading/read-result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { renderSummary } from '../../../reports/text/render-text.ts';
import { exampleResult, SECOND_NS } from '../example-result.ts';

const time = (from: number, to: number) => ({ kind: 'time', fromNs: from * SECOND_NS, toNs: to * SECOND_NS }) as const;
/** A second of 500 ms latency, six seconds after the start. */
const bad = () =>
  exampleResult({
    latencyMs: (second) => (second === 6 ? 500 : 20),
    thresholds: ['putToGet.max < 100ms', 'lost == 0'],
  });

describe('cutting a result', () => {
  test('judges only the records inside', () => {
    expect(bad().verdict.kind).toBe('failed');
    expect(cutResult(bad(), time(2, 6)).verdict.kind).toBe('passed');
    expect(cutResult(bad(), time(6, 8)).verdict.kind).toBe('failed');
  });

  test('takes other thresholds in place of the own ones', () => {
    const { verdict, scenario } = cutResult(bad(), time(6, 8), { thresholds: ['putToGet.max < 600ms'] });
    expect(verdict).toMatchObject({ kind: 'passed', thresholds: [{ text: 'putToGet.max < 600ms', holds: true }] });
    expect(scenario.thresholds).toEqual(['putToGet.max < 600ms']);
    expect(() => cutResult(bad(), time(6, 8), { thresholds: ['speed > 3'] })).toThrow(
      expect.objectContaining({ code: 'THRESHOLD_NOT_UNDERSTOOD' }),
    );
  });

  test('divides rates by the time that lies inside', () => {
    const { rate } = cutResult(bad(), time(1, 5)).summary;
    expect(rate).toMatchObject({ scheduledSeconds: 3, overtime: 0, intendedPerSecond: 1000 });
    expect(rate.achievedPerSecond).toBe(1000);
  });

  test('keeps to whole seconds', () => {
    expect(cutResult(bad(), time(2.5, 5.2)).cut).toEqual({ fromNs: 3 * SECOND_NS, toNs: 5 * SECOND_NS });
  });

  test('has no shards in a time, because the series does not know them', () => {
    expect(cutResult(bad(), time(2, 6)).cells.every(({ shard }) => shard === null)).toBe(true);
    const text = renderSummary(cutResult(bad(), time(2, 6)), { colours: false, width: 80 });
    expect(text).toContain('Cut to 2.00s to 6.00s of the run, records completed in it.');
    expect(text).toContain('The ledger and the workers cover the whole run.');
  });

  test('of a warm-up counts the warm-up, by its name and by its time', () => {
    expect(cutResult(bad(), { kind: 'phase', phase: 'warm-up' }).summary.spans.putToGet.count).toBe(4000);
    expect(cutResult(bad(), time(0, 1)).summary.spans.putToGet.count).toBe(2000);
    expect(cutResult(bad(), time(0, 3)).summary.spans.putToGet.count).toBe(2000);
  });

  test('finds the phase café, however its letters are composed in what was typed', () => {
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

  test('can be repeated: a cut of a cut is the smaller one', () => {
    const twice = cutResult(cutResult(bad(), time(2, 9)), time(3, 5));
    const once = cutResult(bad(), time(3, 5));
    expect(twice.summary).toEqual(once.summary);
    expect(twice.cut).toEqual(once.cut);
  });

  test.each([
    [time(3.1, 3.9), 'RESULT_CUT_EMPTY', 'no complete second lies between 3.10s and 3.90s'],
    [time(40, 50), 'RESULT_CUT_EMPTY', 'between 0ns and 12.0s'],
    [{ kind: 'phase', phase: 'stedy' } as const, 'RESULT_NO_SUCH_PHASE', 'Choose one of: warm-up, steady.'],
  ])('rejects %j with %s', (window, code, said) => {
    expect(() => cutResult(bad(), window)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(said) }),
    );
  });

  test('is rejected if the run ended before the phase', () => {
    const whole = bad();
    const short = { ...whole, series: whole.series.slice(0, 1) };
    expect(() => cutResult(short, { kind: 'phase', phase: 'steady' })).toThrow('ended before phase "steady"');
  });
});
