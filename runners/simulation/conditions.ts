import { type Latency, type LatencyModel, latencyModelOf } from '../../engine/twin/latency.ts';
import { awsLimits, MIB, type ShardLimits } from '../../engine/twin/limits.ts';
import { readLimitsOf, type ShardReadLimits } from '../../engine/twin/limits-read.ts';
import type { ConsumerModel } from './load.ts';

export interface SimulationOptions {
  /** A whole number, 0 or more. The same seed gives the same run. */
  readonly seed: number;
  /** Write and read limits of each shard (default: AWS's). */
  readonly limits?: 'aws' | 'none' | ShardLimits | undefined;
  /**
   * When a record is visible to consumers, for all of them or by their kind. Default: AWS's documented latency of each kind.
   */
  readonly latency?: Latency | LatencyByKind | undefined;
  /** The largest record of the stream in bytes, partition key and data; 1 MiB by default. AWS's burst depends on it. */
  readonly maxRecordBytes?: number | undefined;
  /** Default: `records` if the load knows its records and has at most 20 million. */
  readonly method?: 'records' | 'rates' | undefined;
}

/** Latency of each kind of consumer. Default: AWS's documented latency of the kind. */
interface LatencyByKind {
  readonly fanOut?: Latency | undefined;
  readonly polling?: Latency | undefined;
}

/** The stream that a load is simulated against. */
export interface Conditions {
  readonly shardCount: number;
  readonly seed: number;
  /** Write limits of each shard; undefined for no limit. */
  readonly writeLimits: ShardLimits | undefined;
  readonly readLimits: ShardReadLimits | undefined;
  /** The limits that ratios refer to: the write limits, or AWS's if there are none. */
  readonly ratedLimits: ShardLimits;
  /** A model of its own for each shard, because a model remembers the last shard and slot that it was called for. */
  latencyOf(consumer: ConsumerModel): LatencyModel;
}

export function conditionsOf(shardCount: number, options: SimulationOptions): Conditions {
  const { seed, limits = 'aws', maxRecordBytes = MIB } = options;
  const { fanOut = 'enhanced-fan-out', polling = 'polling' } = byKind(options.latency);
  const aws = awsLimits(maxRecordBytes);
  const writeLimits = limits === 'none' ? undefined : limits === 'aws' ? aws : limits;
  return {
    shardCount,
    seed,
    writeLimits,
    readLimits: readLimitsOf(limits),
    ratedLimits: writeLimits ?? aws,
    latencyOf: ({ kind }) => latencyModelOf(kind === 'polling' ? polling : fanOut, seed),
  };
}

function byKind(latency: SimulationOptions['latency'] = {}): LatencyByKind {
  return isOneLatency(latency) ? { fanOut: latency, polling: latency } : latency;
}

const isOneLatency = (latency: Latency | LatencyByKind): latency is Latency =>
  typeof latency === 'string' || Array.isArray(latency) || 'quantiles' in latency;
