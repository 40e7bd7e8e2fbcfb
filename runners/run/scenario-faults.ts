import type { FaultReport } from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { Target } from '../targets/target.ts';

/** @throws RunnerError RUNNER_TARGET_FAILED when the scenario has faults and the target takes none. */
export function checkFaultInjection({ faults = [] }: Scenario, { faultInjection, handle }: Target): void {
  if (faults.length === 0 || faultInjection !== undefined) return;
  throw runnerError('RUNNER_TARGET_FAILED', {
    what: `target ${handle.kind} takes no faults, and the scenario has some`,
    fix: 'Leave faults out, or choose another target.',
  });
}

/** Returns the target's report of its faults at the end; a target that is gone reports none. */
export async function endFaults({ faults = [] }: Scenario, { faultInjection }: Target): Promise<FaultReport[]> {
  if (faults.length === 0 || faultInjection === undefined) return [];
  const injected = await faultInjection.endFaults().catch((): readonly null[] => []);
  return faults.map((fault, i) => ({ fault, injected: injected[i] ?? null }));
}
