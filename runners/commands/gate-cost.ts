import type { Scenario } from '../../workloads/scenario.ts';
import { type GateSide, targetOfBlock } from '../gate/side.ts';
import { chargesOf } from '../targets/agree-cost.ts';
import { agreeOnCost } from './cost.ts';

/**
 * Says what a block against this side would cost, and asks. Silent for sides that cost nothing: all but AWS.
 * @param block the scenario in the length of a block. @throws RunnerError RUNNER_COST_NOT_AGREED
 */
export async function agreeOnBlocks(side: GateSide, block: Scenario, yes: boolean): Promise<void> {
  if (side.kind === 'command') return;
  const target = targetOfBlock(side, 1, undefined);
  if (chargesOf(target) === undefined) return;
  process.stderr.write('Each block is a run of its own, and there may be some hundred of them. Of one block:\n');
  await agreeOnCost({ ...block, target }, yes);
}
