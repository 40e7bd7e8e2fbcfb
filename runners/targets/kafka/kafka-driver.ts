import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import type { TargetDriver } from '../target.ts';
import { KafkaGroupConsumerPort } from './group-consumer.ts';
import { KafkaConsumerPort } from './kafka-consumer.ts';
import type { KafkaHandle } from './kafka-handle.ts';
import { KafkaProducerPort } from './kafka-producer.ts';
import { setUpKafka } from './kafka-target.ts';

export const kafkaDriver = {
  setUp: (spec, { scenario, signal }) => setUpKafka(spec, scenario, signal),
  openProducer: (handle, context) => new KafkaProducerPort(handle, context),
  openConsumer: (handle, context) =>
    context.consumer.kind === 'group'
      ? new KafkaGroupConsumerPort(handle, context.consumer, context)
      : new KafkaConsumerPort(handle, context),
} satisfies TargetDriver<KafkaTargetSpec, KafkaHandle>;
