import { describe, expect, test } from 'vitest';
import type { ArrivalsSpec } from '../../workloads/scenario.ts';
import { type Arrivals, createArrivals } from '../../workloads/schedule.ts';
import { aWorkload, phasesOf } from './a-workload.ts';
import { mean, variance } from './statistics.ts';

// Slow because dispersion shows only over hours of arrivals.

/** The squared coefficient of variation of gaps, which are not kept, so that runs can be long. */
function gapSquaredCv(arrivals: Arrivals): number {
  let previous = arrivals.next();
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let t = arrivals.next(); t !== Number.POSITIVE_INFINITY; t = arrivals.next()) {
    const gap = (t - previous) / 1e9;
    previous = t;
    count += 1;
    sum += gap;
    squares += gap * gap;
  }
  return squares / count / (sum / count) ** 2 - 1;
}

describe('modulated arrivals', () => {
  /** Index of dispersion of counts over windows, pooled over seeds. */
  const dispersion = (arrivals: ArrivalsSpec, rate: number, windowSeconds: number, seconds: number, seeds: number) => {
    const counts: number[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const windows = new Float64Array(Math.floor(seconds / windowSeconds));
      const source = createArrivals(aWorkload({ arrivals, phases: phasesOf([{ rate, seconds }]) }), seed, 0, 1);
      for (let t = source.next(); t !== Number.POSITIVE_INFINITY; t = source.next()) {
        windows[Math.floor(t / 1e9 / windowSeconds)]! += 1;
      }
      counts.push(...windows);
    }
    return { mean: mean(counts) / windowSeconds, idc: variance(counts) / mean(counts) };
  };

  /** IDC(t) = 1 + D (1 - (1 - e^-st) / (s t)) of a two-state process; stays are means, so rates of leaving are inverses. */
  const exactIdc = (rates: readonly [number, number], stays: readonly [number, number], t: number) => {
    const [r1, r2] = [1 / stays[0], 1 / stays[1]];
    const s = r1 + r2;
    const d = (2 * (rates[0] - rates[1]) ** 2 * r1 * r2) / (s ** 2 * (rates[0] * r2 + rates[1] * r1));
    return 1 + d * (t === Number.POSITIVE_INFINITY ? 1 : 1 - (1 - Math.exp(-s * t)) / (s * t));
  };

  test.each([
    { rates: [1800, 200], stays: [1, 1], mean: 1000, idc: [364.307, 609.0, 641] },
    { rates: [5000, 100], stays: [2, 20], mean: 545.4545, idc: [3054.41, 10834.27, 13229.65] },
    { rates: [1000, 0], stays: [1, 1 / 3], mean: 750, idc: [95.322, undefined, 126] },
  ] as const)(
    'an mmpp of $rates with stays $stays has the published dispersion over 1 s, 10 s and for ever',
    (mmpp) => {
      for (const [i, t] of [1, 10, Number.POSITIVE_INFINITY].entries()) {
        const published = mmpp.idc[i];
        if (published !== undefined) expect(exactIdc(mmpp.rates, mmpp.stays, t) / published).toBeCloseTo(1, 5);
      }
      const [stay1, stay2] = mmpp.stays;
      expect((mmpp.rates[0] * stay1 + mmpp.rates[1] * stay2) / (stay1 + stay2)).toBeCloseTo(mmpp.mean, 3);
    },
  );

  test.each([
    { rates: [1800, 200], stays: [1, 1], mean: 1000, window: 1 },
    { rates: [1800, 200], stays: [1, 1], mean: 1000, window: 10 },
    { rates: [5000, 100], stays: [2, 20], mean: 545.4545, window: 1 },
    { rates: [1000, 0], stays: [1, 1 / 3], mean: 750, window: 1 },
  ] as const)(
    'mmpp arrivals $rates with stays $stays have the published dispersion over $window s',
    ({ rates, stays, mean: rate, window }) => {
      const meanNs = [stays[0] * 1e9, stays[1] * 1e9] as const;
      const found = dispersion({ kind: 'mmpp', rates, meanNs }, rate, window, 4000, 6);
      const ratio = found.idc / exactIdc(rates, stays, window);
      expect(found.mean / rate).toBeCloseTo(1, 1);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    },
  );

  // On-off with rate l while on, leaving on at a and off at b: squared CV of gaps is 1 + 2 a l / (a + b)^2.
  test.each([
    { on: 1000, a: 1, b: 3, scv: 126 },
    { on: 10, a: 1, b: 1, scv: 6 },
    { on: 100, a: 0.5, b: 0.05, scv: 331.5784 },
  ])('have gaps of squared CV $scv for on-off ($on/s, $a, $b)', ({ on, a, b, scv }) => {
    const arrivals = { kind: 'on-off', meanOnNs: 1e9 / a, meanOffNs: 1e9 / b } as const;
    const phases = phasesOf([{ rate: (on * b) / (a + b), seconds: 20_000 * (1 / a + 1 / b) }]);
    const ratio = gapSquaredCv(createArrivals(aWorkload({ arrivals, phases }), 8, 0, 1)) / scv;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test('are silent while an on-off process is off', () => {
    const arrivals = { kind: 'on-off', meanOnNs: 1e8, meanOffNs: 9e8 } as const;
    const phases = phasesOf([{ rate: 1000, seconds: 20 }]);
    const source = createArrivals(aWorkload({ arrivals, phases }), 5, 0, 1);
    const found: number[] = [];
    for (let t = source.next(), next = source.next(); next !== Number.POSITIVE_INFINITY; t = next, next = source.next())
      found.push(next - t);
    expect(found.filter((gap) => gap > 5e7).length).toBeGreaterThan(5);
    // 10000/s while on: nearly all gaps are short.
    expect(found.filter((gap) => gap < 2e6).length / found.length).toBeGreaterThan(0.99);
  });
});
