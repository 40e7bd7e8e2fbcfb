import type { Scenario } from '../../workloads/scenario.ts';
import { type GateSide, targetOfBlock } from '../gate/side.ts';
import { chargesOf } from '../targets/agree-cost.ts';
import { agreeOnCost } from './cost.ts';

/**
 * Prints the expected cost of a block against this side, and prompts for confirmation. Does nothing if the side incurs no
 * charges.
 * @param block the scenario, shortened to one block.
 * @throws RunnerError RUNNER_COST_NOT_AGREED
 */
export async function agreeOnBlocks(side: GateSide, block: Scenario, yes: boolean): Promise<void> {
  if (side.kind === 'command') return;
  const target = targetOfBlock(side, 1, undefined);
  if (chargesOf(target) === undefined) return;
  process.stderr.write(
    'A gate may run hundreds of blocks, and each block is a run of its own. The cost of one block:\n',
  );
  await agreeOnCost({ ...block, target }, yes);
}
