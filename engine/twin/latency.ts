import { type LatencyProfile, type QuantileTable, quantileAt } from './latency-profile.ts';

/**
 * When a committed record may be read: the delay that a service adds between a put and its delivery.
 *
 * A twin cuts time into slots and gives every slot of a shard one delay, a function of seed, shard and slot alone;
 * records written in the same slot are held back equally long. Delays of a service are alike for records that go
 * through it together, and the order of a shard holds inside a slot by itself. Between slots a reader keeps the order by
 * never letting a record out before its predecessor. With a delay drawn for every record instead, keeping the order
 * would raise the mean with the rate.
 */
export interface LatencyModel {
  /** Delay in ns of what was written to a shard at a time, ns since the stream's epoch. */
  delayNs(shard: number, writtenAtNs: number): number;
  /** No delay is longer, nor is a record ever held back for longer to keep its shard's order. */
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
 * consumers"); the shape round it is a choice, long to the right as service latencies are. The order kept between
 * slots adds up to 3.5 ms to the mean of these quantiles (67.5 ms), so that a busy shard comes to about 71.
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
 * on a busy shard by the order kept between slots); their shape is a choice.
 *
 * Five consumers share the five calls a second, and what that costs comes from the call limit alone: 600 ms where the
 * calls fall evenly to all, each reading once a second; 620 to 690 ms where each asks every 200 to 300 ms or so and is
 * refused most of the time; about 1,100 ms where they ask at random times, as then the gaps between the reads of one
 * vary. AWS also writes that records can be read at once after the write ("Low-latency processing"); for that, take no
 * latency.
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

export const enhancedFanOut = (seed: number): LatencyModel => twinOf(ENHANCED_FAN_OUT, TWIN_SLOT_NS, seed);

export const polling = (seed: number): LatencyModel => twinOf(POLLING, TWIN_SLOT_NS, seed);

/**
 * A twin of whatever was measured: draws from the quantiles of a profile, one draw for each slot of a shard. The order
 * kept between slots raises the mean by about variance / (2 slot lengths); slots of 1 s, unless the profile says
 * otherwise, keep that small and keep stalls as long as they were. Shorter slots give a short run more draws.
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
      return enhancedFanOut(seed);
    case 'polling':
      return polling(seed);
    default:
      return profileOf(latency, seed);
  }
}

/** How a profile wants its draws made, where it differs from one independent draw a slot. */
type Draws = Pick<LatencyProfile, 'evenDraws' | 'blocks'>;

function twinOf(table: QuantileTable, slotNs: number, seed: number, { evenDraws, blocks }: Draws = {}): LatencyModel {
  const draw = evenDraws === true ? evenUniformOf : uniformOf;
  // Records are read shard by shard in the order of their times: most are of the slot of the one before.
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
/** The draw of blocks, apart from those of shards, whose numbers are never negative. */
const BLOCK_DRAW = -2;

/** The quantiles that hold in the second of a time, for all shards. */
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
