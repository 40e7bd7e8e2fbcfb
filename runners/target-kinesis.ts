import type { KinesisTargetSpec, Scenario } from '../workloads/scenario.ts';
import { RunnerError } from './errors.ts';
import type { Target } from './target.ts';

/** @throws RunnerError RUNNER_TARGET_FAILED */
export async function setUpKinesis(spec: KinesisTargetSpec, { name }: Scenario): Promise<Target> {
  throw new RunnerError('RUNNER_TARGET_FAILED', {
    what: `scenario ${name} cannot reach stream ${spec.stream}: the kinesis target is not complete`,
    fix: 'Use the engine.',
  });
}
