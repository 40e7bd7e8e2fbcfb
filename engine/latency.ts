/**
 * When a committed record may be read: the delay that a service adds between a put and its delivery.
 *
 * The twin of enhanced fan-out cuts time into slots and gives every slot of a shard one delay, a function of seed,
 * shard and slot alone; records written in the same slot are held back equally long. Delays of a service are alike for
 * records that go through it together, and the order of a shard holds inside a slot by itself. Between slots a reader
 * keeps the order by never letting a record out before its predecessor. With a delay drawn for every record instead,
 * keeping the order would raise the mean with the rate.
 */
export interface LatencyModel {
  /** Delay in ns of what was written to a shard at a time, ns since the stream's epoch. */
  delayNs(shard: number, writtenAtNs: number): number;
}

export const NO_LATENCY: LatencyModel = { delayNs: () => 0 };

const MS = 1e6;
const SLOT_NS = 100 * MS;

/**
 * Quantiles of the put-to-get delay of enhanced fan-out. AWS states an average of about 70 ms ("Enhanced fan-out
 * consumers"); the shape round it is a choice, long to the right as service latencies are. The order kept between
 * slots adds up to 3.5 ms to the mean of these quantiles (67.5 ms), so that a busy shard comes to about 71.
 */
const PROFILE = [
  { p: 0, ns: 30 * MS },
  { p: 0.25, ns: 55 * MS },
  { p: 0.5, ns: 64 * MS },
  { p: 0.75, ns: 75 * MS },
  { p: 0.9, ns: 90 * MS },
  { p: 0.99, ns: 150 * MS },
  { p: 0.999, ns: 250 * MS },
  { p: 1, ns: 400 * MS },
] as const;

/** A value at probability p of a quantile table, log-linear between its rows. Source: methods of quantile resampling. */
export function quantileAt(profile: readonly { readonly p: number; readonly ns: number }[], p: number): number {
  let row = 1;
  while (row < profile.length - 1 && profile[row]!.p < p) row += 1;
  const low = profile[row - 1]!;
  const high = profile[row]!;
  const share = (p - low.p) / (high.p - low.p);
  return low.ns * (high.ns / low.ns) ** share;
}

export function enhancedFanOut(seed: number): LatencyModel {
  return {
    delayNs: (shard, writtenAtNs) => quantileAt(PROFILE, uniformOf(seed, shard, Math.floor(writtenAtNs / SLOT_NS))),
  };
}

/** [0, 1) from three integers: two rounds of the 32-bit finaliser of MurmurHash3. */
function uniformOf(seed: number, shard: number, slot: number): number {
  return mix(mix(seed ^ Math.imul(shard + 1, 0x9e3779b1)) ^ slot) / 2 ** 32;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
