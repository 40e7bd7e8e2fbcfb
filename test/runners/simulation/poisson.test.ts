import { describe, expect, it } from 'vitest';
import { PoissonDraw } from '../../../runners/simulation/poisson.ts';
import { RandomStream } from '../../../workloads/random.ts';

const DRAWS = 200_000;

const drawer = (seed: number) => new PoissonDraw(new RandomStream(seed, 'counts'));

/** Share of records over 1,000 in windows with Poisson counts of bursts, and three standard errors of it. */
function overLimit(perSecond: number, burst: number) {
  const draw = drawer(perSecond + burst);
  let over = 0;
  let overSquares = 0;
  for (let i = 0; i < DRAWS; i++) {
    const excess = Math.max(0, draw.next(perSecond / burst) * burst - 1000) / perSecond;
    over += excess;
    overSquares += excess * excess;
  }
  const mean = over / DRAWS;
  return { mean, room: 3 * Math.sqrt((overSquares / DRAWS - mean * mean) / DRAWS) };
}

describe('Poisson counts', () => {
  it.each([0.1, 1, 5, 9.9, 10, 25, 100, 1000, 50_000])('have the mean and variance of %d', (mean) => {
    const draw = drawer(3);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < DRAWS; i++) {
      const count = draw.next(mean);
      sum += count - mean;
      squares += (count - mean) ** 2;
    }
    expect(Math.abs(sum / DRAWS)).toBeLessThan(4 * Math.sqrt(mean / DRAWS));
    const variance = squares / DRAWS;
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / mean) / DRAWS));
  });

  it('are 0 for a mean of 0', () => {
    expect(drawer(1).next(0)).toBe(0);
  });

  it.each([
    [950, 1, 7.46e-4],
    [970, 1, 2.91e-3],
    [980, 1, 5.09e-3],
    [1000, 1, 1.261e-2],
    [1050, 1, 4.841e-2],
    [800, 100, 5.32e-2],
    [900, 100, 8.59e-2],
    [900, 10, 8.3e-3],
    [500, 500, 1.04e-1],
  ])(
    'exceed a fixed window of 1,000 by the published share at %d records a second in bursts of %d',
    (rate, burst, share) => {
      const { mean, room } = overLimit(rate, burst);
      expect(Math.abs(mean - share)).toBeLessThan(room + share * 0.01);
    },
  );
});
