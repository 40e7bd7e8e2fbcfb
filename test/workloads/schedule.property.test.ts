import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyChooser } from '../../workloads/keys.ts';
import { createPayloadChooser } from '../../workloads/payloads.ts';
import { RateCurve } from '../../workloads/rate-curve.ts';
import type { ArrivalsSpec, KeysSpec } from '../../workloads/scenario.ts';
import { createArrivals } from '../../workloads/schedule.ts';
import { aWorkload, phasesOf } from './a-workload.ts';

const rate = fc.double({ min: 0.5, max: 5000, noNaN: true });
const seconds = fc.double({ min: 0.001, max: 0.5, noNaN: true });
const ramp = fc
  .record({ rate: fc.oneof(rate, fc.constant(0)), to: rate, seconds, flips: fc.boolean() })
  .map(({ rate: a, to: b, flips, ...rest }) => ({ ...rest, rate: flips ? b : a, to: flips ? a : b }));
const pause = seconds.map((length) => ({ rate: 0, to: 0, seconds: length }));
const phases = fc
  .tuple(fc.array(fc.oneof(ramp, pause), { maxLength: 3 }), ramp, fc.array(fc.oneof(ramp, pause), { maxLength: 2 }))
  .map(([before, one, after]) => phasesOf([...before, one, ...after]));
const meanNs = fc.tuple(fc.integer({ min: 1e5, max: 1e9 }), fc.integer({ min: 1e5, max: 1e9 }));
const arrivals = fc.oneof(
  fc.constantFrom<ArrivalsSpec>({ kind: 'constant' }, { kind: 'uniform' }, { kind: 'poisson' }),
  meanNs.map(([on, off]): ArrivalsSpec => ({ kind: 'on-off', meanOnNs: on, meanOffNs: off })),
  fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 100 }), meanNs)
    .map(([a, b, means]): ArrivalsSpec => ({ kind: 'mmpp', rates: [a, b], meanNs: means })),
);
const keys = fc.constantFrom<KeysSpec>(
  { kind: 'uniform', count: 77 },
  { kind: 'zipf', exponent: 0.99, count: 1000 },
  { kind: 'zipf', exponent: 1.2, count: 3_000_000 },
  { kind: 'hot', hotCount: 2, hotShare: 0.8, count: 50 },
  { kind: 'sequential', count: 7 },
);
const workloads = fc.record({ arrivals, phases, keys }).map(aWorkload);
const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });

type Row = readonly [index: number, atNs: number, key: number, payload: number];

/** Records of one producer of several. Each creates its own choosers, as threads do. */
function rowsOf(workload: ReturnType<typeof aWorkload>, seed: number, producer: number, producers: number): Row[] {
  const source = createArrivals(workload, seed, producer, producers);
  const keyOf = createKeyChooser(workload, seed);
  const payloadOf = createPayloadChooser(workload, seed, { count: 4096 });
  const rows: Row[] = [];
  for (let t = source.next(); t !== Number.POSITIVE_INFINITY; t = source.next()) {
    rows.push([source.index, t, keyOf(source.index), payloadOf(source.index)]);
  }
  return rows;
}

test('any split over producers makes the same records: times, keys and payloads', () => {
  fc.assert(
    fc.property(workloads, seeds, fc.integer({ min: 2, max: 9 }), (workload, seed, producers) => {
      const alone = rowsOf(workload, seed, 0, 1);
      const together = Array.from({ length: producers }, (_, w) => rowsOf(workload, seed, w, producers)).flat();
      expect(together.sort((a, b) => a[0] - b[0])).toEqual(alone);
    }),
  );
});

test('intended times are whole ns, never decrease, lie within the run, and indexes have no hole', () => {
  fc.assert(
    fc.property(workloads, seeds, (workload, seed) => {
      const last = workload.phases.at(-1)!;
      let previousNs = 0;
      for (const [place, [index, atNs]] of rowsOf(workload, seed, 0, 1).entries()) {
        expect(index).toBe(place);
        expect(Number.isInteger(atNs)).toBe(true);
        expect(atNs).toBeGreaterThanOrEqual(previousNs);
        expect(atNs).toBeLessThan(last.startNs + last.durationNs);
        previousNs = atNs;
      }
    }),
  );
});

test('the count of constant arrivals by time t matches the integral of the rate', () => {
  fc.assert(
    fc.property(phases, fc.double({ min: 0, max: 1.2, noNaN: true }), (somePhases, share) => {
      const curve = new RateCurve(somePhases);
      const tNs = Math.floor(curve.endNs * share);
      const times = rowsOf(aWorkload({ phases: somePhases }), 1, 0, 1).map(([, atNs]) => atNs);
      const count = times.filter((atNs) => atNs <= tNs).length;
      expect(count).toBe(curve.dueBy(tNs));
      // Record 0 is due at N = 0: one more than the whole part of the integral. The last ns of rounding may hold several.
      const inOneNs = Math.max(...somePhases.map((p) => Math.max(p.fromPerSecond, p.toPerSecond))) / 1e9;
      expect(Math.abs(count - Math.min(curve.recordCount, curve.countAt(tNs) + 0.5))).toBeLessThan(
        0.5 + inOneNs + 1e-6,
      );
    }),
  );
});

test('the inverse of the rate curve returns to the same place', () => {
  fc.assert(
    fc.property(phases, fc.double({ min: 0, max: 0.999999, noNaN: true }), (somePhases, share) => {
      const curve = new RateCurve(somePhases);
      const count = curve.endCount * share;
      expect(curve.countAt(curve.timeOfCount(count))).toBeCloseTo(count, 5);
    }),
  );
});

test('no record is due in a pause, whatever the arrivals', () => {
  fc.assert(
    fc.property(workloads, seeds, (workload, seed) => {
      const pauses = workload.phases.filter(({ fromPerSecond, toPerSecond }) => fromPerSecond + toPerSecond === 0);
      const startsWithPause = pauses[0]?.startNs === 0;
      for (const [, atNs] of rowsOf(workload, seed, 0, 1)) {
        // A time is rounded down to whole ns, and the record of a phase's last ns may fall on the first of the pause.
        const inside = pauses.filter(({ startNs, durationNs }) => atNs > startNs && atNs < startNs + durationNs - 1);
        expect(inside).toEqual([]);
      }
      if (startsWithPause) expect(rowsOf(workload, seed, 0, 1)[0]?.[1] ?? Infinity).not.toBe(0);
    }),
  );
});

test('random arrivals differ with the seed', () => {
  const workload = aWorkload({ arrivals: { kind: 'poisson' } });
  expect(rowsOf(workload, 1, 0, 1)).not.toEqual(rowsOf(workload, 2, 0, 1));
  expect(rowsOf(workload, 1, 0, 1)).toEqual(rowsOf(workload, 1, 0, 1));
});
