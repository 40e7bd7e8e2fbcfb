import { describe, expect, test } from 'vitest';
import type { REPORT_ERRORS } from '../../../reports/errors.ts';
import type { MergeOptions } from '../../../reports/merge/merge-check.ts';
import { mergeResults } from '../../../reports/merge/merge-results.ts';
import type { Result } from '../../../reports/result/result.ts';
import { renderSummary } from '../../../reports/text/render-text.ts';
import { hourResult } from '../hour-result.ts';

const part = (index: number, count: number, more: Partial<Result> = {}) => ({
  name: `results/${index}`,
  result: { ...hourResult({ seconds: 10, shards: 2, recordsPerSecond: 50, part: { index, of: count } }), ...more },
});
const at = (seconds: number) => new Date(Date.parse('2026-11-23T10:00:00Z') + seconds * 1000).toISOString();

describe('a merge of results that do not belong together', () => {
  const expectRejected = (
    parts: Parameters<typeof mergeResults>[0],
    code: keyof typeof REPORT_ERRORS,
    message: string,
  ) =>
    expect(() => mergeResults(parts)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message), fix: expect.stringMatching(/\.$/) }),
    );

  test('rejects a whole run', () => {
    const whole = { name: 'results/whole', result: hourResult({ seconds: 10, shards: 2, recordsPerSecond: 50 }) };
    expectRejected([part(1, 2), whole], 'RESULT_NOT_A_PART', 'it is a complete run (results/whole)');
    expectRejected([whole, whole], 'RESULT_NOT_A_PART', 'compare');
  });

  test('rejects a cut', () => {
    expectRejected([part(1, 2), part(2, 2, { cut: { fromNs: 0, toNs: 1e9 } })], 'RESULT_NOT_A_PART', 'Merge first');
  });

  test('rejects another seed, another scenario and another division', () => {
    expectRejected([part(1, 2), part(2, 2, { seed: 9 })], 'RESULT_OTHER_SEED', 'it has seed 9, but results/1 has 1');
    expectRejected([part(1, 2), part(2, 2, { scenarioHash: 'abc' })], 'RESULT_OTHER_SCENARIO', '(abc)');
    const third = part(1, 2, { part: { index: 2, of: 3 } });
    expectRejected([part(1, 2), third], 'RESULT_OTHER_SPLIT', 'has 3 parts, but results/1 has 2');
  });

  test('rejects the same part twice, directly or inside another merge', () => {
    expectRejected([part(1, 2), part(1, 2)], 'RESULT_PART_TWICE', 'part 1 of 2');
    const both = { name: 'results/both', result: mergeResults([part(1, 3), part(2, 3)], { allowMissing: true }) };
    expectRejected([part(3, 3), both, part(2, 3)], 'RESULT_PART_TWICE', 'part 2 of 3 is also in results/both');
  });

  test('rejects a missing part', () => {
    expectRejected([part(2, 2)], 'RESULT_PART_MISSING', 'part 1 of 2 is missing');
    expectRejected([part(5, 12)], 'RESULT_PART_MISSING', 'parts 1, 2, 3, 4, 6, 7, 8, 9 and others of 12 are missing');
  });

  test('rejects parts that did not run at the same time', () => {
    const later = (from: number) => part(2, 2, { startedAt: at(from), finishedAt: at(from + 10) });
    expectRejected([part(1, 2), later(12)], 'RESULT_APART', 'it started after results/1 had ended');
    expectRejected([later(7), part(1, 2)], 'RESULT_APART', 'it started only 3.00s before results/1 ended');
    expect(mergeResults([part(1, 2), later(4)]).merged?.parts).toHaveLength(2);
    expect(mergeResults([part(1, 2), later(60)], { allowApart: true }).finishedAt).toBe(at(70));
  });
});

describe('a merged result', () => {
  test('a merge without some parts is partial and INVALID, and lists the missing parts', () => {
    const merged = mergeResults([part(3, 4), part(1, 4)], { allowMissing: true } satisfies MergeOptions);
    expect(merged).toMatchObject({ partial: true, validity: { kind: 'invalid' }, verdict: { kind: 'invalid' } });
    expect(merged.validity.reasons).toEqual([
      expect.objectContaining({ code: 'PARTS', what: expect.stringContaining('2, 4') }),
    ]);
  });

  test('a merged result is INVALID if one part is, with the reason and the number of the part', () => {
    const reason = { code: 'LOOP_DELAY', what: 'The loop was held up.', fix: 'Close other programs.' } as const;
    const { validity } = part(2, 2).result;
    const bad = part(2, 2, { validity: { ...validity, kind: 'invalid', reasons: [reason] } });
    const merged = mergeResults([part(1, 2), bad]);
    expect(merged.validity).toMatchObject({ kind: 'invalid', reasons: [{ ...reason, part: 2 }] });
    expect(merged.verdict.kind).toBe('invalid');
    expect(renderSummary(merged, { colours: false, width: 80 })).toContain('LOOP_DELAY  Part 2: The loop was held up.');
  });

  test('a merged result has the worst outcome of its parts', () => {
    const outcome = { kind: 'interrupted', signal: 'SIGINT' } as const;
    const merged = mergeResults([part(1, 2), part(2, 2, { outcome, partial: true })]);
    expect(merged).toMatchObject({ outcome, partial: true, verdict: { kind: 'invalid' } });
  });

  test('names the part of each worker, and keeps the environment of each part', () => {
    const { environment } = part(2, 2).result;
    const other = part(2, 2, { environment: { ...environment, cpuModel: 'Another CPU' } });
    const merged = mergeResults([other, part(1, 2)]);
    expect(merged.workers.map((worker) => worker.part)).toEqual([1, 2]);
    expect(merged.merged?.parts.map((one) => one.environment.cpuModel)).toEqual(['Example CPU', 'Another CPU']);
    expect(merged.environment.cpuModel).toBe('Example CPU');
    expect(merged.harnessCeiling.recordsPerSecond).toBeNull();
  });

  test('adds up the gauges of parts, and uses the largest lag that the target reports', () => {
    const { series } = part(1, 2).result;
    const gauges = (inFlight: number, lagRecords: number[], behindMs?: number) =>
      series.map((interval) => ({
        ...interval,
        gauges: {
          inFlight,
          intendedPerSecond: 50,
          lagRecords,
          rssBytes: 10,
          ...(behindMs === undefined ? {} : { behindMs }),
        },
      }));
    const merged = mergeResults([
      part(1, 2, { series: gauges(1.5, [1, 2]) }),
      part(2, 2, { series: gauges(2, [10, 20, 30], 70) }),
    ]);
    expect(merged.series[3]!.gauges).toEqual({
      inFlight: 3.5,
      intendedPerSecond: 100,
      lagRecords: [11, 22, 30],
      behindMs: 70,
      rssBytes: 20,
    });
  });

  test('a merged result is as long as its longest part', () => {
    const short = part(2, 2).result;
    const merged = mergeResults([part(1, 2), part(2, 2, { series: short.series.slice(0, 4) })]);
    expect(merged.series).toHaveLength(10);
    expect(merged.series[9]!.cells).toEqual(part(1, 2).result.series[9]!.cells);
  });

  test('a merged result is judged by the sum of its parts', () => {
    const ten = hourResult({ seconds: 10, shards: 2, recordsPerSecond: 50, part: { index: 1, of: 2 } });
    const thresholds = ['achieved.rate > 90/s', 'putToGet.p50 < 1s'];
    const scenario = { ...ten.scenario, thresholds };
    const merged = mergeResults([part(1, 2, { scenario }), part(2, 2, { scenario })]);
    expect(merged.verdict.thresholds.map(({ text, holds }) => [text, holds])).toEqual(
      [...thresholds, 'undelivered == 0'].map((text) => [text, true]),
    );
    expect(merged.summary.rate.intendedPerSecond).toBe(100);
  });
});
