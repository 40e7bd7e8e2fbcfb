import { describe, expect, test } from 'vitest';
import { deriveSeed, RandomStream, uniformAt } from '../../workloads/random.ts';
import { chiSquare, chiSquareLimit, correlation, ksDistance, ksLimit } from './statistics.ts';

const DRAWS = 100_000;
const SEEDS = [0, 1, 2, 42, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];

const streamed = (seed: number) => {
  const stream = new RandomStream(seed, 'test');
  return Float64Array.from({ length: DRAWS }, () => stream.uniform());
};
const addressed = (seed: number, from = 0, step = 1) => {
  const derived = deriveSeed(seed, 'test');
  return Float64Array.from({ length: DRAWS }, (_, i) => uniformAt(derived, from + i * step));
};

describe.each([
  ['a stream', streamed],
  ['position-addressed draws', (seed: number) => addressed(seed)],
  ['every 7th position', (seed: number) => addressed(seed, 3, 7)],
  ['every 4096th position', (seed: number) => addressed(seed, 0, 4096)],
  ['positions beyond 2^32', (seed: number) => addressed(seed, 2 ** 33 + 5)],
  ['every 2^32th position', (seed: number) => addressed(seed, 9, 2 ** 32)],
])('%s', (_, draw) => {
  test.each(SEEDS)('is uniform by Kolmogorov and Smirnov, seed %d', (seed) => {
    expect(ksDistance(draw(seed), (x) => x)).toBeLessThan(ksLimit(DRAWS));
  });

  test.each(SEEDS)('fills 1000 bins evenly by chi-square, seed %d', (seed) => {
    const bins = new Float64Array(1000);
    for (const u of draw(seed)) bins[Math.floor(u * 1000)]! += 1;
    expect(chiSquare(bins, new Float64Array(1000).fill(DRAWS / 1000))).toBeLessThan(chiSquareLimit(999));
  });

  test.each(SEEDS)('has uncorrelated neighbours, seed %d', (seed) => {
    const draws = draw(seed);
    for (const lag of [1, 2, 3, 8]) {
      const pairs = DRAWS - lag;
      expect(Math.abs(correlation(draws.subarray(0, pairs), draws.subarray(lag)))).toBeLessThan(4 / Math.sqrt(pairs));
    }
  });

  test.each(SEEDS)('fills pairs of neighbours evenly, seed %d', (seed) => {
    const draws = draw(seed);
    const bins = new Float64Array(400);
    for (let i = 0; i + 1 < DRAWS; i += 2) bins[Math.floor(draws[i]! * 20) * 20 + Math.floor(draws[i + 1]! * 20)]! += 1;
    expect(chiSquare(bins, new Float64Array(400).fill(DRAWS / 2 / 400))).toBeLessThan(chiSquareLimit(399));
  });

  test('stays in the range [0, 1)', () => {
    expect(draw(1).every((u) => u >= 0 && u < 1)).toBe(true);
  });
});

test('uses all 53 bits, the lowest ones evenly too', () => {
  const bins = new Float64Array(8);
  for (let i = 0; i < DRAWS; i += 1) bins[(uniformAt(7, i) * 2 ** 53) % 8]! += 1;
  expect(chiSquare(bins, new Float64Array(8).fill(DRAWS / 8))).toBeLessThan(chiSquareLimit(7));
});

test('neighbouring seeds and other labels have unrelated draws', () => {
  const limit = 4 / Math.sqrt(DRAWS);
  const base = addressed(1);
  for (const seed of [2, 3, 2 ** 32 + 1]) expect(Math.abs(correlation(base, addressed(seed)))).toBeLessThan(limit);
  const other = deriveSeed(1, 'tesu');
  const otherDraws = Float64Array.from({ length: DRAWS }, (_, i) => uniformAt(other, i));
  expect(Math.abs(correlation(base, otherDraws))).toBeLessThan(limit);
  expect(Math.abs(correlation(streamed(1), streamed(2)))).toBeLessThan(limit);
});

test('the same seed and label have the same draws', () => {
  expect(streamed(5).join()).toBe(streamed(5).join());
  expect(addressed(5).join()).toBe(addressed(5).join());
  // Written down, so that a change of the draws is seen: it would make old and new results incomparable.
  expect(deriveSeed(1, 'label')).toMatchInlineSnapshot(`602264831`);
  expect(uniformAt(1, 0)).toMatchInlineSnapshot(`0.6617014398329916`);
  expect(uniformAt(1, 2 ** 40 + 3)).toMatchInlineSnapshot(`0.8404517132919352`);
  expect(new RandomStream(1, 'label').uniform()).toMatchInlineSnapshot(`0.3655592899776853`);
});

test('10000 seeds of one label are all different', () => {
  expect(new Set(Array.from({ length: 10_000 }, (_, seed) => deriveSeed(seed, 'keys'))).size).toBe(10_000);
});
