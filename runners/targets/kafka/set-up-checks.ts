import type { Scenario } from '../../../workloads/scenario.ts';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { runnerError } from '../../errors.ts';
import { ENVELOPE_BYTES } from '../envelope.ts';
import { recordSizes } from '../record-sizes.ts';
import { BATCH_HEADER_BYTES, RECORD_OVERHEAD_BYTES_MAX } from './batch-format.ts';
import { IDEMPOTENT_CALLS_MAX } from './idempotent-calls.ts';

/**
 * @throws RunnerError RUNNER_USAGE for a group on a topic that grows: @platformatic/kafka 2.12 throws in a timer when a member
 *   is assigned a partition that its metadata does not have yet, and the thread ends.
 */
export function checkGroups({ consumers, steps = [] }: Scenario): void {
  const group = consumers.find(({ kind }) => kind === 'group');
  if (group === undefined || steps.every(({ kind }) => kind !== 'partition-count')) return;
  throw runnerError('RUNNER_USAGE', {
    what: `the members of group ${group.name} cannot follow partitions that a step adds`,
    where: 'steps: partitions',
    fix: 'Use consumers of kind fan-out or polling, or remove the step.',
  });
}

/** @throws RunnerError RUNNER_USAGE when the topic can hold no batch of the largest record. */
export function checkSizes(
  { topic, maxRecordBytes }: KafkaTargetSpec,
  { workloads, seed }: Scenario,
  maxBatchBytes: number,
): void {
  const limit = maxBatchBytes - BATCH_HEADER_BYTES - RECORD_OVERHEAD_BYTES_MAX;
  for (const workload of workloads) {
    const { bytes } = recordSizes(workload, seed, { recordBytesMax: maxRecordBytes, envelopeBytes: ENVELOPE_BYTES });
    const largest = bytes.reduce((most, each) => Math.max(most, each), 0);
    if (largest <= limit) continue;
    throw runnerError('RUNNER_USAGE', {
      what: `workload ${workload.name} has payloads of up to ${largest} bytes, and topic ${topic} accepts batches of up to ${maxBatchBytes} bytes`,
      where: 'max.message.bytes',
      fix: 'Make the payloads smaller, or raise max.message.bytes in config of create or on the topic.',
    });
  }
}

/** Sentences about settings that a reader of the result would not expect. */
export function notesOf({ acks, idempotent, create }: KafkaTargetSpec, { workloads }: Scenario): string[] {
  const most = Math.max(0, ...workloads.map(({ producers }) => producers.inFlight));
  const replicas = create?.replication;
  return [
    ...(acks === 0 ? ['With acks 0 nothing is acknowledged: records count as sent when the socket had them.'] : []),
    ...(idempotent && most > IDEMPOTENT_CALLS_MAX
      ? [
          `An idempotent producer has at most ${IDEMPOTENT_CALLS_MAX} batches of a partition in flight; more wait in the client, as part of their ack latency.`,
        ]
      : []),
    ...(replicas === 1 && acks === 'all'
      ? ['The topic has one replica: acks all is the acknowledgement of one broker.']
      : []),
  ];
}
