import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  createPayloadChooser,
  createPayloadPool,
  type PayloadPool,
  stratifiedSizes,
} from '../../workloads/payloads.ts';
import type { PayloadSpec, SizeSpec } from '../../workloads/scenario.ts';
import { aWorkload } from './a-workload.ts';
import { chiSquare, chiSquareLimit, mean } from './statistics.ts';

const MEBIBYTE = 2 ** 20;
const sized = (size: SizeSpec, randomRatio = 1): PayloadSpec => ({ kind: 'size', size, randomRatio });
const poolOf = (payload: PayloadSpec, maxRecordBytes = MEBIBYTE, seed = 1) =>
  createPayloadPool(aWorkload({ payload }), seed, maxRecordBytes);
const textOf = (pool: PayloadPool, p: number) =>
  Buffer.from(pool.bytes.buffer, pool.offsets[p]!, pool.lengths[p]!).toString();

describe('sizes', () => {
  test('have the reference mean and quantiles for a lognormal', () => {
    const sizes = stratifiedSizes({ kind: 'lognormal', p50Bytes: 500, p99Bytes: 4000 }, 4096);
    expect(mean(sizes) / 745.54).toBeCloseTo(1, 2);
    expect(sizes[2048]).toBe(500);
    expect(sizes[Math.floor(0.9 * 4096)]! / 1572.06).toBeCloseTo(1, 2);
    expect(sizes[Math.floor(0.99 * 4096)]! / 4000).toBeCloseTo(1, 2);
  });

  test('have the reference median for a bounded Pareto, and stay within the bounds', () => {
    const sizes = stratifiedSizes({ kind: 'pareto', shape: 1.2, minBytes: 100, maxBytes: 100_000 }, 4096);
    expect(sizes[2048]).toBe(178);
    expect(sizes[0]).toBe(100);
    expect(sizes.at(-1)).toBeLessThanOrEqual(100_000);
    expect(mean(sizes) / 449.4).toBeCloseTo(1, 1);
  });

  test('are at least one byte long', () => {
    expect(stratifiedSizes({ kind: 'lognormal', p50Bytes: 2, p99Bytes: 4000 }, 4096)[0]).toBe(1);
  });
});

describe('the pool', () => {
  test.each<[string, PayloadSpec]>([
    ['small sizes', sized({ kind: 'lognormal', p50Bytes: 300, p99Bytes: 2000 })],
    ['sizes that must overlap', sized({ kind: 'fixed', bytes: MEBIBYTE })],
    ['one byte', sized({ kind: 'fixed', bytes: 1 })],
    ['a template', { kind: 'template', template: { id: '{{uuid}}' } }],
    ['a large template', { kind: 'template', template: 'x'.repeat(100_000) }],
  ])('is shared, aligned, inside its memory and below its limit for %s', (_, payload) => {
    const pool = poolOf(payload);
    expect(pool.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(pool.words.buffer).toBe(pool.bytes.buffer);
    expect(pool.bytes.length).toBeLessThanOrEqual(64 * 2 ** 20);
    expect(pool.count).toBeGreaterThan(0);
    expect(pool.offsets.length).toBe(pool.count);
    for (let p = 0; p < pool.count; p += 1) {
      expect(pool.offsets[p]! % 8).toBe(0);
      expect(pool.offsets[p]! + ((pool.lengths[p]! + 7) & ~7)).toBeLessThanOrEqual(pool.bytes.length);
    }
  });

  test('cuts payloads over the largest record, and counts them', () => {
    const pool = poolOf(sized({ kind: 'lognormal', p50Bytes: 500, p99Bytes: 4000 }), 4000);
    expect(Math.max(...pool.lengths)).toBe(4000);
    expect(pool.clippedCount / pool.count).toBeCloseTo(0.01, 3);
    expect(poolOf(sized({ kind: 'fixed', bytes: 100 })).clippedCount).toBe(0);
  });

  test.each([0, 0.25, 0.5, 1])('compresses to about the random ratio of %d', (ratio) => {
    for (const bytes of [1000, 100_000]) {
      const pool = poolOf(sized({ kind: 'fixed', bytes }, ratio));
      const compressed = gzipSync(Buffer.from(pool.bytes.subarray(0, 1_000_000))).length / 1_000_000;
      expect(Math.abs(compressed - ratio)).toBeLessThan(0.05);
    }
  });

  test('is the same for the same seed, and differs for another', () => {
    const payload = sized({ kind: 'fixed', bytes: 64 });
    const bytes = (seed: number) => Buffer.from(poolOf(payload, MEBIBYTE, seed).bytes).toString('base64');
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(1)).not.toBe(bytes(2));
  });

  test('is the recording for a replay', () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(16));
    bytes.set(Buffer.from('one'), 0);
    bytes.set(Buffer.from('two22'), 8);
    const ints = (...values: number[]) => {
      const array = new Int32Array(new SharedArrayBuffer(4 * values.length));
      array.set(values);
      return array;
    };
    const payload: PayloadSpec = { kind: 'replay', replay: { path: 'x', format: 'log' } };
    const workload = aWorkload({ payload });
    const pool = createPayloadPool(workload, 1, 100, { count: 2, bytes, offsets: ints(0, 8), lengths: ints(3, 5) });
    const choose = createPayloadChooser(workload, 1, pool);
    expect([0, 1, 2, 3].map((i) => textOf(pool, choose(i)))).toEqual(['one', 'two22', 'one', 'two22']);
    expect(() => poolOf(payload)).toThrow('needs its recording');
  });
});

test('payloads are drawn evenly and by place', () => {
  const choose = createPayloadChooser(aWorkload(), 1, { count: 4096 });
  const seen = new Float64Array(4096);
  for (let i = 0; i < 409_600; i += 1) seen[choose(i)]! += 1;
  expect(chiSquare(seen, new Float64Array(4096).fill(100))).toBeLessThan(chiSquareLimit(4095));
});
