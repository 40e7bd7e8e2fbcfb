/** Version of plan.json. A change that an older reader would misread raises it. */
export const PLAN_SCHEMA_VERSION = 1;

/**
 * A prediction of the shards that a load needs, printed and saved by `plan`. Times are ns, sizes bytes, ratios 0 to 1 unless
 * noted, prices USD for a month of 730 hours.
 */
export interface Plan {
  readonly schemaVersion: typeof PLAN_SCHEMA_VERSION;
  readonly kind: 'plan';
  readonly toolVersion: string;
  readonly createdAt: string;
  readonly seed: number;
  readonly load: PlannedLoad;
  readonly slo: PlanSlo;
  readonly recommended: Recommendation;
  /** One prediction for each shard count, ascending. */
  readonly counts: readonly PlannedCount[];
  /** The heaviest keys that take a visible part of a shard, heaviest first. */
  readonly hotKeys: readonly HotKey[];
  /** Shares of the shards before any record is sent: for the recommended count, and for that of the scenario. */
  readonly skews: readonly ShardSkew[];
  readonly onDemand: OnDemandPlan;
  readonly aggregation: AggregationPlan | null;
  readonly growth: GrowthPlan | null;
  /** Null if no run verified the plan. */
  readonly verification: Verification | null;
  readonly prices: PriceOrigin;
  /** Assumptions and limits of the prediction, as sentences. */
  readonly assumptions: readonly string[];
}

export interface PlannedLoad {
  readonly name: string;
  readonly source: LoadSource;
  readonly durationNs: number;
  readonly records: number;
  readonly bytes: number;
  readonly meanRecordsPerSecond: number;
  readonly meanBytesPerSecond: number;
  /** Expected in the busiest step of `stepNs`. */
  readonly peakRecordsPerSecond: number;
  readonly peakBytesPerSecond: number;
  readonly stepNs: number;
  /** Null if nothing is known about the keys. */
  readonly distinctKeys: number | null;
  readonly consumers: readonly { readonly name: string; readonly kind: ConsumerKind }[];
  /** Factor of the load applied before planning: 1, or more with headroom. */
  readonly scaleRatio: number;
}

export const LOAD_SOURCES = ['scenario', 'trace', 'metrics', 'sketch', 'flags', 'account'] as const;
export type LoadSource = (typeof LOAD_SOURCES)[number];
export type ConsumerKind = 'polling' | 'fan-out';

export interface PlanSlo {
  /** Thresholds that every recommended count holds in the simulation. */
  readonly thresholds: readonly string[];
  readonly isDefault: boolean;
  /** Thresholds of the scenario that a simulation cannot judge, each with the reason. */
  readonly skipped: readonly { readonly text: string; readonly why: string }[];
  /** Facts about thresholds that no shard count, or every shard count, would hold. */
  readonly notes: readonly string[];
}

/**
 * meets-slo: the smallest count that holds the SLO; hot-key, floor: no count holds it; too-large: none up to the largest
 * tried one.
 */
export const RECOMMENDATION_KINDS = ['meets-slo', 'hot-key', 'floor', 'too-large'] as const;

export interface Recommendation {
  readonly kind: (typeof RECOMMENDATION_KINDS)[number];
  /** Null if no shard count holds the SLO. */
  readonly shards: number | null;
  /** Shard count from which only that key suffers, if a single key exceeds a shard. */
  readonly onlyHotKeySuffersFrom: number | null;
  /** Growth of the load until the SLO fails or the busiest shard reaches its limit: 0.25 is 25%. May be negative. */
  readonly headroomRatio: number | null;
  /** The limit or threshold that ends the headroom. */
  readonly headroomEnds: 'slo' | 'shard-limit' | null;
  readonly reason: string;
  /** Certainty of the number, in one sentence. */
  readonly certainty: string;
  /** The limit or threshold that determines the number of shards. */
  readonly binding: Binding;
  /** True if the next larger count holds the SLO too; null if there is no recommendation. */
  readonly isNextHeld: boolean | null;
  /** Shards by the formula of AWS, which ignores keys and bursts. */
  readonly formulaShards: number;
}

/** The resource that runs out first. `none`: every resource has room. */
export const BINDINGS = ['records', 'bytes', 'read-calls', 'read-bytes', 'one-key', 'none'] as const;
export type Binding = (typeof BINDINGS)[number];

export interface PlannedCount {
  readonly shards: number;
  readonly method: 'records' | 'rates';
  readonly isHeld: boolean;
  /** Thresholds that fail. */
  readonly failed: readonly string[];
  readonly throttledRatio: number;
  readonly throttledRecordsRatio: number;
  readonly failedRecords: number;
  readonly unsentRecords: number;
  /** From the first hand-over to the acknowledgement, retries included. */
  readonly ackLatency: { readonly p50Ns: number; readonly p99Ns: number };
  readonly consumers: readonly PlannedConsumer[];
  readonly binding: Binding;
  /** Load due in the busiest second of the busiest shard, divided by its limit; 1 is the limit. */
  readonly busiestPeakRatio: number;
  readonly busiestMeanRatio: number;
  readonly monthlyUsd: number;
}

export interface PlannedConsumer {
  readonly name: string;
  readonly kind: ConsumerKind;
  readonly putToGet: { readonly p50Ns: number; readonly p99Ns: number };
  readonly iteratorAgeMaxNs: number;
  /** Unused share of the read bytes of the busiest shard in its busiest second; below 0 the consumer falls behind. */
  readonly readHeadroomRatio: number;
  /** Unused share of the read calls of a shard; null for fan-out, which makes none. */
  readonly callHeadroomRatio: number | null;
}

export interface HotKey {
  /** The key, or the hexadecimal MD5 of a key that is not stored in clear. */
  readonly name: string;
  readonly recordShare: number;
  readonly byteShare: number;
  /** Share of one shard that this key uses at the peak; above 1 no shard count helps. */
  readonly shardRatio: number;
  /** Number of keys to split this one into, so that each fits into a shard; 1 if it fits. */
  readonly splitOver: number;
}

export interface ShardSkew {
  readonly shards: number;
  readonly recordShares: readonly number[];
  readonly byteShares: readonly number[];
}

export interface OnDemandPlan {
  readonly standard: { readonly monthlyUsd: number };
  /** Null if the price list has no prices for it. */
  readonly advantage: { readonly monthlyUsd: number; readonly isMinimum: boolean } | null;
  readonly ramp: {
    /** Share of the records that a new stream would throttle while it grows. */
    readonly newStreamThrottledRatio: number;
    /** Share of the records that a stream would throttle that had this load before. */
    readonly grownThrottledRatio: number;
    /** Time that a new stream needs to reach the peak, if the load waits for it. */
    readonly growNs: number;
    readonly reason: string;
  };
  /** True if a single key exceeds the limit of on-demand streams for one key. */
  readonly isOneKeyTooHot: boolean;
}

/** The same load with records aggregated like the Kinesis Producer Library does it. */
export interface AggregationPlan {
  readonly recordsPerAggregate: number;
  readonly shards: number | null;
  readonly monthlyUsd: number | null;
  readonly reason: string;
}

export interface GrowthPlan {
  /** Growth in one month: 0.05 is 5%. */
  readonly monthlyRatio: number;
  /** Months until the headroom is used up; null if it never is. */
  readonly monthsLeft: number | null;
  /** Use of the busiest shard at which scaling must start so that it ends in time. */
  readonly startAtRatio: number;
  readonly later: readonly { readonly months: number; readonly shards: number }[];
}

interface PriceOrigin {
  readonly region: string;
  readonly asOf: string;
  readonly sources: readonly string[];
}

/** Predictions and the measurements of runs on the engine. */
export interface Verification {
  readonly isHeld: boolean;
  readonly runs: readonly VerifiedRun[];
}

export interface VerifiedRun {
  readonly shards: number;
  /** invalid: the run proves nothing. */
  readonly outcome: 'measured' | 'invalid';
  readonly why: string | null;
  readonly isSloHeld: { readonly predicted: boolean; readonly measured: boolean | null };
  readonly metrics: readonly VerifiedMetric[];
}

export interface VerifiedMetric {
  readonly name: string;
  readonly unit: 'ratio' | 'ns';
  readonly predicted: number;
  readonly measured: number | null;
  /** The largest difference that counts as a confirmed prediction, in the same unit. */
  readonly tolerance: number;
  readonly isHeld: boolean;
}
