import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PENDING, RecordBatch, THROTTLED } from '../../../engine/log/record-batch.ts';
import { awsLimits, Limiter, limiterBytes, type ShardLimits } from '../../../engine/twin/limits.ts';
import { tableOf, textTable } from '../log/records.ts';
import type { Draw, LimiterData } from './limiter-worker.ts';

const SIZES = [1, 10, 100, 500, 1000];
const payloads = tableOf(SIZES.map((size) => new Uint8Array(size)));

/** Draws for records of these payload sizes; returns for each if it passed. */
function draw(limiter: Limiter, nowNs: number, sizes: readonly number[]): boolean[] {
  const batch = new RecordBatch(sizes.length, textTable(['']), payloads, 0);
  const order = new Int32Array(sizes.length);
  for (const [row, size] of sizes.entries()) {
    order[row] = row;
    batch.payloadIndex[row] = SIZES.indexOf(size);
  }
  const passed = limiter.admit(0, nowNs, batch, order, 0, sizes.length);
  const rows = [...order.subarray(0, passed)];
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect([...order].sort((a, b) => a - b)).toEqual(sizes.map((_, row) => row));
  const fits = sizes.map((_, row) => batch.status[row] === PENDING);
  expect(fits.filter(Boolean)).toHaveLength(passed);
  expect(sizes.map((_, row) => batch.status[row])).toEqual(fits.map((fit) => (fit ? PENDING : THROTTLED)));
  return fits;
}

const limiterOf = (limits: ShardLimits): Limiter => new Limiter(new SharedArrayBuffer(limiterBytes(1)), limits);

/** The plain model: two buckets that fill with time. */
class TokenBuckets {
  readonly #limits: ShardLimits;
  #records: number;
  #bytes: number;
  #atNs = 0;

  constructor(limits: ShardLimits) {
    this.#limits = limits;
    this.#records = limits.burstRecords;
    this.#bytes = limits.burstBytes;
  }

  draw(nowNs: number, bytes: number): boolean {
    const seconds = (nowNs - this.#atNs) / 1e9;
    this.#atNs = nowNs;
    this.#records = Math.min(this.#limits.burstRecords, this.#records + seconds * this.#limits.recordsPerSecond);
    this.#bytes = Math.min(this.#limits.burstBytes, this.#bytes + seconds * this.#limits.bytesPerSecond);
    if (this.#records < 1 - 1e-6 || this.#bytes < bytes - 1e-6) return false;
    this.#records -= 1;
    this.#bytes -= bytes;
    return true;
  }
}

describe('a limiter', () => {
  it('a limiter decides record by record like a token bucket', () => {
    const limits = fc.record({
      recordsPerSecond: fc.constantFrom(1, 8, 1000),
      bytesPerSecond: fc.constantFrom(64, 1024, 65_536),
      burstRecords: fc.constantFrom(1, 5, 50),
      burstBytes: fc.constantFrom(1000, 2048, 10_000),
    });
    // Rates are such that a millisecond is worth a dyadic number of tokens or far from a boundary of one.
    const puts = fc.array(
      fc.record({
        afterMs: fc.constantFrom(0, 1, 40, 125, 1000, 5000),
        sizes: fc.array(fc.constantFrom(...SIZES), { minLength: 1, maxLength: 8 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(limits, puts, (limits, puts) => {
        const limiter = limiterOf(limits);
        const model = new TokenBuckets(limits);
        let nowNs = 0;
        for (const { afterMs, sizes } of puts) {
          nowNs += afterMs * 1e6;
          expect(draw(limiter, nowNs, sizes)).toEqual(sizes.map((size) => model.draw(nowNs, size)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a limiter accepts a small record after it throttled a large one', () => {
    const limiter = limiterOf({ recordsPerSecond: 100, bytesPerSecond: 1000, burstRecords: 100, burstBytes: 1100 });
    expect(draw(limiter, 0, [1000, 500, 100, 1])).toEqual([true, false, true, false]);
  });

  it('a limiter charges every draw on a fast bucket, however small', () => {
    const limiter = limiterOf({ recordsPerSecond: 1e10, bytesPerSecond: 1e12, burstRecords: 100, burstBytes: 1e9 });
    let passed = 0;
    for (let i = 0; i < 500; i++) passed += draw(limiter, 1e9, [1]).filter(Boolean).length;
    expect(passed).toBe(100);
  });

  it('a limiter returns the tokens of records without room, so that a retry does not pay twice', () => {
    const limiter = limiterOf({ recordsPerSecond: 1, bytesPerSecond: 1000, burstRecords: 4, burstBytes: 4000 });
    const batch = new RecordBatch(4, textTable(['']), payloads, 0);
    batch.payloadIndex.fill(SIZES.indexOf(1000));
    const order = Int32Array.from([0, 1, 2, 3]);
    for (let tries = 0; tries < 10; tries++) {
      expect(limiter.admit(0, 0, batch, order, 0, 4)).toBe(4);
      limiter.giveBack(0, batch, order, 0, 4);
    }
    expect(limiter.admit(0, 0, batch, order, 0, 4)).toBe(4);
    limiter.giveBack(0, batch, order, 3, 4);
    expect(draw(limiter, 0, [1000, 1000])).toEqual([true, false]);
  });

  it('a limiter gives several threads together no more than burst and rate over any window', async () => {
    const limits = { recordsPerSecond: 200_000, bytesPerSecond: 20e6, burstRecords: 2000, burstBytes: 300_000 };
    const durationMs = 500;
    const buffer = new SharedArrayBuffer(limiterBytes(1));
    const start = new SharedArrayBuffer(4);
    const clock = new SharedArrayBuffer(8);
    const workers = [1, 2, 3].map((seed) => {
      const workerData: LimiterData = { buffer, limits, start, clock, durationMs, seed };
      return new Worker(new URL('./limiter-worker.ts', import.meta.url), { workerData });
    });
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const results = workers.map((worker) => once(worker, 'message') as Promise<[Draw[]]>);
    Atomics.store(new Int32Array(start), 0, 1);
    Atomics.notify(new Int32Array(start), 0);
    const draws = (await Promise.all(results)).flatMap(([draws]) => draws).sort((a, b) => a.atNs - b.atNs);
    expect(mostOver(draws, (draw) => draw.records, limits.recordsPerSecond)).toBeLessThan(limits.burstRecords + 1e-3);
    expect(mostOver(draws, (draw) => draw.bytes, limits.bytesPerSecond)).toBeLessThan(limits.burstBytes + 1e-3);
    const bytes = draws.reduce((sum, draw) => sum + draw.bytes, 0);
    expect(bytes).toBeGreaterThan(limits.burstBytes);
  });

  it('a limiter has the limits of Kinesis by default, with a larger burst of bytes for a stream of large records', () => {
    expect(awsLimits(1024 * 1024)).toEqual({
      bytesPerSecond: 1_048_576,
      recordsPerSecond: 1000,
      burstBytes: 1_048_576,
      burstRecords: 1000,
    });
    expect(awsLimits(2 * 1024 * 1024).burstBytes).toBe(10 * 1024 * 1024);
  });
});

/** The most that was given in any window beyond what the rate gives in it: what a burst must cover. */
function mostOver(draws: readonly Draw[], amountOf: (draw: Draw) => number, perSecond: number): number {
  let over = 0;
  let most = 0;
  let beforeNs = draws[0]!.atNs;
  for (const draw of draws) {
    over = Math.max(0, over - ((draw.atNs - beforeNs) / 1e9) * perSecond) + amountOf(draw);
    most = Math.max(most, over);
    beforeNs = draw.atNs;
  }
  return most;
}
