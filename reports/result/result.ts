import type { FaultSpec, Scenario, ScenarioStep } from '../../workloads/scenario.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type { Composition, CompositionSummary } from './composition.ts';
import type { Environment, HarnessCeiling, Outcome } from './conditions.ts';
import type { Cut, Merged, Part } from './origin.ts';
import type { ConsumerHistogram, ProducerHistogram, Span } from './spans.ts';
import type { ConsumerSummary, PhaseRate, RateSummary, SpanSummary } from './summary-parts.ts';
import type { TargetFacts } from './target-facts.ts';
import type { TargetMetric } from './target-metric.ts';
import type { Validity } from './validity.ts';

export type { Environment, HarnessCeiling, Outcome } from './conditions.ts';
export {
  CONSUMER_HISTOGRAMS,
  CONSUMER_SPANS,
  type ConsumerHistogram,
  PRODUCER_HISTOGRAMS,
  PRODUCER_SPANS,
  type ProducerHistogram,
  SPANS,
  type Span,
} from './spans.ts';
export type { RateSummary, SpanSummary } from './summary-parts.ts';
export {
  VALIDITY_CODES,
  type Validity,
  type ValidityChecks,
  type ValidityCode,
  type ValidityReason,
} from './validity.ts';

/**
 * The result of one run, and the only source of every report. Times are nanoseconds since the run's time zero unless
 * they are ISO strings; ratios are 0 to 1. In the file a Histogram is its HdrHistogram V2 base64.
 *
 * Only this version is read. Versions 1 and 2 were never released: they call a run without thresholds PASSED, and their
 * ledgers count a failed record twice if a consumer received it.
 *
 * An interval's shards are columns in the file (series-format.ts) and the series' histograms are not compressed, so that an
 * hour of 64 shards is read within a second.
 */
export const RESULT_SCHEMA_VERSION = 3;

export interface Result {
  readonly schemaVersion: typeof RESULT_SCHEMA_VERSION;
  readonly tool: { readonly name: 'streamgauge'; readonly version: string };
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: Outcome;
  /** True when the run did not reach its planned end: every number covers only what was done. */
  readonly partial: boolean;
  readonly scenario: Scenario;
  readonly scenarioHash: string;
  /** Absent in results of versions that did not store it. */
  readonly target?: TargetDescription;
  readonly seed: number;
  readonly environment: Environment;
  readonly harnessCeiling: HarnessCeiling;
  readonly validity: Validity;
  readonly verdict: Verdict;
  readonly summary: Summary;
  /** Totals over the run, every phase. */
  readonly cells: readonly Cell[];
  /** One a second, in order, by the time at which records completed. */
  readonly series: readonly Interval[];
  readonly workers: readonly WorkerReport[];
  /** The scenario's steps by time, where there are some. */
  readonly steps?: readonly StepReport[];
  /** The scenario's faults, where there are some. */
  readonly faults?: readonly FaultReport[];
  /** Metrics that the target counted, where it reports some. Absent in a merged result: each part has its own. */
  readonly targetMetrics?: readonly TargetMetric[];
  /** Unexpected effects of the target on the scenario, as sentences. */
  readonly notes?: readonly string[];
  /** Cost of a run on AWS that was shown and accepted before it began; in a part, that of the whole scenario. */
  readonly expectedCost?: ExpectedCost;
  /** Present if the run made a part of the scenario's load: the scenario is the whole one, every number is the part's. */
  readonly part?: Part;
  /** Present in a result that was merged from parts. */
  readonly merged?: Merged;
  /** Present in a result that was cut out of another one. */
  readonly cut?: Cut;
}

/** Texts that reports print about the target, in its own words. */
export interface TargetDescription {
  /** Such as `engine with 4 shards`. */
  readonly title: string;
  /** Such as `at http://localhost:4567`. */
  readonly place?: string;
  /** Where residence starts: at the hand-over, at the acknowledgement, or at the target's own time of storing. */
  readonly residenceStart: 'hand-over' | 'acknowledgement' | 'target-time';
  /** Absent for a target whose guarantees are unknown, and in results of versions that did not store them. */
  readonly facts?: TargetFacts;
}

/** By list prices; retries, resharding and data transfer come on top, aggregation goes off. */
export interface ExpectedCost {
  readonly usd: number;
  readonly lines: readonly { readonly what: string; readonly usd: number }[];
  /** The price list's region and month. */
  readonly prices: string;
}

export type Cell = ProducerCell | ConsumerCell;

/** Records and latencies of producers for one workload, phase and shard. */
export interface ProducerCell {
  readonly kind: 'producer';
  readonly workload: string;
  readonly phase: string;
  /** null for records without a shard: scheduled, dropped and failed ones, if the target does not report it. */
  readonly shard: number | null;
  readonly counts: ProducerCounts;
  readonly histograms: Readonly<Record<ProducerHistogram, Histogram>>;
  /** Values moved to an end of the histogram's range (below 0 or above one hour), by histogram; absent means none. */
  readonly clamped?: Readonly<Partial<Record<ProducerHistogram, number>>>;
}

/** Records and latencies of one consumer for one workload, phase and shard. */
export interface ConsumerCell {
  readonly kind: 'consumer';
  readonly workload: string;
  readonly phase: string;
  readonly shard: number | null;
  readonly consumer: string;
  readonly counts: ConsumerCounts;
  readonly histograms: Readonly<Record<ConsumerHistogram, Histogram>>;
  readonly clamped?: Readonly<Partial<Record<ConsumerHistogram, number>>>;
  /** Absent in results of versions that did not keep it, in what was cut out by time, and in what was merged with either. */
  readonly composition?: Composition;
}

/** Counts of records, except bytes. */
export interface ProducerCounts {
  /** Due by the schedule, sent or not. */
  readonly scheduled?: number;
  readonly acked: number;
  /** Keys and payloads of acknowledged records. */
  readonly bytes: number;
  /** Attempts that were throttled. A record throttled twice counts twice. */
  readonly throttled: number;
  /** Records that were throttled at least once, each counted once, when that happened first. */
  readonly throttledRecords: number;
  /** Handed over again after throttling or an error. */
  readonly retried: number;
  /** Due, and never handed over because every in-flight slot was taken. */
  readonly dropped: number;
  /** Not acknowledged after the last attempt. */
  readonly failed: number;
  /**
   * Acknowledged records whose last hand-over was later than the grace after their phase (phase-grace.ts): the target took them
   * after the time in which they were due. Absent means none.
   */
  readonly overtime?: number;
  readonly overtimeBytes?: number;
}

interface ConsumerCounts {
  readonly received: number;
  readonly bytes: number;
}

export interface Interval {
  readonly startNs: number;
  readonly endNs: number;
  readonly cells: readonly IntervalCell[];
  readonly shards: readonly IntervalShard[];
  readonly gauges: Gauges;
}

/** A cell of one interval: the same numbers, over all shards. */
export type IntervalCell = Omit<ProducerCell, 'shard'> | Omit<ConsumerCell, 'shard' | 'composition'>;

export interface IntervalShard {
  readonly shard: number;
  readonly acked: number;
  readonly bytes: number;
  readonly throttled: number;
  readonly received: number;
  readonly putToGet: ShardLatency;
}

export interface ShardLatency {
  readonly count: number;
  /**
   * null: not known exactly. A second keeps no histogram of each shard, so that where more than one part of a merged result
   * received records of a shard in one second, their percentiles cannot be put together; the maximum can.
   */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly maxNs: number;
}

/** Lag and memory at the interval's end; records in flight and the intended rate are means over the interval. */
export interface Gauges {
  /** Records handed over and not yet acknowledged. */
  readonly inFlight: number;
  readonly intendedPerSecond: number;
  /** By shard: the slowest consumer's records not yet read. */
  readonly lagRecords: readonly number[];
  /** Time from the slowest consumer's next record to its shard's tip, as the target reports it. Absent if it does not. */
  readonly behindMs?: number;
  readonly rssBytes: number;
}

export interface WorkerReport {
  readonly role: 'producer' | 'consumer' | 'target' | 'main';
  readonly name: string;
  /** The part that the worker was in; only in a merged result. */
  readonly part?: number;
  /** CPU time over wall-clock time: 1 is a thread that never waited. */
  readonly cpuRatio: number;
  readonly loopDelayP99Ns?: number;
  /** The longest time in which the worker's loop did not turn. */
  readonly maxPauseNs: number;
  /**
   * Sums over its calls, if it calls the target: `calls`, `failedCalls`, `subscriptions`, `foreignRecords`, and
   * `errors.CODE`, in records for a producer and in calls for a consumer.
   */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface StepReport {
  readonly step: ScenarioStep;
  readonly outcome: StepOutcome;
  readonly part?: number;
}

export type StepOutcome =
  | {
      readonly kind: 'done';
      readonly askedAtNs: number;
      readonly doneAtNs: number;
      /** Shards that were open before and are no more, and those that are open since. */
      readonly closed: readonly number[];
      readonly opened: readonly number[];
      /** See recovery.ts; null if the stream did not recover, or if there are too few seconds to know. */
      readonly recoveryNs: number | null;
    }
  /** The target rejected the step; the run continued without it. */
  | { readonly kind: 'failed'; readonly askedAtNs: number; readonly message: string }
  /** The run ended while the target was at it. */
  | { readonly kind: 'unfinished'; readonly askedAtNs: number }
  /** The run ended before its time. */
  | { readonly kind: 'not-reached' };

export interface FaultReport {
  readonly fault: FaultSpec;
  /** Calls that the fault affected, or records if a PutRecords was throttled; null if the target did not report it. */
  readonly injected: number | null;
  readonly part?: number;
}

/** Over the recorded phases; only the ledger covers the whole run, because a record lost in the warm-up is lost too. */
export interface Summary {
  readonly spans: Readonly<Record<Span, SpanSummary>>;
  readonly ledger: Ledger;
  /** Means over the recorded phases. */
  readonly rate: RateSummary;
  /** The consumers one by one, in the scenario's order. The spans above mix them. */
  readonly consumers: readonly ConsumerSummary[];
  /** The recorded phases one by one, without pauses and those that the run did not reach. */
  readonly phases: readonly PhaseRate[];
  /** Absent where nothing was received, or where not every cell has its composition. */
  readonly composition?: CompositionSummary;
}

/**
 * Where every record went. Each record that was due is in exactly one of sent, unacknowledged, failed and dropped. Each record
 * that was sent is owed to each consumer once, so that received + lost = sent * number of consumers, and received + lost = sent
 * for each consumer.
 */
export interface Ledger {
  /** Acknowledged records, and those without a response that a consumer received nevertheless. */
  readonly sent: number;
  /** Distinct records, summed over consumers. */
  readonly received: number;
  /** Sent and never received, summed over consumers. */
  readonly lost: number;
  /** Receptions beyond a consumer's first of the same record. */
  readonly duplicated: number;
  /** Received after a later record of the same key. */
  readonly reordered: number;
  /** Due, without a response when the run ended (in flight, waiting for a retry or for room), and received by nobody. */
  readonly unacknowledged: number;
  /** Not acknowledged after the last attempt, and received by no consumer. The cells count those that a consumer received as well. */
  readonly failed: number;
  readonly dropped: number;
  readonly consumers: readonly ConsumerLedger[];
}

export interface ConsumerLedger {
  readonly name: string;
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Lost because the target's memory was reused before this consumer had read them; part of `lost`. */
  readonly trimmedRecords: number;
}

/** `measured`: the run is valid, and without thresholds nothing defines what is good enough. */
export const VERDICT_KINDS = ['passed', 'failed', 'invalid', 'measured'] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

export interface Verdict {
  readonly kind: VerdictKind;
  readonly thresholds: readonly ThresholdVerdict[];
}

export interface ThresholdVerdict {
  readonly text: string;
  /** In the metric's own unit: ns, records, records or bytes a second, ratio. The worst window's with `over`. */
  readonly actual: number | null;
  /** null if it cannot be judged, see `reason`. */
  readonly holds: boolean | null;
  readonly worstWindow?: { readonly startNs: number; readonly endNs: number };
  readonly reason?: string;
  /** Present if the threshold is not the scenario's: every judged run expects full delivery. */
  readonly default?: true;
}
