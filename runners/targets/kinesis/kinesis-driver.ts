import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import type { TargetDriver } from '../target.ts';
import { KinesisConsumerPort } from './kinesis-consumer.ts';
import { type KinesisHandle, setUpKinesis } from './kinesis-target.ts';
import { LeanProducerPort } from './lean/lean-producer.ts';
import { SdkProducerPort } from './sdk-producer.ts';

export const kinesisDriver = {
  setUp: (spec, { scenario, signal }) => setUpKinesis(spec, scenario, signal),
  openProducer: (handle, context) =>
    handle.spec.client === 'lean' ? new LeanProducerPort(handle, context) : new SdkProducerPort(handle, context),
  openConsumer: (handle, context) => new KinesisConsumerPort(handle, context),
} satisfies TargetDriver<KinesisTargetSpec, KinesisHandle>;
