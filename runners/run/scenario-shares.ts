import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import type { Target } from '../targets/target.ts';

/**
 * Keys with a share for each shard are made for a number of even shards, which only the service knows if the stream exists already.
 * @throws RunnerError RUNNER_USAGE if the stream has another number of open shards, or shards of uneven ranges.
 */
export function checkShares({ workloads }: Scenario, { traits }: Target): void {
  for (const { name, keys } of workloads) {
    if (keys.kind !== 'shares') continue;
    const [shares, shards] = [keys.shares.length, traits.shardCount];
    if (shares !== shards) {
      throw runnerError('RUNNER_USAGE', {
        what: `workload ${name} has ${shares} shares, and the stream has ${shards} open shards`,
        where: 'keys: shares',
        fix: `Write ${shards} shares.`,
      });
    }
    if (traits.hasUnevenRanges === true) {
      throw runnerError('RUNNER_USAGE', {
        what: `workload ${name} has shares by shard, and the open shards of the stream have uneven hash ranges`,
        where: 'keys: shares',
        fix: 'Use a stream that was never split or merged unevenly, or create one for the run.',
      });
    }
  }
}
