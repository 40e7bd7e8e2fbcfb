import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copiesOf } from '../../../../runners/plan/input/trace/copies.ts';
import { RateSteps } from '../../../../runners/plan/input/trace/rate-steps.ts';
import { CHUNK_RECORDS, TraceSpool } from '../../../../runners/plan/input/trace/spool.ts';
import { TimeOrder } from '../../../../runners/plan/input/trace/time-order.ts';

const WINDOW = 8;

test('records come in the order of time, those of one time in their own, or are reported as too late', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 100 }), (times) => {
      const passed: [number, number][] = [];
      const kept: [number, number][] = [];
      const order = new TimeOrder((timeNs, _, place) => passed.push([timeNs, place]), WINDOW);
      for (const [place, timeNs] of times.entries()) {
        const lateNs = order.add(timeNs, 0.5, place);
        if (lateNs === 0) kept.push([timeNs, place]);
        // At least a window of records lies between a record that is too late and a younger one.
        else expect(kept.filter(([time]) => time <= timeNs + lateNs).length).toBeGreaterThanOrEqual(WINDOW);
      }
      order.finish();
      expect(passed).toEqual(kept.toSorted(([a, i], [b, j]) => a - b || i - j));
    }),
  );
});

test('a spool gives back its records, each time from the start', () => {
  const spool = new TraceSpool();
  const count = 2 * CHUNK_RECORDS + 123;
  for (let i = 0; i < count; i += 1) spool.append(i * 1.5, i / count, (i * 7919) % 4_000_000_000);
  spool.finish();
  for (let round = 0; round < 2; round += 1) {
    let i = 0;
    let wrong = 0;
    for (const { count: records, columns } of spool.chunks()) {
      for (let at = 0; at < records; at += 1, i += 1) {
        const isSame =
          columns.timesNs[at] === i * 1.5 &&
          columns.hashRatios[at] === i / count &&
          columns.bytes[at] === (i * 7919) % 4_000_000_000;
        if (!isSame) wrong += 1;
      }
    }
    expect([i, wrong]).toEqual([count, 0]);
  }
  spool.close();
});

test('copies are as many as the scale requires, in the order of time, and each within the resolution of its record', () => {
  const records = fc.array(fc.tuple(fc.nat(20), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
    minLength: 1,
    maxLength: 50,
  });
  const scale = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0.1, max: 7, noNaN: true }));
  fc.assert(
    fc.property(records, scale, fc.nat(100), (list, factor, seed) => {
      const sorted = list.toSorted(([a], [b]) => a - b);
      const spool = new TraceSpool();
      for (const [i, [second, hashRatio]] of sorted.entries()) spool.append(second * 1e9, hashRatio, i + 1);
      spool.finish();
      const options = { scale: factor, speed: 2, resolutionNs: 1e9, copyKeys: 'same', producers: 3, seed } as const;
      const counts = new Array<number>(sorted.length).fill(0);
      let last = 0;
      let total = 0;
      for (const { count, dueAtNs, hashRatio, bytes, producer } of copiesOf(spool, options)) {
        for (let at = 0; at < count; at += 1) {
          const [second, ratio] = sorted[bytes[at]! - 1]!;
          expect(hashRatio[at]).toBe(ratio);
          expect(dueAtNs[at]).toBeGreaterThanOrEqual(last);
          const startNs = ((second - sorted[0]![0]) * 1e9) / 2;
          expect(dueAtNs[at]).toBeGreaterThanOrEqual(startNs);
          expect(dueAtNs[at]).toBeLessThanOrEqual(startNs + 0.5e9);
          expect(producer[at]).toBeLessThan(3);
          last = dueAtNs[at]!;
          counts[bytes[at]! - 1]! += 1;
          total += 1;
        }
      }
      spool.close();
      expect(total).toBe(Math.floor(sorted.length * factor));
      for (const count of counts) expect(Math.abs(count - factor)).toBeLessThan(2);
    }),
  );
});

test('steps of a rate keep all records, and the times at which they come', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e15, noNaN: true }), { minLength: 1, maxLength: 30 }), (times) => {
      const steps = new RateSteps();
      for (const ns of times) steps.add(ns, 1, 10);
      const { stepNs, recordsOfStep, bytesOfStep } = steps.finish(1e9);
      expect(stepNs).toBeGreaterThanOrEqual(1e9);
      const expected = new Float64Array(recordsOfStep.length);
      for (const ns of times) expected[Math.floor(ns / stepNs)]! += 1;
      expect(recordsOfStep).toEqual(expected);
      expect(bytesOfStep).toEqual(expected.map((count) => 10 * count));
    }),
    { numRuns: 30 },
  );
});
