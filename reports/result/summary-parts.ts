import type { ConsumerSpec } from '../../workloads/scenario.ts';
import type { ConsumerSpan } from './spans.ts';

/** Percentiles are null where the records were too few for them (percentile-support.ts); all but counts are when empty. */
export interface SpanSummary {
  readonly count: number;
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly p50Ns: number | null;
  readonly p75Ns: number | null;
  readonly p90Ns: number | null;
  readonly p95Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly p9999Ns: number | null;
  readonly maxNs: number | null;
  readonly clamped: number;
}

/** Records that one consumer received in the recorded phases. */
export interface ConsumerSummary {
  readonly name: string;
  readonly kind: ConsumerSpec['kind'];
  readonly spans: Readonly<Record<ConsumerSpan, SpanSummary>>;
}

/** The rate of one phase of one workload. */
export interface PhaseRate extends Pick<RateSummary, 'intendedPerSecond' | 'achievedPerSecond' | 'ratio'> {
  readonly workload: string;
  readonly phase: string;
  readonly scheduledSeconds: number;
}

export interface RateSummary {
  /** Records due over scheduledSeconds. */
  readonly intendedPerSecond: number;
  /** Acknowledged records that were handed over in time, over scheduledSeconds. */
  readonly achievedPerSecond: number;
  /** Bytes of the same records over scheduledSeconds. */
  readonly bytesPerSecond: number;
  /** Achieved over intended rate; null when nothing was due. */
  readonly ratio: number | null;
  /** Attempts that were throttled. */
  readonly throttled: number;
  /** A share of attempts: throttled over throttled and acknowledged ones; 0 when there were neither. */
  readonly throttledRatio: number;
  /** Records that were throttled at least once. */
  readonly throttledRecords: number;
  /** A share of records: throttled at least once over all that were handed over; 0 when there were none. */
  readonly throttledRecordsRatio: number;
  readonly retried: number;
  /** Scheduled duration of the phases, as far as the run got. */
  readonly scheduledSeconds: number;
  /** Acknowledged records that were handed over after their phase; they are not part of the achieved rate. */
  readonly overtime: number;
}
