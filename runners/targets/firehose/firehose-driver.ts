import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import type { TargetDriver } from '../target.ts';
import { DeliveredConsumerPort } from './delivered-consumer.ts';
import { FirehoseProducerPort } from './firehose-producer.ts';
import { type FirehoseHandle, setUpFirehose } from './firehose-target.ts';

export const firehoseDriver = {
  setUp: (spec, { signal }) => setUpFirehose(spec, signal),
  openProducer: (handle, context) => new FirehoseProducerPort(handle, context),
  openConsumer: (handle, context) => new DeliveredConsumerPort(handle, context),
} satisfies TargetDriver<FirehoseTargetSpec, FirehoseHandle>;
