import os from 'node:os';
import type { Finding } from './doctor-finding.ts';
import {
  judgeBusy,
  judgeCeiling,
  judgeClock,
  judgeCores,
  judgeGovernor,
  judgeLoad,
  judgeMemory,
  judgeSteal,
  judgeTimer,
} from './doctor-judge.ts';
import { clockStepNs, cpuGovernor, cpuShares, timerLag } from './doctor-probe.ts';

export interface DoctorSteps {
  /** Called before a step that takes time. */
  readonly onMeasuring: (step: string) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly measureCeiling: () => Promise<{ readonly recordsPerSecond: number; readonly cached: boolean }>;
}

/**
 * Checks if this machine is fit to measure. Takes about five seconds. The quiet second comes before the steps that use the
 * CPU, because it must measure only other programs.
 */
export async function examineMachine({ onMeasuring, onFinding, measureCeiling }: DoctorSteps): Promise<Finding[]> {
  const findings: Finding[] = [];
  const found = (finding: Finding) => {
    findings.push(finding);
    onFinding(finding);
  };
  const cores = os.availableParallelism();
  found(judgeCores(cores));
  found(judgeLoad(os.loadavg()[0] ?? 0, cores));
  found(judgeGovernor(cpuGovernor()));
  found(judgeMemory(process.availableMemory()));
  onMeasuring('other programs, for one second');
  const shares = await cpuShares();
  found(judgeBusy(shares.busyRatio));
  found(judgeSteal(shares.stealRatio));
  onMeasuring('the clock');
  found(judgeClock(clockStepNs()));
  onMeasuring('the lag of timers');
  found(judgeTimer(timerLag()));
  onMeasuring('the ceiling of streamgauge itself');
  found(judgeCeiling(await measureCeiling()));
  return findings;
}
