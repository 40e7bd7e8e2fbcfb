import type { Scenario } from '../../../workloads/scenario.ts';
import { isAws } from '../../aws/client.ts';
import { type RunnerError, runnerError } from '../../errors.ts';

/** For programs that begin a run without the command line. @throws RunnerError RUNNER_COST_NOT_AGREED */
export function checkCostAgreed({ target }: Scenario, agreed: boolean): void {
  if (target.kind !== 'kinesis' || agreed) return;
  if (isAws(target.endpoint)) throw costNotAgreed('the run incurs AWS charges');
}

export function costNotAgreed(what: string): RunnerError {
  return runnerError('RUNNER_COST_NOT_AGREED', {
    what,
    fix: 'Pass --yes to accept them (costAgreed: true in a program), or give the target an endpoint.',
  });
}
