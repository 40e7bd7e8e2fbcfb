import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import { Limiter, limiterBytes } from '../../../engine/twin/limits.ts';
import { LocalBuckets } from '../../../engine/twin/write-buckets.ts';
import { tableOf, textTable } from '../log/records.ts';

const PLENTY = 1e12;
const SIZES = [1, 10, 100, 500, 1000];

const allowances = fc.record({
  recordsPerSecond: fc.constantFrom(1, 8, 1000),
  bytesPerSecond: fc.constantFrom(64, 1024, 65_536),
  burstRecords: fc.constantFrom(1, 5, 50),
  burstBytes: fc.constantFrom(1000, 2048, 10_000),
  windowSeconds: fc.constantFrom(undefined, 1, 0.125),
});

describe('local buckets', () => {
  it('buckets of 1,000 tokens a second and a depth of 1,000 accept the published sequence of requests', () => {
    // A request of n tokens is a record of n bytes: it passes as a whole or not at all.
    const buckets = new LocalBuckets(1, {
      recordsPerSecond: PLENTY,
      burstRecords: PLENTY,
      bytesPerSecond: 1000,
      burstBytes: 1000,
    });
    const admit = (seconds: number, tokens: number) => buckets.admit(0, seconds * 1e9, tokens);
    expect(admit(0, 400)).toBe(true);
    expect(admit(0.1, 400)).toBe(true);
    expect(admit(0.2, 400)).toBe(true);
    expect(admit(0.5, 300)).toBe(true);
    expect(admit(0.6, 200)).toBe(false);
    expect(admit(1, 500)).toBe(true);
    expect(admit(1.5, 600)).toBe(false);
    expect(admit(1.9, 400)).toBe(true);
    expect([admit(1.9, 501), admit(1.9, 500), admit(1.9, 1)]).toEqual([false, true, false]);
  });

  it('fixed windows of a second accept other requests than buckets', () => {
    const buckets = new LocalBuckets(1, {
      recordsPerSecond: PLENTY,
      burstRecords: PLENTY,
      bytesPerSecond: 1000,
      burstBytes: 1000,
      windowSeconds: 1,
    });
    const requests = [
      [0, 400],
      [0.1, 400],
      [0.2, 400],
      [0.5, 300],
      [0.6, 200],
      [1, 500],
      [1.5, 600],
      [1.9, 400],
    ] as const;
    const passed = requests.map(([seconds, tokens]) => buckets.admit(0, seconds * 1e9, tokens));
    expect(passed).toEqual([true, true, false, false, true, true, false, true]);
  });

  it('local buckets decide like the limiter of the engine, record by record', () => {
    const draws = fc.array(
      fc.record({
        afterMs: fc.constantFrom(0, 1, 40, 125, 1000, 5000),
        sizes: fc.array(fc.nat(SIZES.length - 1), { minLength: 1, maxLength: 8 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(allowances, draws, (allowance, draws) => {
        const limiter = new Limiter(new SharedArrayBuffer(limiterBytes(1)), allowance);
        const buckets = new LocalBuckets(1, allowance);
        let nowNs = 0;
        for (const { afterMs, sizes } of draws) {
          nowNs += afterMs * 1e6;
          const batch = new RecordBatch(8, textTable(['']), tableOf(SIZES.map((size) => new Uint8Array(size))), 0);
          const order = Int32Array.from(sizes, (size, row) => {
            batch.payloadIndex[row] = size;
            return row;
          });
          limiter.admit(0, nowNs, batch, order, 0, sizes.length);
          const local = sizes.map((size) => buckets.admit(0, nowNs, SIZES[size]!));
          expect(local).toEqual(sizes.map((_, row) => batch.status[row] === PENDING));
        }
      }),
    );
  });

  it('local buckets accept as many records of one size together as one by one', () => {
    const draws = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), count: fc.nat(60), bytes: fc.constantFrom(...SIZES) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(allowances, draws, (allowance, draws) => {
        const together = new LocalBuckets(1, allowance);
        const single = new LocalBuckets(1, allowance);
        let nowNs = 0;
        for (const { afterMs, count, bytes } of draws) {
          nowNs += afterMs * 1e6;
          let passed = 0;
          for (let i = 0; i < count; i++) passed += single.admit(0, nowNs, bytes) ? 1 : 0;
          expect(Math.abs(together.admitMany(0, nowNs, count, bytes) - passed)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('local buckets of one shard do not change those of another', () => {
    const buckets = new LocalBuckets(2, { recordsPerSecond: 1, burstRecords: 1, bytesPerSecond: 10, burstBytes: 10 });
    expect([buckets.admit(0, 0, 1), buckets.admit(0, 0, 1), buckets.admit(1, 0, 1)]).toEqual([true, false, true]);
  });
});
