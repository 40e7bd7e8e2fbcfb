import type { Scenario } from '../../workloads/scenario.ts';
import type { Histogram } from '../histogram/histogram.ts';
import { supportOf } from '../histogram/percentile-support.ts';
import {
  type Cell,
  CONSUMER_SPANS,
  type Interval,
  type Ledger,
  type RateSummary,
  type Result,
  SPANS,
  type Span,
  type SpanSummary,
  type Summary,
} from '../result/result.ts';
import type { ConsumerSummary, PhaseRate } from '../result/summary-parts.ts';
import {
  clampedIn,
  mergedHistogram,
  phaseSelector,
  producerTotals,
  type Selection,
  selectCells,
  throttledRecordsRatio,
} from './cells.ts';
import { summariseComposition } from './composition.ts';
import { dueRecords, hasRate, scheduledTime } from './measured-time.ts';

export interface Measurements {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly series: readonly Interval[];
  readonly ledger: Ledger;
}

/** The parts of a result that its summary, thresholds and validity are made from. */
export function measurementsOf({ scenario, cells, series, summary }: Result): Measurements {
  return { scenario, cells, series, ledger: summary.ledger };
}

/** The recorded phases in a few numbers, or another part of the run. The ledger is passed on: it covers the whole run. */
export function summarise(measurements: Measurements, selection: Selection = {}): Summary {
  const cells = selectCells(measurements.cells, measurements.scenario, selection);
  const composition = summariseComposition(cells);
  return {
    spans: summariseSpans(cells, SPANS),
    ledger: measurements.ledger,
    rate: summariseRate(measurements, selection),
    consumers: consumerSummaries(cells, measurements, selection),
    phases: phaseRates(measurements, selection),
    ...(composition === undefined ? {} : { composition }),
  };
}

/** @param clamped how many of the values lay outside of the histogram's range. */
export function summariseSpan(histogram: Histogram, clamped: number): SpanSummary {
  const { count } = histogram;
  const percentile = (p: number) => (supportOf(p, count) === 'hidden' ? null : histogram.percentileNs(p));
  return {
    count,
    minNs: count === 0 ? null : histogram.minNs,
    meanNs: count === 0 ? null : histogram.meanNs,
    p50Ns: percentile(50),
    p75Ns: percentile(75),
    p90Ns: percentile(90),
    p95Ns: percentile(95),
    p99Ns: percentile(99),
    p999Ns: percentile(99.9),
    p9999Ns: percentile(99.99),
    maxNs: count === 0 ? null : histogram.maxNs,
    clamped,
  };
}

function summariseSpans<S extends Span>(cells: readonly Cell[], spans: readonly S[]): Record<S, SpanSummary> {
  const summaries = spans.map((span) => [span, summariseSpan(mergedHistogram(cells, span), clampedIn(cells, span))]);
  return Object.fromEntries(summaries) as Record<S, SpanSummary>;
}

function consumerSummaries(
  cells: readonly Cell[],
  { scenario }: Pick<Measurements, 'scenario'>,
  { consumer }: Selection,
): ConsumerSummary[] {
  return scenario.consumers
    .filter(({ name }) => consumer === undefined || name === consumer)
    .map(({ name, kind }) => {
      const own = cells.filter((cell) => cell.kind === 'consumer' && cell.consumer === name);
      return { name, kind, spans: summariseSpans(own, CONSUMER_SPANS) };
    });
}

function phaseRates(measurements: Omit<Measurements, 'ledger'>, selection: Selection): PhaseRate[] {
  const isSelected = phaseSelector(measurements.scenario, selection);
  return measurements.scenario.workloads.flatMap(({ name: workload, phases }) =>
    phases
      .filter((phase) => hasRate(phase) && isSelected(workload, phase.name))
      .map(({ name: phase }): PhaseRate => {
        const rate = summariseRate(measurements, { workload, phase });
        const { scheduledSeconds, intendedPerSecond, achievedPerSecond, ratio } = rate;
        return { workload, phase, scheduledSeconds, intendedPerSecond, achievedPerSecond, ratio };
      })
      .filter(({ scheduledSeconds }) => scheduledSeconds > 0),
  );
}

export function summariseRate(
  { scenario, cells, series }: Omit<Measurements, 'ledger'>,
  selection: Selection = {},
): RateSummary {
  const totals = producerTotals(selectCells(cells, scenario, selection));
  const scheduledSeconds = scheduledTime(scenario, series, selection);
  const scheduled = totals.scheduledIsKnown
    ? totals.scheduled
    : dueRecords(scenario, series.at(-1)?.endNs ?? 0, selection);
  const perSecond = (count: number, seconds: number) => (seconds > 0 ? count / seconds : 0);
  const intendedPerSecond = perSecond(scheduled, scheduledSeconds);
  const achievedPerSecond = perSecond(totals.acked - totals.overtime, scheduledSeconds);
  const attempts = totals.acked + totals.throttled;
  return {
    intendedPerSecond,
    achievedPerSecond,
    bytesPerSecond: perSecond(totals.bytes - totals.overtimeBytes, scheduledSeconds),
    ratio: intendedPerSecond > 0 ? achievedPerSecond / intendedPerSecond : null,
    throttled: totals.throttled,
    throttledRatio: attempts > 0 ? totals.throttled / attempts : 0,
    throttledRecords: totals.throttledRecords,
    throttledRecordsRatio: throttledRecordsRatio(totals),
    retried: totals.retried,
    scheduledSeconds,
    overtime: totals.overtime,
  };
}
