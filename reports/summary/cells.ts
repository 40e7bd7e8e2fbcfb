import type { Scenario } from '../../workloads/scenario.ts';
import { Histogram } from '../histogram/histogram.ts';
import {
  type Cell,
  CONSUMER_SPANS,
  type ConsumerHistogram,
  type IntervalCell,
  PRODUCER_HISTOGRAMS,
  type ProducerCell,
  type ProducerCounts,
  type ProducerHistogram,
} from '../result/result.ts';

/** A histogram that cells hold: a span, or the producers' schedule lag. */
export type HistogramName = ProducerHistogram | ConsumerHistogram;

type AnyCell = Cell | IntervalCell;
type AnyProducerCell = ProducerCell | Omit<ProducerCell, 'shard'>;

/** Selected part of a run; fields that are absent do not narrow it. */
export interface Selection {
  /** Without a phase: the recorded ones. */
  readonly phase?: string | undefined;
  readonly workload?: string | undefined;
  readonly consumer?: string | undefined;
}

/** Returns a predicate: true if a workload's phase belongs to the selection. */
export function phaseSelector(
  scenario: Scenario,
  { phase, workload }: Selection = {},
): (workload: string, phase: string) => boolean {
  const selected = new Map<string, Set<string>>();
  for (const candidate of scenario.workloads) {
    if (workload !== undefined && candidate.name !== workload) continue;
    const phases = candidate.phases.filter(({ name, recorded }) => (phase === undefined ? recorded : name === phase));
    selected.set(candidate.name, new Set(phases.map(({ name }) => name)));
  }
  return (workloadName, phaseName) => selected.get(workloadName)?.has(phaseName) === true;
}

/** Producer cells have no consumer, so a selection by consumer keeps them. */
export function selectCells<C extends AnyCell>(
  cells: readonly C[],
  scenario: Scenario,
  selection: Selection = {},
): readonly C[] {
  const isSelected = phaseSelector(scenario, selection);
  return cells.filter(
    (cell) =>
      isSelected(cell.workload, cell.phase) &&
      (selection.consumer === undefined || cell.kind === 'producer' || cell.consumer === selection.consumer),
  );
}

/**
 * Share of the records that were handed over. Seconds of a run may hold the throttling of records that were handed over before
 * them, so it is never above 1.
 */
export function throttledRecordsRatio(totals: ProducerTotals): number {
  const { scheduled, scheduledIsKnown, dropped, acked, failed, throttledRecords } = totals;
  const handedOver = scheduledIsKnown ? scheduled - dropped : acked + failed;
  return throttledRecords === 0 ? 0 : throttledRecords / Math.max(handedOver, throttledRecords);
}

/** One histogram over all cells; consumers are added up. Compact. */
export function mergedHistogram(cells: readonly AnyCell[], name: HistogramName): Histogram {
  return Histogram.sumOf(cells.flatMap((cell) => histogramIn(cell, name) ?? []));
}

export function clampedIn(cells: readonly AnyCell[], name: HistogramName): number {
  return cells.reduce((sum, cell) => {
    const clamped: Partial<Record<HistogramName, number>> = cell.clamped ?? {};
    return sum + (clamped[name] ?? 0);
  }, 0);
}

export type ProducerTotals = Required<ProducerCounts> & {
  /** False if no cell knows how many records were due: then `scheduled` is 0 and means nothing. */
  readonly scheduledIsKnown: boolean;
};

export function producerTotals(cells: readonly AnyCell[]): ProducerTotals {
  const counts = cells.filter(isProducerCell).map((cell) => cell.counts);
  const total = (name: keyof ProducerCounts) => counts.reduce((sum, cell) => sum + (cell[name] ?? 0), 0);
  return {
    scheduled: total('scheduled'),
    scheduledIsKnown: counts.some((cell) => cell.scheduled !== undefined),
    acked: total('acked'),
    bytes: total('bytes'),
    throttled: total('throttled'),
    throttledRecords: total('throttledRecords'),
    retried: total('retried'),
    dropped: total('dropped'),
    failed: total('failed'),
    overtime: total('overtime'),
    overtimeBytes: total('overtimeBytes'),
  };
}

function isProducerCell(cell: AnyCell): cell is AnyProducerCell {
  return cell.kind === 'producer';
}

function histogramIn(cell: AnyCell, name: HistogramName): Histogram | undefined {
  if (cell.kind === 'producer') return isOneOf(PRODUCER_HISTOGRAMS, name) ? cell.histograms[name] : undefined;
  return isOneOf(CONSUMER_SPANS, name) ? cell.histograms[name] : undefined;
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
