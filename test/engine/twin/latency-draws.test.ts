import { describe, expect, test } from 'vitest';
import { blockAt, profileOf } from '../../../engine/twin/latency.ts';
import { type QuantileTable, quantileAt, quantileMeanNs } from '../../../engine/twin/latency-profile.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { wassersteinOf } from '../../../reports/statistics/wasserstein.ts';

const MS = 1e6;
/** Quantiles of a published example: Q = 8, 20, 45, 120, 400, 900. */
const TABLE: QuantileTable = [
  { p: 0, ns: 8 * MS },
  { p: 0.5, ns: 20 * MS },
  { p: 0.9, ns: 45 * MS },
  { p: 0.99, ns: 120 * MS },
  { p: 0.999, ns: 400 * MS },
  { p: 1, ns: 900 * MS },
];

test('quantiles are interpolated log-linearly', () => {
  const found = [0.25, 0.7, 0.95, 0.995, 0.9995].map((p) => quantileAt(TABLE, p) / MS);
  for (const [i, expected] of [12.649, 30, 77.6, 234.245, 600].entries()) expect(found[i]).toBeCloseTo(expected, 2);
  expect(quantileMeanNs(TABLE) / MS).toBeCloseTo(28.4712, 2);
});

describe('even draws', () => {
  const delaysOf = (evenDraws: boolean, slots: number) => {
    const model = profileOf({ slotMs: 100, evenDraws, quantiles: TABLE.slice(0, 4) }, 7);
    return Array.from({ length: slots }, (_, slot) => model.delayNs(0, slot * 100 * MS) / MS);
  };
  const truth = Array.from({ length: 1000 }, (_, i) => quantileAt(TABLE.slice(0, 4), (i + 0.5) / 1000) / MS);

  test('draws that are even have the distribution of the profile after 50 slots of one shard', () => {
    const histogramOf = (delaysMs: readonly number[]) => {
      const histogram = new Histogram();
      for (const ms of delaysMs) histogram.record(ms * MS);
      return histogram;
    };
    const distance = wassersteinOf(histogramOf(delaysOf(true, 50)), histogramOf(truth));
    expect(distance!.distanceNs / MS / 25).toBeLessThan(0.06);
  });

  test('draws that are even differ between shards and seeds', () => {
    const first = profileOf({ evenDraws: true, quantiles: TABLE }, 1);
    const second = profileOf({ evenDraws: true, quantiles: TABLE }, 2);
    expect(first.delayNs(0, 0)).not.toBe(first.delayNs(1, 0));
    expect(first.delayNs(0, 0)).not.toBe(second.delayNs(0, 0));
  });
});

describe('blocks', () => {
  const calm: QuantileTable = [
    { p: 0, ns: 1 * MS },
    { p: 1, ns: 2 * MS },
  ];
  const stalled: QuantileTable = [
    { p: 0, ns: 500 * MS },
    { p: 1, ns: 600 * MS },
  ];
  const blocks = [calm, calm, calm, stalled];

  test('one block holds for a second of all shards', () => {
    const model = profileOf({ slotMs: 20, evenDraws: true, blocks, quantiles: calm }, 3);
    for (let second = 0; second < 40; second += 1) {
      const isStalled = blockAt(blocks, 3, second * 1000 * MS) === stalled;
      for (const shard of [0, 1, 5]) {
        for (const ms of [0, 400, 980]) {
          expect(model.delayNs(shard, (second * 1000 + ms) * MS) > 100 * MS).toBe(isStalled);
        }
      }
    }
  });

  test('blocks are drawn as often as they were measured', () => {
    const seconds = Array.from({ length: 4000 }, (_, second) => blockAt(blocks, 3, second * 1000 * MS));
    const share = seconds.filter((block) => block === stalled).length / seconds.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
    expect(profileOf({ blocks, quantiles: calm }, 3).maxDelayNs).toBe(600 * MS);
  });
});
