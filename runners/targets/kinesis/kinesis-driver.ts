import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import type { TargetDriver } from '../target.ts';
import { KinesisConsumerPort } from './kinesis-consumer.ts';
import { KinesisProducerPort } from './kinesis-producer.ts';
import { type KinesisHandle, setUpKinesis } from './kinesis-target.ts';

export const kinesisDriver = {
  setUp: (spec, { scenario, signal }) => setUpKinesis(spec, scenario, signal),
  openProducer: (handle, context) => new KinesisProducerPort(handle, context),
  openConsumer: (handle, context) => new KinesisConsumerPort(handle, context),
} satisfies TargetDriver<KinesisTargetSpec, KinesisHandle>;
