/** The result of one simulated run of a load against a number of shards. Latencies are ns, ratios 0 to 1. */
export interface SimulatedRun {
  readonly shards: number;
  /** `records`: every record was simulated. `rates`: counts by shard and tick, and latencies from sampled records. */
  readonly method: 'records' | 'rates';
  readonly counts: SimulatedCounts;
  /** Throttled attempts over attempts, as `throttled.ratio` of a run. */
  readonly throttledRatio: number;
  /** Records that were throttled at least once, over records sent, as `throttledRecords.ratio` of a run. */
  readonly throttledRecordsRatio: number;
  /** From the first hand-over to the acknowledgement, retries included, as `ackLatency` of a run. */
  readonly ackLatency: LatencyQuantiles;
  /** From the intended time to the consumer, as `putToGet` of a run; a row a consumer. */
  readonly consumers: readonly SimulatedConsumer[];
  /** The same for all consumers together: each record counts once for each consumer, as in a run. */
  readonly putToGet: LatencyQuantiles;
  /** A row a shard. */
  readonly perShard: readonly SimulatedShard[];
  readonly busiest: BusiestShard;
}

interface SimulatedCounts {
  readonly due: number;
  readonly accepted: number;
  /** Records that failed in their last attempt. */
  readonly failed: number;
  /** Due and never sent because the retry queue was full, or dropped. */
  readonly unsent: number;
  /** Records handed over, retries included. */
  readonly attempts: number;
  readonly throttledAttempts: number;
  readonly throttledRecords: number;
}

export interface LatencyQuantiles {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface SimulatedConsumer {
  readonly name: string;
  readonly kind: 'polling' | 'fan-out';
  readonly putToGet: LatencyQuantiles;
  /** Bytes read of the busiest shard in its busiest second, over what the shard gives. All polling consumers share that. */
  readonly readUtilisationRatio: number;
  /** Calls a second of all polling consumers together over what a shard allows; null for fan-out. */
  readonly callUtilisationRatio: number | null;
  /** Largest distance of the consumer from the tip of a shard, ns. */
  readonly iteratorAgeMaxNs: number;
}

/** Load and throttling of one shard. */
export interface SimulatedShard {
  readonly records: number;
  readonly bytes: number;
  readonly throttledAttempts: number;
}

export interface BusiestShard {
  readonly shard: number;
  /** Due in its busiest second over the limit of one shard; 1 is the limit. */
  readonly peakRatio: number;
  /** Due over the whole load, over the limit of one shard. */
  readonly meanRatio: number;
  /** The limit that is reached first. */
  readonly limit: 'records' | 'bytes';
}
