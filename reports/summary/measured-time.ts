import type { Phase, Scenario } from '../../workloads/scenario.ts';
import type { Interval } from '../result/result.ts';
import { phaseSelector, type Selection } from './cells.ts';

const NS_PER_SECOND = 1e9;

/**
 * Scheduled duration of the selected phases, as far as the run got, in seconds. All rates divide by it: intended ones the records
 * that were due, achieved ones those that were handed over in time. When responses come does not matter.
 *
 *   |---- warm-up ----|------------ steady ------------|grace|-- still sending what is late --|
 *                     |<------- scheduledSeconds ----->|
 *                     |<----- achieved: handed over ------->|<---------- overtime ----------->|
 */
export function scheduledTime(scenario: Scenario, series: readonly Interval[], selection: Selection = {}): number {
  const elapsedNs = series.at(-1)?.endNs ?? 0;
  const spans = selectedTime(scenario, selection);
  const scheduledNs = spans.reduce(
    (sum, { startNs, endNs }) => sum + Math.max(0, Math.min(endNs, elapsedNs) - startNs),
    0,
  );
  return scheduledNs / NS_PER_SECOND;
}

/** The selected phases' time, workloads laid over each other: ascending, without overlap. @internal */
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
