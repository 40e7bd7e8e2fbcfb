import type { Phase, Scenario, Workload } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { kindOf } from '../targets/targets.ts';

/** Worker threads compile their code anew in every block; this long after the start they are at speed. */
const WARM_UP_NS_MIN = 500e6;

/**
 * The scenario in the length of a block: what is recorded lasts `blockNs` in all, every phase in its share; what is not
 * recorded becomes shorter in the same proportion, but stays at least half a second where it was longer. Rates stay as they
 * are. Whatever happens at a time (steps, faults, stalls) happens at the corresponding one. A scenario that is shorter already
 * is left as it is.
 *
 * Arrivals that were recorded keep their own times, so those scenarios run at full length.
 */
export function shortened(scenario: Scenario, blockNs: number): Scenario {
  const factor = Math.min(1, blockNs / recordedNs(scenario));
  if (factor === 1 || scenario.workloads.some(({ arrivals }) => arrivals.kind === 'recorded')) return scenario;
  const workloads = scenario.workloads.map((workload) => ({ ...workload, phases: shorterPhases(workload, factor) }));
  const share = scheduleEndNs(workloads) / scheduleEndNs(scenario.workloads);
  const at = (ns: number) => Math.round(ns * share);
  const { steps, faults, target, ...rest } = scenario;
  return {
    ...rest,
    target: kindOf(target).gate?.rescaled?.(target, at) ?? target,
    workloads,
    ...(steps === undefined ? {} : { steps: steps.map((step) => ({ ...step, atNs: at(step.atNs) })) }),
    ...(faults === undefined
      ? {}
      : {
          faults: faults.map((fault) => ({
            ...fault,
            fromNs: at(fault.fromNs),
            ...(fault.untilNs === undefined ? {} : { untilNs: at(fault.untilNs) }),
          })),
        }),
  };
}

/** What is recorded of the scenario, of the workload that has most of it. */
export function recordedNs({ workloads }: Scenario): number {
  const lengths = workloads.map(({ phases }) =>
    phases.reduce((sum, { recorded, durationNs }) => sum + (recorded ? durationNs : 0), 0),
  );
  return Math.max(...lengths);
}

function shorterPhases({ phases }: Workload, factor: number): Phase[] {
  let startNs = 0;
  return phases.map((phase) => {
    const proportional = Math.max(1, Math.round(phase.durationNs * factor));
    const durationNs = phase.recorded
      ? proportional
      : Math.max(proportional, Math.min(phase.durationNs, WARM_UP_NS_MIN));
    const shorter = { ...phase, startNs, durationNs };
    startNs += durationNs;
    return shorter;
  });
}
