import type { Load, RateLoad } from '../simulation/load.ts';
import { SHARD_WRITE } from './arithmetic.ts';

/**
 * A bound without a simulation: records as a fluid that flows in evenly within each step, and token buckets that start full. What
 * finds no tokens in it is throttled at least once in any simulation, whose records come in bursts and are sent again.
 */
export interface FluidShare {
  readonly recordShare: number;
  readonly byteShare: number;
}

/** Expected records that find no tokens if one shard receives this share of the load. */
export function fluidThrottled(rates: RateLoad, { recordShare, byteShare }: FluidShare): number {
  const { stepNs, recordsOfStep, bytesOfStep } = rates;
  const seconds = stepNs / 1e9;
  const refill = { records: SHARD_WRITE.recordsPerSecond * seconds, bytes: SHARD_WRITE.bytesPerSecond * seconds };
  let recordTokens = SHARD_WRITE.burstRecords;
  let byteTokens = SHARD_WRITE.burstBytes;
  let throttled = 0;
  for (let step = 0; step < recordsOfStep.length; step++) {
    const records = recordsOfStep[step]! * recordShare;
    const bytes = bytesOfStep[step]! * byteShare;
    // Within a step tokens are spent while they flow in, so that a step may use both.
    const recordRoom = recordTokens + refill.records;
    const byteRoom = byteTokens + refill.bytes;
    const passRatio = Math.min(1, records > 0 ? recordRoom / records : 1, bytes > 0 ? byteRoom / bytes : 1);
    throttled += records * (1 - passRatio);
    recordTokens = Math.min(SHARD_WRITE.burstRecords, recordRoom - records * passRatio);
    byteTokens = Math.min(SHARD_WRITE.burstBytes, byteRoom - bytes * passRatio);
  }
  return throttled;
}

/**
 * The least share of the records that so many even shards throttle, by the bound above.
 * @param except shards that do not count.
 */
export function fluidThrottledRatio(
  { rates, keys, records }: Load,
  shards: number,
  except?: ReadonlySet<number>,
): number {
  if (records <= 0) return 0;
  const recordShares = keys.recordShares(shards);
  const byteShares = keys.byteShares(shards);
  const peak = peakOf(rates);
  let throttled = 0;
  for (let shard = 0; shard < shards; shard++) {
    const share = { recordShare: recordShares[shard]!, byteShare: byteShares[shard]! };
    if (except?.has(shard) !== true && shardRatio(peak, share) > 1) throttled += fluidThrottled(rates, share);
  }
  return throttled / records;
}

export interface PeakRates {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Expected rates of the busiest step; records and bytes may have theirs in different steps. */
export function peakOf({ stepNs, recordsOfStep, bytesOfStep }: RateLoad): PeakRates {
  const seconds = stepNs / 1e9;
  return { recordsPerSecond: largest(recordsOfStep) / seconds, bytesPerSecond: largest(bytesOfStep) / seconds };
}

/** Returns the use of one shard that receives this share of the rates; 1 is its limit. */
export function shardRatio(
  { recordsPerSecond, bytesPerSecond }: PeakRates,
  { recordShare, byteShare }: FluidShare,
): number {
  return Math.max(
    (recordsPerSecond * recordShare) / SHARD_WRITE.recordsPerSecond,
    (bytesPerSecond * byteShare) / SHARD_WRITE.bytesPerSecond,
  );
}

/** Math.max(...values) fails for the steps of a long load: each value is an argument. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
