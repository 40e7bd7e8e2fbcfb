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
  /** Before a step that takes a moment. */
  readonly onMeasuring: (what: string) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly measureCeiling: () => Promise<{ readonly recordsPerSecond: number; readonly cached: boolean }>;
}

/**
 * Is this machine fit to measure? Takes about five seconds. The quiet second comes before the steps that make work of
 * their own, because it must see nobody's work but that of others.
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
  onMeasuring('what others do, for a second');
  const shares = await cpuShares();
  found(judgeBusy(shares.busyRatio));
  found(judgeSteal(shares.stealRatio));
  onMeasuring('the clock');
  found(judgeClock(clockStepNs()));
  onMeasuring('how late timers are');
  found(judgeTimer(timerLag()));
  onMeasuring('what streamgauge itself can reach');
  found(judgeCeiling(await measureCeiling()));
  return findings;
}
