/**
 * A scenario that was read, checked and resolved: defaults are filled in, and each quantity has one unit.
 * Times are nanoseconds, sizes bytes, rates records per second, ratios 0 to 1.
 */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly seed: number;
  readonly target: TargetSpec;
  readonly workloads: readonly Workload[];
  readonly consumers: readonly ConsumerSpec[];
  readonly thresholds: readonly string[];
  /** Time without progress of consumers, after the last acknowledgement, until the rest counts as lost. */
  readonly drainNs: number;
  /** Changes of the shards during the load, by time. */
  readonly steps?: readonly ScenarioStep[];
  /** Faults to inject into the target. */
  readonly faults?: readonly FaultSpec[];
}

export type ScenarioStep =
  /** hottest: the shard with the most bytes in the last 10 s. */
  | { readonly kind: 'split'; readonly atNs: number; readonly shard: number | 'hottest' }
  /** coldest: the two neighbours with the fewest bytes in the last 10 s. */
  | { readonly kind: 'merge'; readonly atNs: number; readonly shards: readonly [number, number] | 'coldest' }
  | { readonly kind: 'shard-count'; readonly atNs: number; readonly count: number };

interface FaultScope {
  readonly fromNs: number;
  /** Absent: the fault lasts to the end of the run. */
  readonly untilNs?: number;
  /** Absent: all operations. */
  readonly operation?: string;
  readonly shard?: number;
}

interface FaultRate {
  /** Share of calls, or of records if a PutRecords is throttled. */
  readonly rateRatio: number;
}

export type FaultSpec =
  | (FaultScope &
      FaultRate & {
        readonly kind: 'error';
        readonly code: string;
        readonly message?: string;
        readonly status?: number;
      })
  | (FaultScope & FaultRate & { readonly kind: 'latency'; readonly delayNs: number })
  | (FaultScope & { readonly kind: 'stall'; readonly untilNs: number })
  | (FaultScope & FaultRate & { readonly kind: 'drop-connection' | 'lose-response' })
  | (FaultScope &
      FaultRate & {
        readonly kind: 'throttle';
        readonly code?: 'ProvisionedThroughputExceededException' | 'InternalFailure';
      });

export type TargetSpec = EngineTargetSpec | NoopTargetSpec | KinesisTargetSpec | ModuleTargetSpec;

export interface EngineTargetSpec {
  readonly kind: 'engine';
  readonly shards: number;
  readonly limits: LimitsSpec;
  /** Delays that `profile` does not have, if there is one. */
  readonly latency: LatencySpec;
  /** Latencies of the service that the engine imitates, from a calibrated or documented profile. Its limits are in `limits`. */
  readonly profile?: TwinProfileSpec;
  /** Memory of one stream, divided among its shards. */
  readonly memoryBytes: number;
  /**
   * Address space of one stream, if it is more than the memory: a shard may use more than its share if others use less.
   */
  readonly reservedBytes?: number;
  readonly maxRecordBytes: number;
  /** When the ring is full: reuse the oldest term (slow consumers lose records), or throttle puts until every consumer has read it. */
  readonly whenFull: 'trim' | 'refuse';
}

/** Limits of one shard: of writes, of all polls together, and of each push. */
export type LimitsSpec =
  | 'none'
  | 'aws'
  | {
      readonly bytesPerSecond: number;
      readonly recordsPerSecond: number;
      readonly burstSeconds: number;
      /** Records and bytes that an idle shard saves up. Absent: the rates times `burstSeconds`. */
      readonly burstRecords?: number;
      readonly burstBytes?: number;
      /** Length of fixed windows to count in, instead of token buckets. Bursts have no effect then. */
      readonly windowSeconds?: number;
      /** Reads of one shard: of all polls together, and of each push. Absent: unlimited. */
      readonly readBytesPerSecond?: number;
      /** Polls of one shard by all consumers together. Absent: unlimited. */
      readonly readCallsPerSecond?: number;
    };

/** Delay until a record can be read: none, that of a way of reading on AWS, or a measured one. */
export type LatencySpec = 'none' | 'enhanced-fan-out' | 'polling' | LatencyProfileSpec;

/** A measured delay. Its file is read when the scenario is resolved. */
export interface LatencyProfileSpec {
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly recordedAt?: string | undefined;
  /** Time for which one draw holds for a shard. Absent: 1,000. */
  readonly slotMs?: number | undefined;
  readonly evenDraws?: boolean | undefined;
  /** Quantiles of single seconds, drawn second by second. */
  readonly blocks?: readonly QuantilesSpec[] | undefined;
  readonly quantiles: QuantilesSpec;
}

/** Rows with `p` rising from 0 to 1 and `ns` never falling. */
export type QuantilesSpec = readonly { readonly p: number; readonly ns: number }[];

/** The latencies of a service, from a file that `calibrate` writes or that ships with the package. An absent part was not measured. */
export interface TwinProfileSpec {
  readonly name: string;
  readonly basis: 'measurement' | 'documentation';
  readonly source: string;
  readonly recordedAt?: string;
  /** From the hand-over of a call to its response. */
  readonly put?: LatencyProfileSpec;
  /** From the hand-over of a record until a consumer of the kind can read it. */
  readonly fanOut?: LatencySpec;
  readonly polling?: LatencySpec;
}

export interface NoopTargetSpec {
  readonly kind: 'noop';
  readonly shards: number;
  readonly delay: DelaySpec;
  readonly stalls: readonly { readonly atNs: number; readonly forNs: number }[];
  /** A first-come, first-served queue in front of the target. Absent: every call starts at once. */
  readonly queue?: QueueSpec;
}

/** A queue with a capacity of exactly servers / serviceNs records per ns: a call occupies one server for its records, one after another. */
export interface QueueSpec {
  readonly servers: number;
  /** Time that one record takes. */
  readonly serviceNs: number;
}

/** Amazon Kinesis Data Streams, or any endpoint that speaks its API. */
export interface KinesisTargetSpec {
  readonly kind: 'kinesis';
  readonly stream: string;
  /** Absent: AWS, or the endpoint that the AWS environment or profile sets. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Capacity of a stream that the run creates and deletes. Absent: the stream must exist. */
  readonly create?: { readonly mode: 'provisioned'; readonly shards: number } | { readonly mode: 'on-demand' };
  readonly put: 'records' | 'record';
  /** Pack small records into larger ones, by shard, as the Kinesis Producer Library does. */
  readonly aggregate: boolean;
  readonly protocol: 'http2' | 'http1';
  /** Partition key and data, as AWS counts them. */
  readonly maxRecordBytes: number;
  /** Time after which a call counts as failed. */
  readonly timeoutNs: number;
}

/** A target that is a module of the user. Its code runs with the rights of the process that runs the scenario. */
export interface ModuleTargetSpec {
  readonly kind: 'module';
  /** Absolute path of the module after resolving against the scenario file's folder. */
  readonly path: string;
  /** Every other key of the target; the module checks them. */
  readonly options: Readonly<Record<string, unknown>>;
}

export type DelaySpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly ns: number }
  | { readonly kind: 'lognormal'; readonly p50Ns: number; readonly p99Ns: number };

export interface Workload {
  readonly name: string;
  readonly arrivals: ArrivalsSpec;
  readonly phases: readonly Phase[];
  readonly keys: KeysSpec;
  readonly payload: PayloadSpec;
  readonly producers: ProducersSpec;
}

export type ArrivalsSpec =
  | { readonly kind: 'constant' }
  | { readonly kind: 'uniform' }
  | { readonly kind: 'poisson' }
  /** Poisson while on, no records while off; mean lengths of both states. */
  | { readonly kind: 'on-off'; readonly meanOnNs: number; readonly meanOffNs: number }
  /** Two-state Markov-modulated Poisson process: relative rates, and mean length of each state. */
  | { readonly kind: 'mmpp'; readonly rates: readonly [number, number]; readonly meanNs: readonly [number, number] }
  /** Times of the replayed records, divided by `speed`. The phases then come from the recording. */
  | { readonly kind: 'recorded'; readonly speed: number };

export interface Phase {
  readonly name: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** False for a warm-up, which is measured and stored but not part of the summary. */
  readonly recorded: boolean;
}

export type KeysSpec =
  | { readonly kind: 'uniform'; readonly count: number }
  | { readonly kind: 'zipf'; readonly exponent: number; readonly count: number }
  | { readonly kind: 'hot'; readonly hotCount: number; readonly hotShare: number; readonly count: number }
  | { readonly kind: 'sequential'; readonly count: number }
  /** `shares` by shard, in the order of the hash ranges; they sum to 1. */
  | { readonly kind: 'shares'; readonly shares: readonly number[]; readonly keysPerShard: number }
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'field'; readonly field: string };

export type PayloadSpec =
  | { readonly kind: 'size'; readonly size: SizeSpec; readonly randomRatio: number }
  | { readonly kind: 'template'; readonly template: unknown }
  | { readonly kind: 'replay'; readonly replay: ReplaySpec };

export type SizeSpec =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'lognormal'; readonly p50Bytes: number; readonly p99Bytes: number }
  | { readonly kind: 'pareto'; readonly shape: number; readonly minBytes: number; readonly maxBytes: number };

export interface ReplaySpec {
  /** Absolute path after resolving against the scenario file's folder. */
  readonly path: string;
  readonly format: 'ndjson' | 'csv' | 'log';
  /** Encoding of keys, times and names; payloads stay bytes. Absent: UTF-8. */
  readonly encoding?: 'utf-8' | 'latin1';
  /** CSV separator, one character. Absent: detected. */
  readonly separator?: string;
  /** False if quotes in a CSV file are ordinary characters. */
  readonly quotes?: boolean;
  /** Field with the record's time, for `arrivals: recorded`, or the two fields of its date and time of day. */
  readonly timeField?: string | readonly [date: string, time: string];
  /** Unit of times that are numbers. Absent: detected. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
  /** Zone of times that have none. Absent: UTC. */
  readonly timeZone?: string;
  /** Year of syslog times, which have none. */
  readonly timeYear?: number;
  /** Records without a key: reject the file (also if absent), or skip and count them. */
  readonly missingKey?: 'reject' | 'skip';
  /** The same for records without a time. */
  readonly missingTime?: 'reject' | 'skip';
  /** SHA-256, in hex, of the decompressed content of the file when the scenario was resolved. */
  readonly sha256?: string;
}

export interface ProducersSpec {
  readonly count: number;
  readonly batch: { readonly records: number; readonly bytes: number; readonly lingerNs: number };
  /** Largest number of calls of one producer that are handed over and not yet acknowledged. */
  readonly inFlight: number;
  /** When every slot is taken: wait and send late, with the same intended times; or drop and count. */
  readonly whenBusy: 'wait' | 'drop';
  readonly retry: { readonly attempts: number; readonly baseNs: number; readonly capNs: number };
}

export type ConsumerSpec =
  | { readonly name: string; readonly kind: 'polling'; readonly intervalNs: number; readonly limit?: number }
  | { readonly name: string; readonly kind: 'fan-out' };
