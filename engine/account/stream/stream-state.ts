import type {
  ConsumerStatus,
  EncryptionType,
  MetricsName,
  RecordDistributionStrategy,
  StreamMode,
  StreamStatus,
} from '@aws-sdk/client-kinesis';

/**
 * Everything of a stream but its records, as plain data: what is kept over a restart, and what the control plane reads
 * and changes. Times are epoch ms of the engine's clock.
 */
export interface StreamState {
  readonly name: string;
  readonly createdAtMs: number;
  status: StreamStatus;
  mode: StreamMode;
  retentionHours: number;
  maxRecordKib: number;
  encryption: EncryptionType;
  keyId: string | undefined;
  shardLevelMetrics: MetricsName[];
  recordDistribution: RecordDistributionStrategy;
  warmThroughputMibps: number | undefined;
  tags: Record<string, string>;
  policy: string | undefined;
  consumers: ConsumerState[];
  /** Every shard that the stream ever had and whose records may still be read, by index. */
  shards: ShardState[];
  /** Index of the next new shard; indexes are never used again. */
  nextShardIndex: number;
  /** Times of the last of these calls, newest last; they are limited per rolling 24 hours. */
  shardCountUpdatesMs: number[];
  modeSwitchesMs: number[];
  encryptionStartsMs: number[];
  encryptionStopsMs: number[];
  /** Splits and merges that an UPDATING stream still has to make, in order. */
  pendingReshapes: Reshape[];
  /** Busiest minute of each UTC day of the last 30, oldest first. */
  dailyPeaks: DailyPeak[];
}

/** A split or a merge of shards that are open once the ones before have been done. */
export type Reshape =
  | { readonly kind: 'split'; readonly shardIndex: number; readonly newStartingHashKey: string }
  | { readonly kind: 'merge'; readonly shardIndex: number; readonly adjacentIndex: number };

export interface DailyPeak {
  readonly dayStartMs: number;
  bytesPerSecond: number;
  recordsPerSecond: number;
}

export interface ConsumerState {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  status: ConsumerStatus;
  tags: Record<string, string>;
  policy: string | undefined;
}

export interface ShardState {
  /** 0 and up; `shardId-` and twelve digits outside. */
  readonly index: number;
  readonly parentIndex: number | undefined;
  readonly adjacentParentIndex: number | undefined;
  /** Decimal, both ends inclusive. */
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly createdAtMs: number;
  /** Second of its creation in its sequence numbers, above those of its parents. */
  readonly sequenceSecond: number;
  closedAtMs: number | undefined;
  /** Compact sequence number one past the last record of a closed shard. */
  endSequenceNumber: number | undefined;
  /** Records that were encrypted when they were put, oldest first. */
  encryptedPlaces: PlaceRange[];
}

/** Compact sequence numbers from one up to, not including, another; without an end as long as it goes on. */
export interface PlaceRange {
  readonly from: number;
  to: number | undefined;
}

/** Largest record of a stream, key and data. */
export const maxRecordBytesOf = ({ maxRecordKib }: StreamState): number => maxRecordKib * 1024;
