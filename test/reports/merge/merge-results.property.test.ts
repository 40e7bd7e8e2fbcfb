import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { HIGHEST_NS } from '../../../reports/histogram/slots.ts';
import { mergeResults } from '../../../reports/merge/merge-results.ts';
import { parseResult } from '../../../reports/reading/read-result.ts';
import type { Cell, Result } from '../../../reports/result/result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { mergedHistogram, selectCells } from '../../../reports/summary/cells.ts';
import { WARM_UP_SECONDS } from '../example-result.ts';
import { putToGetNs, type RecordedRecord, recordedRun, SHARDS, STEADY_SECONDS } from './recorded-run.ts';

const ns = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 2_000_000_000 }));
const record: fc.Arbitrary<RecordedRecord> = fc.record({
  second: fc.nat({ max: WARM_UP_SECONDS + STEADY_SECONDS - 1 }),
  shard: fc.nat({ max: SHARDS - 1 }),
  sendNs: ns,
  ackNs: ns,
  residenceNs: ns,
  isThrottled: fc.boolean(),
  isLost: fc.boolean(),
});
const records = fc.array(record, { maxLength: 80 });
const OPTIONS = { thresholds: ['putToGet.p50 < 1s', 'putToGet.max < 2s over 1s', 'lost == 0'] };

/** Divides records among parts as a run does: record i goes to part i modulo the number of parts. */
function partsOf(all: readonly RecordedRecord[], of: number) {
  return Array.from({ length: of }, (_, place) => ({
    name: `part-${place + 1}`,
    result: recordedRun(
      all.filter((_, index) => index % of === place),
      { ...OPTIONS, part: { index: place + 1, of } },
    ),
  }));
}

/** A result without the fields that show that it was merged. */
function withoutOrigin(result: Result): unknown {
  const { merged: _merged, environment: _environment, harnessCeiling: _ceiling, ...rest } = result;
  return plain(rest as Result);
}

/**
 * Removes the percentiles of a shard in a second, which a single recorder knows and a merge does not. Everything else must be
 * equal.
 */
function withoutShardPercentiles(result: Result): Result {
  const series = result.series.map((interval) => ({
    ...interval,
    shards: interval.shards.map((one) => ({ ...one, putToGet: { ...one.putToGet, p50Ns: null, p99Ns: null } })),
  }));
  return { ...result, series };
}

describe('merging the parts of a run', () => {
  test('equals the result of a single recorder', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 4 }), (all, count) => {
        const merged = mergeResults(partsOf(all, count));
        expect(withoutOrigin(withoutShardPercentiles(merged))).toEqual(
          withoutOrigin(withoutShardPercentiles(recordedRun(all, OPTIONS))),
        );
      }),
    );
  });

  test('has no composition of put-to-get if one part lacks it', () => {
    const received = fc.array(
      record.map((one) => ({ ...one, isLost: false })),
      { minLength: 4, maxLength: 40 },
    );
    fc.assert(
      fc.property(received, fc.nat({ max: 1 }), (all, silent) => {
        const parts = partsOf(all, 2).map(({ name, result }, place) => ({
          name,
          result: place === silent ? withoutComposition(result) : result,
        }));
        const merged = mergeResults(parts);
        const places = (result: Result) => new Set(result.cells.map(placeOf));
        const untold = places(parts[silent]!.result);
        for (const cell of merged.cells) {
          if (cell.kind === 'consumer') expect(cell.composition === undefined).toBe(untold.has(placeOf(cell)));
        }
        const isRecorded = ({ second }: RecordedRecord) => second >= WARM_UP_SECONDS;
        const isUntold = all.some((one, index) => index % 2 === silent && isRecorded(one));
        expect(merged.summary.composition === undefined).toBe(isUntold || !all.some(isRecorded));
        expect(reread(merged).summary).toEqual(merged.summary);
      }),
    );
  });

  test('gives the same result in any order and grouping', () => {
    fc.assert(
      fc.property(records, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (all, keys) => {
        const parts = partsOf(all, 4);
        const whole = mergeResults(parts);
        const shuffled = parts.map((part, place) => ({ part, key: keys[place]! })).sort((a, b) => a.key - b.key);
        const [a, b, c, d] = shuffled.map(({ part }) => part) as [Named, Named, Named, Named];
        const some = { allowMissing: true };
        const pair = (x: Named, y: Named) => ({ name: 'pair', result: reread(mergeResults([x, y], some)) });
        expect(plain(mergeResults([a, b, c, d]))).toEqual(plain(whole));
        expect(plain(mergeResults([pair(a, b), pair(c, d)]))).toEqual(plain(whole));
        expect(plain(mergeResults([pair(d, b), c, a]))).toEqual(plain(whole));
      }),
      { numRuns: 30 },
    );
  });

  test('gives the same percentiles as hdr-histogram-js for all latencies', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 80 }), (all) => {
        const referee = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
          useWebAssembly: false,
        });
        for (const one of all) if (!one.isLost && one.second >= WARM_UP_SECONDS) referee.recordValue(putToGetNs(one));
        const { cells, scenario } = mergeResults(partsOf(all, 3));
        const merged = mergedHistogram(selectCells(cells, scenario), 'putToGet');
        expect(merged.count).toBe(referee.totalCount);
        if (merged.count === 0) return;
        for (const p of [0, 25, 50, 90, 99, 99.9, 100]) {
          expect(merged.percentileNs(p)).toBe(referee.getValueAtPercentile(p));
        }
      }),
    );
  });

  test('has percentiles of a shard in a second only if one part had all its records, otherwise null', () => {
    fc.assert(
      fc.property(records, (all) => {
        const parts = partsOf(all, 2);
        const alone = recordedRun(all);
        for (const [second, { shards }] of mergeResults(parts).series.entries()) {
          for (const [shard, { putToGet }] of shards.entries()) {
            const counts = parts.map(({ result }) => result.series[second]!.shards[shard]!.putToGet.count);
            const exact = alone.series[second]!.shards[shard]!.putToGet;
            const isKnown = counts.includes(0);
            expect(putToGet).toEqual(isKnown ? exact : { ...exact, p50Ns: null, p99Ns: null });
          }
        }
      }),
    );
  });
});

type Named = ReturnType<typeof partsOf>[number];
const textOf = (result: Result) => [...resultLines(result)].join('\n');
const plain = (result: Result): unknown => JSON.parse(textOf(result));
const placeOf = ({ kind, phase, shard }: Cell) => `${kind} ${phase} ${shard}`;
/** The result in the form of an older version. */
function withoutComposition(result: Result): Result {
  const cells = result.cells.map((cell) => {
    if (cell.kind === 'producer') return cell;
    const { composition: _, ...rest } = cell;
    return rest;
  });
  const { composition: _, ...summary } = result.summary;
  return { ...result, cells, summary };
}
/** Writes and reads a merged result, which fails if the reader rejects it. */
const reread = (result: Result) => parseResult(textOf(result), 'merged');
