import type { Phase, Scenario } from '../../workloads/scenario.ts';
import type { Interval, IntervalCell } from '../result/result.ts';
import { phaseSelector, type Selection } from './cells.ts';

const NS_PER_SECOND = 1e9;

/**
 * Acknowledgements of a phase trail its end by the target's latency. Up to this much of it is not lateness: without the
 * allowance, a target with a latency of 0.1 s would seem to miss its rate in every short run.
 */
export const LATE_GRACE_NS = 1e9;

/** The run keeps to its time when this share of the records does: one late retry says nothing about the rate. */
const ON_TIME_SHARE = 0.99;

export interface MeasuredTime {
  /** What the selected phases last by the schedule, as far as the run got. */
  readonly scheduledSeconds: number;
  /** What they really took: longer when the target fell behind and records queued up beyond the end. */
  readonly measuredSeconds: number;
}

/**
 *   |---- warm-up ----|------------ steady ------------|-- still sending what is late --|
 *                     |<------- scheduledSeconds ----->|
 *                     |<--------------------- measuredSeconds ------------------------->|
 *
 * Rates that are due divide by the first, rates that were achieved by the second, so that an overloaded target which gets
 * through everything in twice the time is seen to reach half of the rate.
 */
export function measuredTime(scenario: Scenario, series: readonly Interval[], selection: Selection = {}): MeasuredTime {
  const elapsedNs = series.at(-1)?.endNs ?? 0;
  const spans = selectedTime(scenario, selection).map(({ startNs, endNs }) => ({
    startNs,
    endNs: Math.min(endNs, elapsedNs),
  }));
  const scheduledNs = spans.reduce((sum, { startNs, endNs }) => sum + Math.max(0, endNs - startNs), 0);
  const lateNs = lateBy(scenario, series, selection, spans.at(-1)?.endNs ?? 0);
  return {
    scheduledSeconds: scheduledNs / NS_PER_SECOND,
    measuredSeconds: (scheduledNs + lateNs) / NS_PER_SECOND,
  };
}

/** The selected phases' time, workloads laid over each other: ascending, without overlap. */
export function selectedTime(scenario: Scenario, selection: Selection = {}): { startNs: number; endNs: number }[] {
  return joinedTime(scenario, selection, () => true);
}

/** The same without pauses: the time in which records were due. */
export function loadedTime(scenario: Scenario, selection: Selection = {}): { startNs: number; endNs: number }[] {
  return joinedTime(scenario, selection, hasRate);
}

function joinedTime(scenario: Scenario, selection: Selection, isWanted: (phase: Phase) => boolean) {
  const isSelected = phaseSelector(scenario, selection);
  const spans = scenario.workloads
    .flatMap((workload) => workload.phases.filter((phase) => isSelected(workload.name, phase.name)))
    .filter(isWanted)
    .map(({ startNs, durationNs }) => ({ startNs, endNs: startNs + durationNs }))
    .sort((a, b) => a.startNs - b.startNs);
  const joined: { startNs: number; endNs: number }[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.startNs <= last.endNs) last.endNs = Math.max(last.endNs, span.endNs);
    else joined.push({ ...span });
  }
  return joined;
}

/** True for a phase in which records are due. */
export function hasRate({ fromPerSecond, toPerSecond }: Pick<Phase, 'fromPerSecond' | 'toPerSecond'>): boolean {
  return fromPerSecond > 0 || toPerSecond > 0;
}

/** Records that are due by the scenario's rates in the selected phases, up to `elapsedNs`. */
export function dueRecords(scenario: Scenario, elapsedNs: number, selection: Selection = {}): number {
  const isSelected = phaseSelector(scenario, selection);
  let due = 0;
  for (const workload of scenario.workloads) {
    for (const phase of workload.phases) {
      if (!isSelected(workload.name, phase.name) || phase.durationNs <= 0) continue;
      const ns = Math.min(phase.durationNs, Math.max(0, elapsedNs - phase.startNs));
      const reached = phase.fromPerSecond + (phase.toPerSecond - phase.fromPerSecond) * (ns / phase.durationNs);
      due += ((phase.fromPerSecond + reached) / 2) * (ns / NS_PER_SECOND);
    }
  }
  return due;
}

function lateBy(scenario: Scenario, series: readonly Interval[], selection: Selection, endNs: number): number {
  // Not by selectCells: it makes its choice anew with every call, and a long run has thousands of seconds.
  const isSelected = phaseSelector(scenario, selection);
  const ackedIn = (sum: number, cell: IntervalCell) =>
    cell.kind === 'producer' && isSelected(cell.workload, cell.phase) ? sum + cell.counts.acked : sum;
  const acked = series.map(({ cells }) => cells.reduce(ackedIn, 0));
  const onTime = acked.reduce((sum, count) => sum + count, 0) * ON_TIME_SHARE;
  let seen = 0;
  const done = series.find((_, index) => {
    seen += acked[index]!;
    return seen >= onTime;
  });
  return done === undefined || done.startNs < endNs + LATE_GRACE_NS ? 0 : done.endNs - endNs;
}
