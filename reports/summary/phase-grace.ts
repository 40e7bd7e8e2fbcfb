import type { Phase, Scenario, Workload } from '../../workloads/scenario.ts';

/** Threads wake late by less than this on a machine that is fit to measure. */
const GRACE_MIN_NS = 10e6;
const GRACE_PHASE_RATIO = 0.01;

/**
 * A record that was handed over this long after its phase's end was still in time: it may have waited for its batch to fill, and
 * a hundredth of the phase is a hundredth of the rate, which is as closely as rates are judged.
 */
export function graceAfterPhaseNs(
  { producers }: Pick<Workload, 'producers'>,
  { durationNs }: Pick<Phase, 'durationNs'>,
): number {
  return producers.batch.lingerNs + Math.max(GRACE_MIN_NS, GRACE_PHASE_RATIO * durationNs);
}

/** The smallest grace of a recorded phase: who was less late than this missed none of them. */
export function phaseGraceNs({ workloads }: Pick<Scenario, 'workloads'>): number {
  const graces = workloads.flatMap((workload) =>
    workload.phases.filter(({ recorded }) => recorded).map((phase) => graceAfterPhaseNs(workload, phase)),
  );
  return graces.length === 0 ? GRACE_MIN_NS : Math.min(...graces);
}
