import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interval } from '../../../reports/result/result.ts';
import { windowsOf } from '../../../reports/verdict/threshold-windows.ts';
import { SECOND_NS } from '../example-result.ts';

const gauges = { inFlight: 0, intendedPerSecond: 0, lagRecords: [], rssBytes: 0 };
/** Intervals of one second from a timer that is up to 20 ms late. */
const stretch = fc.array(fc.integer({ min: 0, max: 20_000_000 }), { maxLength: 60 }).map((lateNs) => {
  const edges = [0, ...lateNs.map((late, index) => (index + 1) * SECOND_NS + late)];
  return lateNs.map(
    (_, index): Interval => ({ startNs: edges[index]!, endNs: edges[index + 1]!, cells: [], shards: [], gauges }),
  );
});
const overSeconds = fc.integer({ min: 1, max: 20 });

describe('sliding windows', () => {
  test('there are as many windows as fit, each of the requested length and one interval apart', () => {
    fc.assert(
      fc.property(stretch, overSeconds, (intervals, seconds) => {
        const windows = [...windowsOf(intervals, [...intervals.keys()], seconds * SECOND_NS)];
        expect(windows).toHaveLength(Math.max(0, intervals.length - seconds + 1));
        for (const [index, window] of windows.entries()) {
          expect(window.intervals).toEqual(intervals.slice(index, index + seconds));
          expect([window.startNs, window.endNs]).toEqual([
            window.intervals[0]!.startNs,
            window.intervals.at(-1)!.endNs,
          ]);
        }
      }),
    );
  });

  test('a window is never shorter than requested, even if intervals are longer', () => {
    const [interval] = fc.sample(
      stretch.filter((intervals) => intervals.length > 0),
      { numRuns: 1, seed: 1 },
    )[0]!;
    expect([...windowsOf([interval!], [0], 1e6)]).toHaveLength(1);
    expect([...windowsOf([], [], 1e6)]).toEqual([]);
  });
});
