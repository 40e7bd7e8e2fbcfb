import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { openClient } from '../../aws/client.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { StreamSize } from './cost.ts';

/** Shards of a new on-demand stream. */
const ON_DEMAND_SHARDS = 4;

/** Returns the size of the stream that the run creates; undefined if it uses one that exists. */
export function createdSizeOf({ create }: KinesisTargetSpec): StreamSize | undefined {
  if (create === undefined) return undefined;
  if (create.mode === 'provisioned') return { shards: create.shards, isOnDemand: false };
  return { shards: ON_DEMAND_SHARDS, isOnDemand: true };
}

/** Returns the size of the stream; one that exists is described by the service, which is free. @throws RunnerError RUNNER_TARGET_FAILED */
export async function streamSizeOf(spec: KinesisTargetSpec): Promise<StreamSize> {
  const created = createdSizeOf(spec);
  if (created !== undefined) return created;
  const client = await openClient(spec, { sockets: 1, for: 'calls' });
  try {
    const { StreamDescriptionSummary: summary } = await client.describeStreamSummary({ StreamName: spec.stream });
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
