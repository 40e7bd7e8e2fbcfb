import { type Base, listOffsetsV7 } from '@platformatic/kafka';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { openClient } from './kafka-client.ts';
import { TopicView } from './topic-view.ts';
import { untilServed } from './until-served.ts';

const LATEST = -1n;
const NO_REPLICA = -1;
const READ_UNCOMMITTED = 0;

/**
 * The offset behind the last record of each partition. Also proves that every leader serves its partitions: a broker
 * reports a new partition some time before it accepts records for it.
 */
export async function endOffsets(spec: KafkaTargetSpec, partitionCount: number): Promise<number[]> {
  const client = openClient(spec);
  try {
    return await untilServed(() => readOffsets(client, spec.topic, partitionCount));
  } finally {
    await client.close().catch(() => {});
  }
}

async function readOffsets(client: Base, topic: string, partitionCount: number): Promise<number[]> {
  const view = new TopicView(client, topic);
  await view.refresh();
  const all = Array.from({ length: partitionCount }, (_, partition) => partition);
  const offsets = new Array<number>(partitionCount).fill(0);
  for (const [node, own] of Map.groupBy(all, (partition) => view.leaderOf(partition))) {
    const partitions = own.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: LATEST }));
    const connection = await view.connectionTo(node);
    const wanted = [{ name: topic, partitions }];
    const { topics } = await listOffsetsV7.api.async(connection, NO_REPLICA, READ_UNCOMMITTED, wanted);
    for (const each of topics) {
      for (const { partitionIndex, offset } of each.partitions) offsets[partitionIndex] = Number(offset);
    }
  }
  return offsets;
}
