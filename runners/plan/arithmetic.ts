import { awsLimits, MIB } from '../../engine/twin/limits.ts';
import { readLimitsOf } from '../../engine/twin/limits-read.ts';
import type { Load } from '../simulation/load.ts';

/** Writes of one shard on AWS, with the burst that is assumed for it. */
export const SHARD_WRITE = awsLimits(MIB);
const SHARD_READ = readLimitsOf('aws');

/** Averages of the load that decide how many shards it needs: the terms of AWS's formula, and those that it lacks. */
export interface LoadDemand {
  readonly recordsPerSecond: number;
  readonly recordBytes: number;
  readonly pollingConsumers: number;
  readonly fanOutConsumers: number;
  /** GetRecords of all polling consumers together, for each shard. */
  readonly pollsPerSecond: number;
}

/** Shards by each limit, not rounded: round up once, at the end. */
export interface ShardDemand {
  readonly records: number;
  readonly bytes: number;
  /** All polling consumers share what a shard gives out; fan-out consumers have their own. */
  readonly readBytes: number;
  /** Use of the read calls of each shard. More shards do not change it. */
  readonly readCallsRatio: number;
}

export function demandOf({ records, bytes, durationNs, consumers }: Load): LoadDemand {
  const polling = consumers.filter((consumer) => consumer.kind === 'polling');
  return {
    recordsPerSecond: records / (durationNs / 1e9),
    recordBytes: records > 0 ? bytes / records : 0,
    pollingConsumers: polling.length,
    fanOutConsumers: consumers.length - polling.length,
    pollsPerSecond: polling.reduce((sum, { intervalNs }) => sum + 1e9 / intervalNs, 0),
  };
}

export function shardDemand({
  recordsPerSecond,
  recordBytes,
  pollingConsumers,
  pollsPerSecond,
}: LoadDemand): ShardDemand {
  const bytesPerSecond = recordsPerSecond * recordBytes;
  return {
    records: recordsPerSecond / SHARD_WRITE.recordsPerSecond,
    bytes: bytesPerSecond / SHARD_WRITE.bytesPerSecond,
    readBytes: (bytesPerSecond * pollingConsumers) / (SHARD_READ?.bytesPerSecond ?? Number.POSITIVE_INFINITY),
    readCallsRatio: pollsPerSecond / (SHARD_READ?.callsPerSecond ?? Number.POSITIVE_INFINITY),
  };
}

/**
 * Shards by AWS's formula: records rounded up to whole KB, 1,000 KB/s in and 2,000 KB/s out of a shard, all consumers as if they
 * polled. It knows neither the records/s, nor keys, nor bursts. Source: AWS, Kinesis Data Streams FAQ.
 * @returns not rounded.
 */
export function formulaShards({
  recordsPerSecond,
  recordBytes,
  pollingConsumers,
  fanOutConsumers,
}: LoadDemand): number {
  const inKilobytes = Math.ceil(recordBytes / 1024) * recordsPerSecond;
  const outKilobytes = inKilobytes * (pollingConsumers + fanOutConsumers);
  return Math.max(inKilobytes / 1000, outKilobytes / 2000);
}

/**
 * Shards below which no simulation is needed: what all shards together take in, bursts included, is less than the load by more than
 * the share of throttled records that the SLO allows.
 */
export function leastShards(load: Load, throttledAllowed: number): number {
  const seconds = load.durationNs / 1e9;
  const keep = Math.max(0, 1 - throttledAllowed);
  const records = (load.records * keep) / (SHARD_WRITE.recordsPerSecond * seconds + SHARD_WRITE.burstRecords);
  const bytes = (load.bytes * keep) / (SHARD_WRITE.bytesPerSecond * seconds + SHARD_WRITE.burstBytes);
  return Math.max(1, Math.floor(Math.max(records, bytes)));
}
