import { describe, expect, test } from 'vitest';
import {
  ALIAS_KEYS_MAX,
  buildAlias,
  createAliasDraw,
  createRejectionZipf,
  createZipf,
  RejectionInversion,
} from '../../workloads/keys-zipf.ts';
import { chiSquare, chiSquareLimit } from './statistics.ts';

/** Summed up to here; the rest by Euler and Maclaurin, which is exact to ten digits. */
const SUMMED_MAX = 1e6;
const TAIL_FROM = 1e5;
const sumOfPowers = (from: number, to: number, s: number) => {
  let sum = 0;
  for (let k = to; k >= from; k -= 1) sum += k ** -s;
  return sum;
};
const zeta = (n: number, s: number) => {
  if (n <= SUMMED_MAX) return sumOfPowers(1, n, s);
  const integral = (n ** (1 - s) - TAIL_FROM ** (1 - s)) / (1 - s);
  const ends = (n ** -s - TAIL_FROM ** -s) / 2;
  const slopes = (s * (n ** (-s - 1) - TAIL_FROM ** (-s - 1))) / 12;
  return sumOfPowers(1, TAIL_FROM, s) + integral + ends - slopes;
};
const weights = (n: number, s: number) => Float64Array.from({ length: n }, (_, i) => (i + 1) ** -s);
const probabilities = (n: number, s: number) => {
  const total = zeta(n, s);
  return weights(n, s).map((weight) => weight / total);
};

/** Shares of the first ranks and of all others together, ready for chi-square. */
const firstAndRest = (values: Float64Array, first: number, total: number) => {
  const head = values.slice(0, first);
  const rest = total - head.reduce((sum, value) => sum + value, 0);
  return Float64Array.of(...head, rest);
};

describe('exact probabilities', () => {
  test.each([
    [10, 0.99, 2.956108],
    [100, 0.99, 5.294569],
    [1000, 0.99, 7.728953217],
    [2000, 0.99, 8.473987883],
    [1_000_000, 0.99, 15.391849746],
    [1e10, 0.99, 26.4690282018],
    [1000, 1, 7.485471],
    [1000, 1.2, 4.335765],
    [1000, 0.5, 61.801009],
  ])('the value of zeta(%d, %d) is %d', (n, s, value) => {
    expect(zeta(n, s) / value).toBeCloseTo(1, 6);
  });

  test('zeta(2000) is zeta(1000) plus the terms after it', () => {
    expect(zeta(1000, 0.99) + sumOfPowers(1001, 2000, 0.99)).toBeCloseTo(zeta(2000, 0.99), 9);
  });

  test.each([
    [1e3, 0.99, 0.12938, 0.3825, 0.3825, 35.9],
    [1e4, 0.8, 0.03689, 0.1315, 0.3, 322.5],
    [1e4, 0.99, 0.09781, 0.2891, 0.5178, 62.8],
    [1e4, 1.2, 0.20837, 0.5142, 0.7508, 16.6],
    [1e5, 0.99, 0.07826, 0.2313, 0.6048, 98.1],
    [1e6, 0.99, 0.06497, 0.1921, 0.6643, 142.4],
  ])(
    '%d keys with exponent %d have the reference shares, by the alias table itself',
    (n, s, top, top10, top1, effective) => {
      const { keep, alias } = buildAlias(weights(n, s));
      // The table draws each column's own part, and the part of its alias.
      const drawn = new Float64Array(n);
      for (let i = 0; i < n; i += 1) {
        drawn[i]! += keep[i]! / n;
        drawn[alias[i]!]! += (1 - keep[i]!) / n;
      }
      const share = (count: number) => drawn.subarray(0, count).reduce((sum, p) => sum + p, 0);
      expect(share(1)).toBeCloseTo(top, 5);
      expect(share(10)).toBeCloseTo(top10, 4);
      expect(share(n / 100)).toBeCloseTo(top1, 4);
      expect(1 / drawn.reduce((sum, p) => sum + p * p, 0)).toBeCloseTo(effective, 1);
      const exact = probabilities(n, s);
      expect(drawn.reduce((worst, p, i) => Math.max(worst, Math.abs(p - exact[i]!)), 0)).toBeLessThan(1e-12);
    },
  );
});

describe('rejection-inversion', () => {
  test('has the reference constants for 10 keys, exponent 1.2', () => {
    const sampler = new RejectionInversion(10, 1.2);
    expect(sampler.hIntegralX1).toBeCloseTo(-0.61053955741, 10);
    expect(sampler.hIntegralCount).toBeCloseTo(1.87584807924, 10);
    expect(sampler.cut).toBeCloseTo(0.47950262831, 10);
  });

  test('has the reference constants for 1000 keys, exponent 0.99', () => {
    const sampler = new RejectionInversion(1000, 0.99);
    expect(sampler.hIntegralX1).toBeCloseTo(-0.59371177001, 10);
    expect(sampler.hIntegralCount).toBeCloseTo(7.15246615086, 10);
    expect(sampler.cut).toBeCloseTo(0.48387669832, 10);
  });

  test.each([
    [10, 1.2, [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9], [10, 9, 7, 5, 4, 3, 2, 1, 1]],
    [
      1000,
      0.99,
      [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
      [1000, 697, 484, 233, 112, 53, 25, 12, 6, 3, 1],
    ],
  ])('proposes the reference ranks of %d keys, exponent %d', (n, s, us, ranks) => {
    const sampler = new RejectionInversion(n, s);
    expect(us.map((u) => sampler.rank(u))).toEqual(ranks);
  });

  test('accepts 0.9978 of a fine grid, with the exact shares of ranks', () => {
    const sampler = new RejectionInversion(1000, 0.99);
    const grid = 2_000_000;
    const counts = new Float64Array(1001);
    for (let i = 0; i < grid; i += 1) counts[sampler.rank((i + 0.5) / grid)]! += 1;
    const accepted = grid - counts[0]!;
    expect(accepted / grid).toBeCloseTo(0.9978, 4);
    const reference = new Map([
      [1, 0.12938],
      [2, 0.06514],
      [3, 0.04361],
      [10, 0.01324],
    ]);
    // The reference writes 0.04361 for rank 3, whose exact share is 0.043604: its last digit is one off.
    for (const [rank, share] of reference) expect(Math.abs(counts[rank]! / accepted - share)).toBeLessThan(1e-5);
    const exact = probabilities(1000, 0.99);
    for (let k = 1; k <= 1000; k += 1) expect(Math.abs(counts[k]! / accepted - exact[k - 1]!)).toBeLessThan(1e-6);
  });

  test.each([0.2, 0.5, 0.99, 0.999999999, 1, 1.000000001, 1.2, 2, 5])(
    'proposes only existing ranks, exponent %d',
    (s) => {
      const sampler = new RejectionInversion(10_000_000, s);
      for (let i = 0; i <= 10_000; i += 1) {
        const rank = sampler.rank(Math.min(i / 10_000, 1 - 2 ** -53));
        expect(rank >= 0 && rank <= 10_000_000 && Number.isInteger(rank)).toBe(true);
      }
    },
  );
});

describe.each([
  ['rejection-inversion', createRejectionZipf],
  ['the alias table', (n: number, s: number, seed: number) => createAliasDraw(weights(n, s), seed)],
])('%s', (_, create) => {
  test.each([
    [1000, 0.99],
    [1000, 1],
    [50_000, 0.99],
    [5504, 1.2],
    [100, 0.3],
    [60, 3],
  ])('a million draws over %d keys, exponent %d, pass chi-square over ranks 1 to 50 and the rest', (n, s) => {
    const draws = 1_000_000;
    const counts = new Float64Array(n);
    const draw = create(n, s, 12345);
    for (let i = 0; i < draws; i += 1) counts[draw(i)]! += 1;
    const expected = probabilities(n, s).map((p) => p * draws);
    // Ranks expected less than five times belong to the rest.
    const first = Math.min(50, expected.findLastIndex((count) => count >= 5) + 1, n - 1);
    const seen = firstAndRest(counts, first, draws);
    expect(chiSquare(seen, firstAndRest(expected, first, draws))).toBeLessThan(chiSquareLimit(first));
  });

  test('one key is always drawn', () => {
    const draw = create(1, 0.99, 1);
    expect([0, 1, 2, 1e9].map(draw)).toEqual([0, 0, 0, 0]);
  });
});

test('the sampler changes with the number of keys and the distribution does not', () => {
  const draws = 1_000_000;
  for (const n of [ALIAS_KEYS_MAX, ALIAS_KEYS_MAX + 1]) {
    const counts = new Float64Array(n);
    const draw = createZipf(n, 0.99, 77);
    for (let i = 0; i < draws; i += 1) counts[draw(i)]! += 1;
    const expected = probabilities(n, 0.99).map((p) => p * draws);
    expect(chiSquare(firstAndRest(counts, 50, draws), firstAndRest(expected, 50, draws))).toBeLessThan(
      chiSquareLimit(50),
    );
  }
});
