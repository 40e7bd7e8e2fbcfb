import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENGINE_ERRORS } from '../../../engine/errors.ts';
import { latencyModelOf, NO_LATENCY, profileOf } from '../../../engine/twin/latency.ts';
import {
  type LatencyProfile,
  parseLatencyProfile,
  type QuantileTable,
  quantileAt,
  quantileMeanNs,
} from '../../../engine/twin/latency-profile.ts';
import { isErrorOf } from '../../../errors/streamgauge-error.ts';

const MS = 1e6;

/** The published vector, in ns: Q = 8, 20, 45, 120, 400, 900. */
const VECTOR: QuantileTable = [
  { p: 0, ns: 8 },
  { p: 0.5, ns: 20 },
  { p: 0.9, ns: 45 },
  { p: 0.99, ns: 120 },
  { p: 0.999, ns: 400 },
  { p: 1, ns: 900 },
];
const VECTOR_MS = VECTOR.map(({ p, ns }) => ({ p, ns: ns * MS }));

const tables = fc
  .array(fc.record({ p: fc.integer({ min: 1, max: 999 }), rise: fc.integer({ min: 0, max: 1000 }) }), { maxLength: 20 })
  .map((steps): QuantileTable => {
    let ns = 5;
    const inner = [...new Map(steps.map((step) => [step.p, step])).values()].sort((a, b) => a.p - b.p);
    const rows = inner.map(({ p, rise }) => {
      ns += rise;
      return { p: p / 1000, ns };
    });
    return [{ p: 0, ns: 5 }, ...rows, { p: 1, ns: ns + 1 }];
  });

describe('a table of quantiles', () => {
  it.each([
    [0, 8, 3],
    [0.25, 12.649, 3],
    [0.5, 20, 3],
    [0.7, 30, 3],
    [0.95, 77.6, 1],
    [0.995, 234.245, 3],
    [0.9995, 600, 3],
    [1, 900, 3],
  ])('a table of quantiles gives at p = %d the published %d, log-linear between its rows', (p, expected, digits) => {
    expect(quantileAt(VECTOR, p)).toBeCloseTo(expected, digits);
  });

  it('a table of quantiles and its values at even p have the published mean of 28.4712', () => {
    expect(quantileMeanNs(VECTOR)).toBeCloseTo(28.4712, 4);
    let sum = 0;
    for (let i = 0; i < 1e5; i++) sum += quantileAt(VECTOR, (i + 0.5) / 1e5);
    expect(sum / 1e5).toBeCloseTo(28.4712, 2);
  });

  it('a table of quantiles rises with p, meets its rows, and stays between its ends', () => {
    fc.assert(
      fc.property(
        tables,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (table, a, b) => {
          expect(quantileAt(table, Math.min(a, b))).toBeLessThanOrEqual(
            quantileAt(table, Math.max(a, b)) * (1 + 1e-12),
          );
          for (const { p, ns } of table) expect(quantileAt(table, p)).toBeCloseTo(ns, 6);
          expect(quantileAt(table, a)).toBeGreaterThanOrEqual(5);
        },
      ),
    );
  });

  it('a table of quantiles is linear from a delay of 0, and flat between equal rows and beyond its ends', () => {
    const table = [
      { p: 0.1, ns: 0 },
      { p: 0.5, ns: 40 },
      { p: 0.9, ns: 40 },
    ];
    const values = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1].map((p) => quantileAt(table, p));
    expect(values.map((ns) => Number(ns.toFixed(9)))).toEqual([0, 0, 20, 40, 40, 40, 40]);
    expect(quantileMeanNs(table)).toBeCloseTo(0.4 * 20 + 0.4 * 40 + 0.1 * 40, 9);
  });
});

/** Written -> visible on one busy shard, in ms, with the order kept as a reader keeps it; ascending. */
function delaysMs(profile: LatencyProfile | QuantileTable, seed: number, seconds: number): number[] {
  const model = profileOf(profile, seed);
  const delays: number[] = [];
  let visibleAtNs = 0;
  for (let ns = 0; ns < seconds * 1e9; ns += 7 * MS) {
    visibleAtNs = Math.max(visibleAtNs, ns + model.delayNs(0, ns));
    delays.push((visibleAtNs - ns) / MS);
  }
  delays.sort((a, b) => a - b);
  expect(delays.at(-1)).toBeLessThanOrEqual(model.maxDelayNs / MS);
  return delays;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the twin of a profile', () => {
  it('a twin has the quantiles and the mean of its profile, on a busy shard too', () => {
    const delays = delaysMs(VECTOR_MS, 5, 20_000);
    expect(meanOf(delays)).toBeGreaterThan(27);
    expect(meanOf(delays)).toBeLessThan(31);
    expect(delays[Math.floor(delays.length * 0.5)]).toBeCloseTo(20, 0);
    expect(Math.abs(delays[Math.floor(delays.length * 0.9)]! / 45 - 1)).toBeLessThan(0.08);
    expect(Math.abs(delays[Math.floor(delays.length * 0.99)]! / 120 - 1)).toBeLessThan(0.2);
  });

  it('a twin that keeps the order of a shard raises the mean by about variance / (2 slot lengths)', () => {
    const table = [
      { p: 0, ns: 10 * MS },
      { p: 1, ns: 100 * MS },
    ];
    let squares = 0;
    for (let i = 0; i < 1e4; i++) squares += (quantileAt(table, (i + 0.5) / 1e4) / MS) ** 2 / 1e4;
    const mean = quantileMeanNs(table) / MS;
    for (const slotMs of [100, 200, 400]) {
      const shift = meanOf(delaysMs({ slotMs, quantiles: table }, 3, 4000)) - mean;
      expect(Math.abs(shift - (squares - mean ** 2) / (2 * slotMs))).toBeLessThan(0.9);
    }
  });

  it('a twin gives all records of a slot one delay, and a slot has 1 s by default', () => {
    const slots = (profile: LatencyProfile, ms: number) =>
      new Set(Array.from({ length: ms }, (_, i) => profileOf(profile, 1).delayNs(0, i * MS))).size;
    expect(slots({ quantiles: VECTOR_MS }, 10_000)).toBe(10);
    expect(slots({ slotMs: 250, quantiles: VECTOR_MS }, 10_000)).toBe(40);
  });

  it('a twin draws the same delays for the same seed in any order of calls, and others for another seed or shard', () => {
    const times = Array.from({ length: 100 }, (_, i) => i * 1e9);
    const ask = (seed: number, shard: number) => {
      const model = profileOf(VECTOR_MS, seed);
      return times.map((ns) => model.delayNs(shard, ns));
    };
    const both = profileOf(VECTOR_MS, 9);
    const mixed = times.map((ns) => [both.delayNs(1, ns), both.delayNs(0, ns)][1]);
    expect(mixed).toEqual(ask(9, 0));
    expect(ask(9, 0)).not.toEqual(ask(10, 0));
    expect(ask(9, 0)).not.toEqual(ask(9, 1));
  });

  it('a latency is chosen by name or as a profile, both plain data that threads can share', () => {
    expect(latencyModelOf('none', 1)).toBe(NO_LATENCY);
    expect(latencyModelOf('enhanced-fan-out', 1).maxDelayNs).toBe(400 * MS);
    expect(latencyModelOf('polling', 1).maxDelayNs).toBe(400 * MS);
    const profile = parseLatencyProfile({
      quantiles: [
        { p: 0, ms: 3 },
        { p: 1, ms: 3 },
      ],
    });
    const model = latencyModelOf(structuredClone(profile), 1);
    expect([model.maxDelayNs, model.delayNs(4, 1e12)]).toEqual([3 * MS, 3 * MS]);
    expect(latencyModelOf(VECTOR, 1).maxDelayNs).toBe(900);
  });
});

function problemsOf(value: unknown): string[] {
  try {
    parseLatencyProfile(value);
  } catch (error) {
    if (!isErrorOf(ENGINE_ERRORS, error)) throw error;
    expect(error.code).toBe('LATENCY_PROFILE_INVALID');
    return error.problems.map(({ code, path }) => `${path} ${code}`.trim());
  }
  return [];
}

describe('a profile from a file', () => {
  it('a profile from a file keeps its names, and its ms as ns', () => {
    const quantiles = [
      { p: 0, ms: 0.5 },
      { p: 1, ms: 20 },
    ];
    const about = {
      name: 'orders',
      source: 'eu-west-1, 1 KiB, 900/s',
      recordedAt: '2026-11-20T10:00:00Z',
      slotMs: 500,
    };
    expect(parseLatencyProfile({ ...about, quantiles })).toEqual({
      ...about,
      quantiles: [
        { p: 0, ns: 500_000 },
        { p: 1, ns: 20_000_000 },
      ],
    });
    expect(parseLatencyProfile(JSON.parse('{"quantiles":[{"p":0.5,"ms":1},{"p":0.9,"ms":1}]}')).quantiles).toHaveLength(
      2,
    );
  });

  it('rejects a profile from a file with all its problems at once, each with its place', () => {
    const row = (p: unknown, ms: unknown) => ({ p, ms });
    expect(problemsOf(undefined)).toEqual(['WRONG_TYPE']);
    expect(problemsOf([row(0, 1), row(1, 2)])).toEqual(['WRONG_TYPE']);
    expect(problemsOf({})).toEqual(['quantiles MISSING']);
    expect(problemsOf({ quantiles: {} })).toEqual(['quantiles WRONG_TYPE']);
    expect(problemsOf({ quantiles: [row(0, 1)] })).toEqual(['quantiles EMPTY']);
    expect(problemsOf({ quantiles: [row(-0.1, 1), row(1.1, 2)] })).toEqual([
      'quantiles[0].p OUT_OF_RANGE',
      'quantiles[1].p OUT_OF_RANGE',
    ]);
    expect(problemsOf({ quantiles: [row(0, 5), row(0.5, 9), row(0.5, 9), row(1, 8)] })).toEqual([
      'quantiles[2].p NOT_RISING',
      'quantiles[3].ms NOT_RISING',
    ]);
    expect(problemsOf({ quantiles: [row(0, -1), row(0.5, '4'), row(1, undefined), 7, row(1, Number.NaN)] })).toEqual([
      'quantiles[0].ms OUT_OF_RANGE',
      'quantiles[1].ms WRONG_TYPE',
      'quantiles[2].ms MISSING',
      'quantiles[3] WRONG_TYPE',
      'quantiles[4].ms WRONG_TYPE',
    ]);
    expect(problemsOf({ name: '', slotMs: 0, quantile: [], quantiles: [row(0, 1), { ...row(1, 2), ns: 3 }] })).toEqual([
      'quantile UNKNOWN_KEY',
      'name WRONG_TYPE',
      'slotMs OUT_OF_RANGE',
      'quantiles[1].ns UNKNOWN_KEY',
    ]);
  });

  it('the error of a profile has the problem, the numbers and the next step', () => {
    const profile = {
      quantiles: [
        { p: 0, ms: 20 },
        { p: 1, ms: 12 },
      ],
    };
    expect(() => parseLatencyProfile(profile)).toThrow(
      'LATENCY_PROFILE_INVALID the latency profile has 1 problem:\n  quantiles[1].ms: NOT_RISING 12 is below the 20 before it. A higher p has a delay at least as long.',
    );
  });
});
