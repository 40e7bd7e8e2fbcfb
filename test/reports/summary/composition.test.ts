import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { ConsumerCell } from '../../../reports/result/result.ts';
import { summariseComposition } from '../../../reports/summary/composition.ts';
import { compositionOfRecords, type Parts } from '../composed.ts';
import { exampleMeasurements } from '../example-result.ts';

const MS = 1e6;

/** `count` records with the same put-to-get, of which `beforeMs` was before the hand-over. */
const records = (count: number, ms: number, beforeMs: number): Parts[] =>
  Array.from({ length: count }, () => ({ putToGetNs: ms * MS, afterNs: (ms - beforeMs) * MS }));

function cellOf(all: readonly Parts[]): ConsumerCell {
  const putToGet = new Histogram();
  for (const { putToGetNs } of all) putToGet.record(putToGetNs);
  return {
    kind: 'consumer',
    workload: 'w',
    phase: 'p',
    shard: 0,
    consumer: 'c',
    counts: { received: all.length, bytes: 0 },
    histograms: { putToGet, residence: putToGet, uncorrected: putToGet },
    composition: compositionOfRecords(all),
  };
}

const summary = (...all: readonly Parts[][]) => summariseComposition([cellOf(all.flat())]);

describe('the composition of put-to-get', () => {
  test('is known for the records near the median and near p99, and for all records', () => {
    const composition = summary(records(9500, 80, 2), records(400, 200, 50), records(100, 1000, 900));
    expect(composition).toEqual({
      all: {
        count: 10_000,
        putToGetNs: 94 * MS,
        beforeNs: 12.9 * MS,
        afterNs: 81.1 * MS,
      },
      p50: {
        count: 9500,
        fromNs: 9 * 2 ** 23,
        toNs: 10 * 2 ** 23 - 1,
        putToGetNs: 80 * MS,
        beforeNs: 2 * MS,
        afterNs: 78 * MS,
      },
      p99: {
        count: 400,
        fromNs: 11 * 2 ** 24,
        toNs: 12 * 2 ** 24 - 1,
        putToGetNs: 200 * MS,
        beforeNs: 50 * MS,
        afterNs: 150 * MS,
      },
    });
  });

  test('uses more classes if one has too few records, and prefers those of a thin tail to the bulk next to it', () => {
    // p99 is the 5th of the records at 100 ms. One class below it are 985 records, above it a few.
    const composition = summary(records(985, 90, 1), records(9, 100, 60), records(3, 110, 70), records(3, 300, 200));
    expect(composition!.p99).toMatchObject({ count: 12, beforeNs: ((9 * 60 + 3 * 70) / 12) * MS });
    expect(composition!.p99!.fromNs).toBeGreaterThan(90 * MS);
    expect(composition!.p99!.toNs).toBeLessThan(130 * MS);
  });

  test('is unknown for a percentile without neighbours, and for one with too few records', () => {
    expect(summary(records(985, 1, 0), records(8, 100, 60), records(7, 5000, 0))).toMatchObject({
      p50: { count: 985 },
      p99: null,
    });
    expect(summary(records(298, 10, 1))).toMatchObject({ p50: { count: 298 }, p99: null });
    expect(summary(records(299, 10, 1))).toMatchObject({ p99: { count: 299 } });
    expect(summary(records(9, 10, 1))).toMatchObject({ all: { count: 9 }, p50: null, p99: null });
  });

  test('is known for the shortest latencies', () => {
    expect(summary(records(20, 0, 0))).toMatchObject({ p50: { count: 20, fromNs: 0, toNs: 127, putToGetNs: 0 } });
    expect(summary(records(5, 0, 0), records(5, 0.0002, 0))).toMatchObject({
      p50: { count: 10, fromNs: 0, toNs: 255 },
    });
  });

  test('is unknown if nothing was received, or if one cell with records lacks it', () => {
    const { cells, scenario } = exampleMeasurements({ beforeMs: () => 1 });
    expect(scenario.consumers).toHaveLength(2);
    expect(summariseComposition(cells)?.all.beforeNs).toBe(MS);
    expect(summariseComposition(cells.filter(({ kind }) => kind === 'producer'))).toBeUndefined();
    const consumer = cells.find(({ kind }) => kind === 'consumer') as ConsumerCell;
    const { composition: _, ...silent } = consumer;
    expect(summariseComposition([...cells, silent])).toBeUndefined();
    const empty = { ...silent, counts: { received: 0, bytes: 0 } };
    expect(summariseComposition([...cells, empty])).toEqual(summariseComposition(cells));
  });
});
