import { randomInt } from 'node:crypto';
import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { RUNNER_ERRORS } from '../../errors.ts';
import { ENVELOPE_BYTES } from '../envelope.ts';
import type { Target } from '../target.ts';
import { checkVersions } from './api-versions.ts';
import { BATCH_HEADER_BYTES, RECORD_OVERHEAD_BYTES_MAX } from './batch-format.ts';
import { BrokerCommands } from './broker-commands.ts';
import { endOffsets } from './end-offsets.ts';
import { kafkaFailed, kafkaInterrupted, kafkaLeftBehind, kafkaProblem } from './kafka-errors.ts';
import { groupIdOf, type KafkaHandle } from './kafka-handle.ts';
import { PartitionGrowth, sharedCount } from './partition-growth.ts';
import { checkGroups, checkSizes, notesOf } from './set-up-checks.ts';
import { TopicLife } from './topic-life.ts';
import { untilServed } from './until-served.ts';

const RUN_ID_LIMIT = 2 ** 32;
/** Result files have a place for so many shards; what goes to partitions beyond it belongs to none. */
const SHARD_CAPACITY_MAX = 4096;

/**
 * Reaches the topic, or creates it. What it created is deleted by `tearDown`, and after a failure or an interruption on the way.
 * @throws RunnerError RUNNER_TARGET_FAILED, RUNNER_USAGE
 */
export async function setUpKafka(spec: KafkaTargetSpec, scenario: Scenario, signal?: AbortSignal): Promise<Target> {
  const brokers = new BrokerCommands(spec, signal);
  const life = new TopicLife(spec, signal);
  const end = async () => {
    const errors = await life.end().finally(() => brokers.close());
    if (errors.length > 0) throw kafkaLeftBehind(spec, errors);
  };
  try {
    await brokers.open();
    const handle = await prepare(life, spec, scenario);
    const traits = {
      shardCount: handle.partitionCount,
      shardCapacity: handle.shardCapacity,
      // Keys with shares by shard are made for hash ranges, and Kafka has none.
      hasUnevenRanges: true,
      consumers: 'own',
      waits: 'event-loop',
      hasNoAcks: spec.acks === 0,
      notes: notesOf(spec, scenario),
      residenceStart: 'hand-over',
      maxRecordBytes: Math.min(
        spec.maxRecordBytes,
        handle.maxBatchBytes - BATCH_HEADER_BYTES - RECORD_OVERHEAD_BYTES_MAX,
      ),
      envelopeBytes: ENVELOPE_BYTES,
    } as const;
    return { traits, handle, resharding: new PartitionGrowth(life, handle), brokers, tearDown: end };
  } catch (error) {
    await end().catch((left: unknown) => {
      if (signal?.aborted !== true) throw left;
    });
    if (signal?.aborted === true) throw kafkaInterrupted(spec, signal);
    throw isErrorOf(RUNNER_ERRORS, error) ? error : kafkaFailed(spec, error);
  }
}

async function prepare(life: TopicLife, spec: KafkaTargetSpec, scenario: Scenario): Promise<KafkaHandle> {
  checkGroups(scenario);
  await checkVersions(life.admin, spec);
  await life.create();
  const { partitions } = await life.awaitLeaders();
  const expected = spec.create?.partitions ?? spec.partitions;
  if (expected !== undefined && partitions.length !== expected) {
    const what = `topic ${spec.topic} has ${partitions.length} partitions, and the scenario expects ${expected}`;
    throw kafkaProblem(spec, what, `Write partitions: ${partitions.length}, or name another topic.`);
  }
  const maxBatchBytes = await life.maxBatchBytes();
  checkSizes(spec, scenario, maxBatchBytes);
  const runId = randomInt(RUN_ID_LIMIT);
  const startOffsets = await endOffsets(spec, partitions.length);
  await openGroups(life, spec, scenario, { runId, startOffsets });
  return {
    kind: 'kafka',
    spec,
    runId,
    shardCapacity: capacityOf(partitions.length, scenario),
    partitionCount: partitions.length,
    maxBatchBytes,
    startOffsets,
    growth: sharedCount(partitions.length),
  };
}

/**
 * Commits where the groups of the run begin, if the topic has older records: a group without commits begins with the first
 * record, or races the first ones of the run.
 */
async function openGroups(
  life: TopicLife,
  { topic, create }: KafkaTargetSpec,
  { consumers }: Scenario,
  { runId, startOffsets }: Pick<KafkaHandle, 'runId' | 'startOffsets'>,
): Promise<void> {
  const partitionOffsets = startOffsets.map((offset, partition) => ({ partition, offset: BigInt(offset) }));
  for (const { kind, name } of consumers) {
    if (kind !== 'group') continue;
    const groupId = groupIdOf({ runId }, name);
    life.ownGroup(groupId);
    if (create !== undefined) continue;
    await untilServed(() =>
      life.admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] }),
    );
  }
}

/** Room for the partitions that steps add. */
function capacityOf(partitionCount: number, { steps = [] }: Scenario): number {
  const counts = steps.map((step) => (step.kind === 'partition-count' ? step.count : 0));
  return Math.min(Math.max(partitionCount, ...counts), SHARD_CAPACITY_MAX);
}
