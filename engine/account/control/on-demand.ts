import { HASH_KEYS } from '../../routing/hash-range.ts';
import { awsLimits, type ShardLimits } from '../../twin/limits.ts';
import type { Account } from '../account.ts';
import { limitExceeded } from '../errors.ts';
import type { Shard } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import type { StreamAccount } from '../stream/stream-account.ts';
import type { DailyPeak, Reshape } from '../stream/stream-state.ts';
import { ON_DEMAND_SHARDS_MIN } from './quotas.ts';
import { uniformPlan } from './shard-plan.ts';
import { DAY_MS, quotasHold } from './states.ts';
import type { Rate, StreamTraffic } from './traffic.ts';

/**
 * AWS scales an on-demand stream by these rules: it splits a shard that received more than about 500 KB/s within the last 15
 * minutes, and keeps capacity for twice the busiest time of the last 30 days ("How on-demand mode works").
 */
const HOT_BYTES_PER_SECOND = 500_000;
/** AWS publishes no figure for records; half of a shard's limit, as for bytes. */
const HOT_RECORDS_PER_SECOND = 500;
const PEAK_DAYS = 30;
const HEADROOM = 2;
/** One hot key cannot be spread: a shard that is this much narrower than an even one is not split again. */
const NARROWEST_PARTS = 16n;

/** @throws LimitExceededException when the account has as many on-demand streams as AWS allows by default. */
export function requireOnDemandRoom(account: Account): void {
  const count = account.streams.filter(({ state }) => state.mode === 'ON_DEMAND').length;
  const { accountId, onDemandStreamLimit } = account.options;
  if (!quotasHold(account) || count < onDemandStreamLimit) return;
  throw limitExceeded(
    `This request would exceed the on-demand stream limit for the account ${accountId}. ` +
      `Current count: ${count}. Limit: ${onDemandStreamLimit}.`,
  );
}

/** The splits or merges that a stream needs now; none while it is well. Changes nothing. */
export function onDemandScaling(stream: KinesisStream, traffic: StreamTraffic): Reshape[] {
  const { account, openShards } = stream;
  const { limits } = account.options;
  if (limits === 'none') return [];
  const nowMs = account.clock.nowMs();
  const hot = openShards.filter(
    (shard) => isSplittable(shard, openShards.length) && isHot(traffic.busiestMinute(shard.state.index, nowMs), limits),
  );
  if (hot.length > 0) return hot.map(halved);
  const enough = requiredShardCount(stream);
  // A shard that was split less than 30 days ago was busy then, even if the whole stream was not.
  const settled = openShards.every(({ state }) => state.createdAtMs < nowMs - PEAK_DAYS * DAY_MS);
  return settled && openShards.length > enough ? uniformPlan(stream, enough) : [];
}

/** Returns the shards for twice the peak of the last 30 days or for the warm throughput, whichever is more, and at least 4. */
export function requiredShardCount({ account, state }: KinesisStream): number {
  const { bytesPerSecond, recordsPerSecond } = limitsOf(account);
  let required = Math.max(ON_DEMAND_SHARDS_MIN, state.warmThroughputMibps ?? 0);
  for (const peak of state.dailyPeaks) {
    const share = Math.max(peak.bytesPerSecond / bytesPerSecond, peak.recordsPerSecond / recordsPerSecond);
    required = Math.max(required, Math.ceil(HEADROOM * share));
  }
  return required;
}

/** Adds a minute to the peaks of the last 30 days. Returns whether it made a difference. */
export function notePeak(peaks: DailyPeak[], rate: Rate, nowMs: number): boolean {
  const dayStartMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const kept = peaks.length;
  while ((peaks[0]?.dayStartMs ?? dayStartMs) < dayStartMs - PEAK_DAYS * DAY_MS) peaks.shift();
  let today = peaks.at(-1);
  if (today?.dayStartMs !== dayStartMs) {
    if (rate.bytesPerSecond === 0 && rate.recordsPerSecond === 0) return peaks.length !== kept;
    today = { dayStartMs, bytesPerSecond: 0, recordsPerSecond: 0 };
    peaks.push(today);
  }
  if (rate.bytesPerSecond <= today.bytesPerSecond && rate.recordsPerSecond <= today.recordsPerSecond) {
    return peaks.length !== kept;
  }
  today.bytesPerSecond = Math.max(today.bytesPerSecond, rate.bytesPerSecond);
  today.recordsPerSecond = Math.max(today.recordsPerSecond, rate.recordsPerSecond);
  return true;
}

function isHot({ bytesPerSecond, recordsPerSecond }: Rate, limits: 'aws' | ShardLimits): boolean {
  const hotBytes = limits === 'aws' ? HOT_BYTES_PER_SECOND : limits.bytesPerSecond / HEADROOM;
  const hotRecords = limits === 'aws' ? HOT_RECORDS_PER_SECOND : limits.recordsPerSecond / HEADROOM;
  return bytesPerSecond > hotBytes || recordsPerSecond > hotRecords;
}

function isSplittable({ state }: Shard, openShardCount: number): boolean {
  const width = BigInt(state.endingHashKey) - BigInt(state.startingHashKey) + 1n;
  return width * BigInt(openShardCount) * NARROWEST_PARTS > HASH_KEYS;
}

function halved({ state }: Shard): Reshape {
  const start = BigInt(state.startingHashKey);
  const newStartingHashKey = start + (BigInt(state.endingHashKey) - start + 1n) / 2n;
  return { kind: 'split', shardIndex: state.index, newStartingHashKey: String(newStartingHashKey) };
}

function limitsOf({ options }: StreamAccount): ShardLimits {
  return typeof options.limits === 'object' ? options.limits : awsLimits(0);
}
