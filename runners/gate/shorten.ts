import type { Phase, Scenario, Workload } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { kindOf } from '../targets/targets.ts';

/** Worker threads compile their code in each block again. After this time they run at full speed. */
const WARM_UP_NS_MIN = 500e6;

/**
 * Shortens a scenario to a block: its recorded phases last `blockNs` in all, each with its share. Other phases become shorter by
 * the same factor, but not shorter than half a second. Rates do not change. Events at a time (steps, faults, stalls) move to the
 * corresponding time. A scenario that is already shorter is returned unchanged.
 *
 * Recorded arrivals keep their times, so a scenario with them is returned unchanged too.
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

/** Length of the recorded phases, in the workload with the most of them. */
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
