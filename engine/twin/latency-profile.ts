import { InputCheck, within } from './input-check.ts';

/** Quantiles of a delay: at least two rows, p from 0 to 1 rising strictly, ns never falling. */
export type QuantileTable = readonly { readonly p: number; readonly ns: number }[];

/** A measured delay: the time that a service took between a put and its delivery, and the conditions of the measurement. */
export interface LatencyProfile {
  readonly name?: string | undefined;
  /** Conditions of the measurement: service, region, record size, kind of reader, rate. The profile holds only for these. */
  readonly source?: string | undefined;
  /** ISO 8601. */
  readonly recordedAt?: string | undefined;
  /** Duration for which one draw holds for a shard, above 0 (default 1,000). */
  readonly slotMs?: number | undefined;
  /**
   * Draws follow each other evenly over the quantiles instead of independently, so that a short run has the profile's distribution
   * already.
   */
  readonly evenDraws?: boolean | undefined;
  /**
   * The quantiles of one measured second each. Each second of all shards is then drawn from one of these, so that stalls last as long as
   * in the measurement. Source: block resampling.
   */
  readonly blocks?: readonly QuantileTable[] | undefined;
  readonly quantiles: QuantileTable;
}

/**
 * The value at probability p of a quantile table, log-linear between its rows: straight on a scale of orders of
 * magnitude, as tails of latencies are. From a row of 0 it is linear. Outside the table's p it is that of the nearest
 * row: a table that ends at p = 0.999 never gives more than its last row.
 *
 * Source: empirical quantile resampling. Q = 8, 20, 45, 120, 400, 900 at p = 0, .5, .9, .99, .999, 1 gives 30 at p = .7.
 */
export function quantileAt(table: QuantileTable, p: number): number {
  let below = 0;
  let above = table.length - 1;
  if (p <= table[below]!.p) return table[below]!.ns;
  if (p >= table[above]!.p) return table[above]!.ns;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (table[middle]!.p < p) below = middle;
    else above = middle;
  }
  const low = table[below]!;
  const high = table[above]!;
  const share = (p - low.p) / (high.p - low.p);
  return low.ns === 0 ? high.ns * share : low.ns * (high.ns / low.ns) ** share;
}

/** Mean of `quantileAt` over evenly spread p: between two rows (b - a) / ln(b / a). */
export function quantileMeanNs(table: QuantileTable): number {
  let sum = table[0]!.p * table[0]!.ns + (1 - table.at(-1)!.p) * table.at(-1)!.ns;
  for (let row = 1; row < table.length; row++) {
    const { p: lowP, ns: low } = table[row - 1]!;
    const { p: highP, ns: high } = table[row]!;
    const mean = low === high ? low : low === 0 ? high / 2 : (high - low) / Math.log(high / low);
    sum += (highP - lowP) * mean;
  }
  return sum;
}

const NS_PER_MS = 1e6;
const ROWS_MIN = 2;
const PROBABILITY = { least: 0, most: 1, are: 'a share of all records, from 0 to 1' };
const DELAY_MS = { least: 0, most: 3_600_000, are: 'a delay in ms, from 0 to 3,600,000' };
const SLOT_MS = { least: 1, most: 3_600_000, are: 'a length in ms, from 1 to 3,600,000' };

/**
 * Parses a profile from the JSON of a file: `{ name?, source?, recordedAt?, slotMs?, quantiles: [{ p, ms }, ...] }`, for example
 * `{ "quantiles": [{ "p": 0, "ms": 8 }, { "p": 0.5, "ms": 20 }, { "p": 1, "ms": 900 }] }`.
 *
 * @throws EngineError LATENCY_PROFILE_INVALID with all problems: fewer than two rows, p outside 0 to 1 or not
 *   rising, ms negative or falling, an unknown key.
 */
export function parseLatencyProfile(value: unknown): LatencyProfile {
  const check = new InputCheck();
  const profile = checkLatencyProfile(check, value, '');
  check.finish('LATENCY_PROFILE_INVALID', 'the latency profile');
  return profile!;
}

/** Checks a profile as part of a larger input. Returns undefined only after recording a problem. */
export function checkLatencyProfile(check: InputCheck, value: unknown, path: string): LatencyProfile | undefined {
  const keys = ['name', 'source', 'recordedAt', 'slotMs', 'quantiles'];
  const profile = check.object(value, path, keys);
  if (profile === undefined) return undefined;
  const textOf = (key: string) =>
    profile[key] === undefined ? undefined : check.text(profile[key], within(path, key));
  const { slotMs } = profile;
  return {
    name: textOf('name'),
    source: textOf('source'),
    recordedAt: textOf('recordedAt'),
    slotMs: slotMs === undefined ? undefined : check.number(slotMs, within(path, 'slotMs'), SLOT_MS),
    quantiles: checkQuantiles(check, profile.quantiles, within(path, 'quantiles')),
  };
}

function checkQuantiles(check: InputCheck, value: unknown, path: string): QuantileTable {
  const rows = check.list(value, path, 'rows { p, ms }');
  if (rows === undefined) return [];
  if (rows.length < ROWS_MIN) {
    check.problem('EMPTY', path, `${rows.length} rows are too few.`, 'Give at least 2: the fastest and the slowest.');
  }
  const table: { p: number; ns: number }[] = [];
  for (const [i, row] of rows.entries()) {
    const at = within(path, i);
    const fields = check.object(row, at, ['p', 'ms']);
    if (fields === undefined) continue;
    const p = check.number(fields.p, within(at, 'p'), PROBABILITY);
    const ms = check.number(fields.ms, within(at, 'ms'), DELAY_MS);
    if (p === undefined || ms === undefined) continue;
    const before = table.at(-1);
    if (before !== undefined && p <= before.p) {
      check.problem(
        'NOT_RISING',
        within(at, 'p'),
        `${p} is not above the ${before.p} before it.`,
        'Sort the rows by p.',
      );
    }
    if (before !== undefined && ms * NS_PER_MS < before.ns) {
      const what = `${ms} is below the ${before.ns / NS_PER_MS} before it.`;
      check.problem('NOT_RISING', within(at, 'ms'), what, 'A higher p has a delay at least as long.');
    }
    table.push({ p, ns: ms * NS_PER_MS });
  }
  return table;
}
