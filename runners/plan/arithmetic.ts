import { awsLimits, MIB } from '../../engine/twin/limits.ts';
import type { Load } from '../simulation/load.ts';

/** Writes of one shard on AWS, with the burst that is assumed for it. */
export const SHARD_WRITE = awsLimits(MIB);

/** Averages of the load: the terms of AWS's formula. */
export interface LoadDemand {
  readonly recordsPerSecond: number;
  readonly recordBytes: number;
  readonly pollingConsumers: number;
  readonly fanOutConsumers: number;
}

export function demandOf({ records, bytes, durationNs, consumers }: Load): LoadDemand {
  const polling = consumers.filter((consumer) => consumer.kind === 'polling');
  return {
    recordsPerSecond: records / (durationNs / 1e9),
    recordBytes: records > 0 ? bytes / records : 0,
    pollingConsumers: polling.length,
    fanOutConsumers: consumers.length - polling.length,
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
export function minShards(load: Load, throttledAllowed: number): number {
  const seconds = load.durationNs / 1e9;
  const keep = Math.max(0, 1 - throttledAllowed);
  const records = (load.records * keep) / (SHARD_WRITE.recordsPerSecond * seconds + SHARD_WRITE.burstRecords);
  const bytes = (load.bytes * keep) / (SHARD_WRITE.bytesPerSecond * seconds + SHARD_WRITE.burstBytes);
  return Math.max(1, Math.floor(Math.max(records, bytes)));
}
