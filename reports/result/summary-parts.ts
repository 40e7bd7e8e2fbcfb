import type { ConsumerSpec } from '../../workloads/scenario.ts';
import type { ConsumerSpan, RateSummary } from './result.ts';

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

/** What one consumer received in the recorded phases. */
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
