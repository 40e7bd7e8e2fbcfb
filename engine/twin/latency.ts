import { type LatencyProfile, type QuantileTable, quantileAt } from './latency-profile.ts';

/**
 * The delay that a service adds between a put and its delivery: the time at which a committed record may be read.
 *
 * A twin divides time into slots and gives every slot of a shard one delay, which depends only on seed, shard and slot;
 * records written in the same slot are held back equally long. Records that pass a service together have similar
 * delays, and inside a slot the order of a shard needs no further rule. Between slots, a reader keeps the order by
 * never returning a record before its predecessor. If every record had its own delay, keeping the order
 * would raise the mean with the rate.
 */
export interface LatencyModel {
  /** Delay in ns of a record written to a shard at `writtenAtNs`, ns since the stream's epoch. */
  delayNs(shard: number, writtenAtNs: number): number;
  /** Upper bound of all delays, including those that keep the order of a shard. */
  readonly maxDelayNs: number;
}

/** A choice of latency as options and stream handles carry it: plain data. */
export type Latency = 'none' | 'enhanced-fan-out' | 'polling' | LatencyProfile | QuantileTable;

export const NO_LATENCY: LatencyModel = { delayNs: () => 0, maxDelayNs: 0 };

const MS = 1e6;
const TWIN_SLOT_NS = 100 * MS;
/** Source of 1 s blocks: methods of block resampling, see `profileOf`. */
const PROFILE_SLOT_NS = 1000 * MS;

/**
 * Quantiles of the put-to-get delay of enhanced fan-out. AWS states an average of about 70 ms ("Enhanced fan-out
 * consumers"); the shape around it is a choice, with a long right tail like service latencies. Keeping the order between
 * slots adds up to 3.5 ms to the mean of these quantiles (67.5 ms), so a busy shard has about 71.
 */
const ENHANCED_FAN_OUT: QuantileTable = [
  { p: 0, ns: 30 * MS },
  { p: 0.25, ns: 55 * MS },
  { p: 0.5, ns: 64 * MS },
  { p: 0.75, ns: 75 * MS },
  { p: 0.9, ns: 90 * MS },
  { p: 0.99, ns: 150 * MS },
  { p: 0.999, ns: 250 * MS },
  { p: 1, ns: 400 * MS },
];

/**
 * Quantiles of the delay until a record is visible to GetRecords.
 *
 * AWS states the put-to-get average of polling: about 200 ms with one consumer of a shard and about 1,000 ms with five
 * (developer guide, comparison with enhanced fan-out). One consumer that polls as often as it may, every 200 ms, finds a
 * record 100 ms after it became visible on average, so these quantiles have a mean of about 100 ms (98, and up to 102
 * on a busy shard by keeping the order between slots); their shape is a choice.
 *
 * Five consumers share the five calls a second, and only the call limit causes their latency: 600 ms if the
 * calls are divided evenly, each consumer reading once a second; 620 to 690 ms if each polls about every 200 to 300 ms and is
 * throttled most of the time; about 1,100 ms if they poll at random times, because the gaps between the reads of one
 * then vary. AWS also writes that records can be read immediately after the write ("Low-latency processing"); for that, choose
 * no latency.
 */
const POLLING: QuantileTable = [
  { p: 0, ns: 60 * MS },
  { p: 0.25, ns: 82 * MS },
  { p: 0.5, ns: 93 * MS },
  { p: 0.75, ns: 107 * MS },
  { p: 0.9, ns: 125 * MS },
  { p: 0.99, ns: 185 * MS },
  { p: 0.999, ns: 280 * MS },
  { p: 1, ns: 400 * MS },
];

/**
 * A twin of a measured service: draws from the quantiles of a profile, one draw for each slot of a shard. Keeping the order
 * between slots raises the mean by about variance / (2 slot lengths). Slots of 1 s, the default,
 * keep that small and keep stalls as long as measured. Shorter slots give a short run more draws.
 * Source: block resampling of an empirical quantile function.
 */
export function profileOf(profile: LatencyProfile | QuantileTable, seed: number): LatencyModel {
  if (!('quantiles' in profile)) return twinOf(profile, PROFILE_SLOT_NS, seed);
  const slotNs = profile.slotMs === undefined ? PROFILE_SLOT_NS : profile.slotMs * MS;
  return twinOf(profile.quantiles, slotNs, seed, profile);
}

export function latencyModelOf(latency: Latency, seed: number): LatencyModel {
  switch (latency) {
    case 'none':
      return NO_LATENCY;
    case 'enhanced-fan-out':
      return twinOf(ENHANCED_FAN_OUT, TWIN_SLOT_NS, seed);
    case 'polling':
      return twinOf(POLLING, TWIN_SLOT_NS, seed);
    default:
      return profileOf(latency, seed);
  }
}

/** The way of drawing of a profile, if it differs from one independent draw a slot. */
type Draws = Pick<LatencyProfile, 'evenDraws' | 'blocks'>;

function twinOf(table: QuantileTable, slotNs: number, seed: number, { evenDraws, blocks }: Draws = {}): LatencyModel {
  const draw = evenDraws === true ? evenUniformOf : uniformOf;
  // Records are read shard by shard in the order of their times, so most lie in the slot of their predecessor.
  let lastShard = -1;
  let lastSlot = -1;
  let lastNs = 0;
  return {
    delayNs: (shard, writtenAtNs) => {
      const slot = Math.floor(writtenAtNs / slotNs);
      if (slot === lastSlot && shard === lastShard) return lastNs;
      lastShard = shard;
      lastSlot = slot;
      lastNs = quantileAt(blocks === undefined ? table : blockAt(blocks, seed, writtenAtNs), draw(seed, shard, slot));
      return lastNs;
    },
    maxDelayNs: Math.max(...[table, ...(blocks ?? [])].map((rows) => rows.at(-1)!.ns)),
  };
}

const BLOCK_NS = 1000 * MS;
/** Shard number for drawing blocks; numbers of real shards are never negative. */
const BLOCK_DRAW = -2;

/** The quantiles of the second in which a time lies, for all shards. */
export function blockAt(blocks: readonly QuantileTable[], seed: number, atNs: number): QuantileTable {
  return blocks[Math.floor(uniformOf(seed, BLOCK_DRAW, Math.floor(atNs / BLOCK_NS)) * blocks.length)]!;
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
const SILVER_RATIO = Math.SQRT2 - 1;

/**
 * [0, 1) from three integers, spread evenly over the slots of a shard and over the shards of a slot: any stretch of n slots leaves gaps of
 * at most about 2 / n. Source: Kronecker sequences; Weyl, 1916.
 */
function evenUniformOf(seed: number, shard: number, slot: number): number {
  const sum = uniformOf(seed, EVEN_DRAW, 0) + shard * SILVER_RATIO + slot * GOLDEN_RATIO;
  return sum - Math.floor(sum);
}
const EVEN_DRAW = -3;

/** [0, 1) from three integers: two rounds of the 32-bit finaliser of MurmurHash3. */
export function uniformOf(seed: number, shard: number, slot: number): number {
  return mix(mix(seed ^ Math.imul(shard + 1, 0x9e3779b1)) ^ slot) / 2 ** 32;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
