import type { KinesisTargetSpec } from '../../../workloads/scenario.ts';
import { openClient } from '../../aws/client.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { StreamSize } from './cost.ts';

/** A new on-demand stream has so many. */
const ON_DEMAND_SHARDS = 4;

/** As the scenario makes it, or as the service describes it, which costs nothing. @throws RunnerError RUNNER_TARGET_FAILED */
export async function streamSizeOf(spec: KinesisTargetSpec): Promise<StreamSize> {
  const { create, stream } = spec;
  if (create?.mode === 'provisioned') return { shards: create.shards, isOnDemand: false };
  if (create?.mode === 'on-demand') return { shards: ON_DEMAND_SHARDS, isOnDemand: true };
  const client = await openClient(spec, { sockets: 1, for: 'calls' });
  try {
    const { StreamDescriptionSummary: summary } = await client.describeStreamSummary({ StreamName: stream });
    return {
      shards: summary?.OpenShardCount ?? 1,
      isOnDemand: summary?.StreamModeDetails?.StreamMode === 'ON_DEMAND',
    };
  } catch (error) {
    throw streamFailed(spec, error);
  } finally {
    client.destroy();
  }
}
