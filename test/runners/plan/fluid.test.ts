import { describe, expect, test } from 'vitest';
import { fluidThrottled, fluidThrottledRatio } from '../../../runners/plan/fluid.ts';
import { hotKeysOf } from '../../../runners/plan/hot-keys.ts';
import { keysOf, madeLoad } from './hand-made-load.ts';

const whole = { recordShare: 1, byteShare: 1 };

describe('the bound of a fluid', () => {
  test('drops what exceeds the rate after the burst is spent', () => {
    // methods.md 4.6: 1,050/s for 200 s drops 1,050 x 200 - 1,000 x 200 - 1,000.
    const { rates } = madeLoad({ ratesPerSecond: new Array(200).fill(1050) });
    expect(fluidThrottled(rates, whole)).toBeCloseTo(9000, 6);
  });

  test('drops nothing of a burst that the shard saved up for', () => {
    const { rates } = madeLoad({ ratesPerSecond: [0, 2000, 0, 2000] });
    expect(fluidThrottled(rates, whole)).toBe(0);
  });

  test('drops by bytes when records are large', () => {
    const { rates } = madeLoad({ ratesPerSecond: new Array(10).fill(100), recordBytes: 2 ** 20 / 50 });
    // 2 MiB/s into 1 MiB/s: half is dropped, except one second's worth.
    expect(fluidThrottled(rates, whole)).toBeCloseTo(1000 - 500 - 50, 6);
  });

  test('counts only the shards that are over their limit', () => {
    const load = madeLoad({ ratesPerSecond: new Array(100).fill(1500), keys: keysOf({ a: 0.8, b: 0.2 }) });
    // a and b are on shards 0 and 2 of 4: 1,200/s and 300/s.
    expect(fluidThrottledRatio(load, 4)).toBeCloseTo((1200 * 100 - 1000 * 100 - 1000) / 150_000, 6);
    expect(fluidThrottledRatio(load, 4, new Set([0]))).toBe(0);
  });
});

describe('hot keys', () => {
  test('are split over as many keys as fit a shard each', () => {
    const load = madeLoad({
      ratesPerSecond: new Array(600).fill(5000),
      keys: keysOf({ hot: 0.5, cold: 0.1, other: 0.4 }),
    });
    const [hot, other, cold] = hotKeysOf(load, 0.01);
    expect(hot).toMatchObject({ name: 'hot', shardRatio: 2.5, splitOver: 3 });
    expect(other).toMatchObject({ name: 'other', shardRatio: 2, splitOver: 3 });
    expect(cold).toMatchObject({ name: 'cold', shardRatio: 0.5, splitOver: 1 });
  });

  test('do not include keys that use little of a shard', () => {
    const load = madeLoad({ ratesPerSecond: [100], keys: keysOf({ a: 0.5, b: 0.5 }) });
    expect(hotKeysOf(load, 0.01)).toEqual([]);
  });
});
