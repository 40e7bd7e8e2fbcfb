/**
 * A scenario after it was read, checked and resolved: every default filled in, every quantity in one unit.
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
  /** How long consumers may go on without progress after the last acknowledgement before the rest counts as lost. */
  readonly drainNs: number;
  /** What is done to the shards while the load goes on, by time. */
  readonly steps?: readonly ScenarioStep[];
  /** What the target is given to suffer. */
  readonly faults?: readonly FaultSpec[];
}

export type ScenarioStep =
  /** hottest: the shard that took most bytes in the last 10 s. */
  | { readonly kind: 'split'; readonly atNs: number; readonly shard: number | 'hottest' }
  /** coldest: the two neighbours that took the fewest. */
  | { readonly kind: 'merge'; readonly atNs: number; readonly shards: readonly [number, number] | 'coldest' }
  | { readonly kind: 'shard-count'; readonly atNs: number; readonly count: number };

interface FaultScope {
  readonly fromNs: number;
  /** Left out, it holds to the end of the run. */
  readonly untilNs?: number;
  /** Left out, all. */
  readonly operation?: string;
  readonly shard?: number;
}

interface FaultRate {
  /** Of calls, or of records where a PutRecords is throttled. */
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
  /** If `profile` is present, only what that does not have. */
  readonly latency: LatencySpec;
  /** What a calibrated or documented profile says of the service that the engine stands for. Its limits are in `limits`. */
  readonly profile?: TwinProfileSpec;
  /** Memory of one stream, shared out over its shards. */
  readonly memoryBytes: number;
  /**
   * Address space of one stream, if that is more: a shard may take more than its share of the memory, as far as the others leave it.
   */
  readonly reservedBytes?: number;
  readonly maxRecordBytes: number;
  /** When the ring is full: reuse the oldest term and tell laggards, or refuse puts until every consumer has passed. */
  readonly whenFull: 'trim' | 'refuse';
}

/** aws: what a shard takes in, and what it gives out to polls and to each push. */
export type LimitsSpec =
  | 'none'
  | 'aws'
  | {
      readonly bytesPerSecond: number;
      readonly recordsPerSecond: number;
      readonly burstSeconds: number;
      /** What an idle shard saves up, if it is not both rates times `burstSeconds`. */
      readonly burstRecords?: number;
      readonly burstBytes?: number;
      /** Counted in fixed windows of this length, not by token buckets; the bursts do not matter then. */
      readonly windowSeconds?: number;
      /** Of each shard: what polls get together, and each push for itself. Left out, as much as there is. */
      readonly readBytesPerSecond?: number;
      /** Polls of each shard, by all consumers together. Left out, as many as come. */
      readonly readCallsPerSecond?: number;
    };

/** When a record may be read: at once, after the delay of a way of reading on AWS, or after a measured one. */
export type LatencySpec = 'none' | 'enhanced-fan-out' | 'polling' | LatencyProfileSpec;

/** A measured delay; its file is read when the scenario is resolved. */
export interface LatencyProfileSpec {
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly recordedAt?: string | undefined;
  /** How long one draw holds for a shard; 1,000 where it is left out. */
  readonly slotMs?: number | undefined;
  readonly evenDraws?: boolean | undefined;
  /** Quantiles of single seconds, drawn second by second. */
  readonly blocks?: readonly QuantilesSpec[] | undefined;
  readonly quantiles: QuantilesSpec;
}

/** Rows with `p` rising from 0 to 1 and `ns` never falling. */
export type QuantilesSpec = readonly { readonly p: number; readonly ns: number }[];

/** The latencies of a service, from a file that `calibrate` writes or that ships with the package. A part that is absent was not measured. */
export interface TwinProfileSpec {
  readonly name: string;
  readonly basis: 'measurement' | 'documentation';
  readonly source: string;
  readonly recordedAt?: string;
  /** From the hand-over of a call to its response. */
  readonly put?: LatencyProfileSpec;
  /** From the hand-over of a record until a consumer of the kind may have it. */
  readonly fanOut?: LatencySpec;
  readonly polling?: LatencySpec;
}

export interface NoopTargetSpec {
  readonly kind: 'noop';
  readonly shards: number;
  readonly delay: DelaySpec;
  readonly stalls: readonly { readonly atNs: number; readonly forNs: number }[];
  /** A queue in front of the target, first come, first served. Absent, every call starts at once. */
  readonly queue?: QueueSpec;
}

/** The target's capacity is exactly servers / serviceNs records per ns: a call occupies one server for its records, one after another. */
export interface QueueSpec {
  readonly servers: number;
  /** Time that one record takes. */
  readonly serviceNs: number;
}

/** Amazon Kinesis Data Streams, or any endpoint that speaks its API. */
export interface KinesisTargetSpec {
  readonly kind: 'kinesis';
  readonly stream: string;
  /** Left out: AWS, or what the AWS environment and profile say. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Made for the run and deleted after it; left out, the stream must be there. */
  readonly create?: { readonly mode: 'provisioned'; readonly shards: number } | { readonly mode: 'on-demand' };
  readonly put: 'records' | 'record';
  /** Pack small records into larger ones, by shard, as the Kinesis Producer Library does. */
  readonly aggregate: boolean;
  readonly protocol: 'http2' | 'http1';
  /** As AWS counts: partition key and data. */
  readonly maxRecordBytes: number;
  /** Of one call, after which it counts as failed. */
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
  /** Poisson while on, nothing while off; mean lengths of both states. */
  | { readonly kind: 'on-off'; readonly meanOnNs: number; readonly meanOffNs: number }
  /** Two-state Markov-modulated Poisson: rates in relation to each other, mean length of each state. */
  | { readonly kind: 'mmpp'; readonly rates: readonly [number, number]; readonly meanNs: readonly [number, number] }
  /** The replayed records' own times, divided by `speed`; phases are then made from the recording. */
  | { readonly kind: 'recorded'; readonly speed: number };

export interface Phase {
  readonly name: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** False for a warm-up: measured, stored, and left out of the summary. */
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
  /** How bytes become the text of keys, times and names; payloads stay bytes. UTF-8 when left out. */
  readonly encoding?: 'utf-8' | 'latin1';
  /** CSV separator, one character; detected when left out. */
  readonly separator?: string;
  /** False when quotes in a CSV file are ordinary characters. */
  readonly quotes?: boolean;
  /** Field with the record's time, for `arrivals: recorded`, or the two fields of its date and time of day. */
  readonly timeField?: string | readonly [date: string, time: string];
  /** Unit of times that are numbers; detected when left out. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
  /** Zone of times that have none; UTC when left out. */
  readonly timeZone?: string;
  /** Year of syslog times, which have none. */
  readonly timeYear?: number;
  /** Records without a key: reject the file (when left out), or skip and count them. */
  readonly missingKey?: 'reject' | 'skip';
  /** The same for records without a time. */
  readonly missingTime?: 'reject' | 'skip';
  /** Hash of the decompressed content of the file when the scenario was resolved, in hex. */
  readonly sha256?: string;
}

export interface ProducersSpec {
  readonly count: number;
  readonly batch: { readonly records: number; readonly bytes: number; readonly lingerNs: number };
  /** Most calls handed over and not yet acknowledged, for one producer. */
  readonly inFlight: number;
  /** When every slot is taken: wait (late, never moved), or drop and count. */
  readonly whenBusy: 'wait' | 'drop';
  readonly retry: { readonly attempts: number; readonly baseNs: number; readonly capNs: number };
}

export type ConsumerSpec =
  | { readonly name: string; readonly kind: 'polling'; readonly intervalNs: number; readonly limit?: number }
  | { readonly name: string; readonly kind: 'fan-out' };
