import { expect, test } from 'vitest';
import { PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import { byteTable, textTable } from '../../../engine/log/text-table.ts';
import { Limiter, limiterBytes } from '../../../engine/twin/limits.ts';
import { RandomStream, unitExponential } from '../../../workloads/random.ts';

const limits = { recordsPerSecond: 1000, burstRecords: 1000, bytesPerSecond: 1e9, burstBytes: 1e9 };
const batch = new RecordBatch(1, textTable(['k']), byteTable([new Uint8Array(10)]), 0);
const order = new Int32Array(1);

function throttledShare(limiter: Limiter, perSecond: number, seconds: number, isPoisson: boolean): number {
  const random = new RandomStream(5, 'arrivals');
  let [throttled, count] = [0, 0];
  for (let atNs = 0; ; count += 1) {
    atNs += ((isPoisson ? unitExponential(random.uniform()) : 1) * 1e9) / perSecond;
    if (atNs > seconds * 1e9) return throttled / count;
    batch.status[0] = PENDING;
    throttled += 1 - limiter.admit(0, atNs, batch, order, 0, 1);
  }
}

const limiterOf = (window: object) => new Limiter(new SharedArrayBuffer(limiterBytes(1)), { ...limits, ...window });

test('a fixed window rejects some of 950/s at random times, and a bucket none', () => {
  const share = throttledShare(limiterOf({ windowSeconds: 1 }), 950, 2000, true);
  // 7.46e-4 in the long run; windows with throttled records are few, so that their number varies.
  expect(share).toBeGreaterThan(5e-4);
  expect(share).toBeLessThan(10e-4);
  expect(throttledShare(limiterOf({}), 950, 200, true)).toBe(0);
});

test('a fixed window rejects the twentieth of 1,050/s from the first second on, and a bucket once it is empty', () => {
  expect(throttledShare(limiterOf({ windowSeconds: 1 }), 1050, 10, false)).toBeCloseTo(50 / 1050, 3);
  expect(throttledShare(limiterOf({}), 1050, 10, false)).toBe(0);
  expect(throttledShare(limiterOf({}), 1050, 60, false)).toBeCloseTo(2000 / 63_000, 3);
});
