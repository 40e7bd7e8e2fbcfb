import type { Scenario } from '../../workloads/scenario.ts';
import { EngineConsumerPort } from './engine/engine-consumer.ts';
import { openEngineProducer } from './engine/engine-producer.ts';
import { type EngineHandle, setUpEngine } from './engine/engine-target.ts';
import { KinesisConsumerPort } from './kinesis/kinesis-consumer.ts';
import { KinesisProducerPort } from './kinesis/kinesis-producer.ts';
import { type KinesisHandle, setUpKinesis } from './kinesis/kinesis-target.ts';
import { type NoopHandle, NoopProducerPort, setUpNoop } from './noop/noop-target.ts';
import type { ConsumerContext, ConsumerPort, ProducerContext, ProducerPort, Target, TargetHandle } from './target.ts';

/** The one place that knows every target by name. */
type AnyHandle = EngineHandle | NoopHandle | KinesisHandle;

/** @param signal aborted when nobody waits for the target any more. */
export function setUpTarget(scenario: Scenario, signal?: AbortSignal): Promise<Target> {
  const { target } = scenario;
  switch (target.kind) {
    case 'engine':
      return setUpEngine(target, scenario);
    case 'noop':
      return setUpNoop(target);
    case 'kinesis':
      return setUpKinesis(target, scenario, signal);
  }
}

export function openProducer(handle: TargetHandle, context: ProducerContext): ProducerPort {
  const known = handle as AnyHandle;
  switch (known.kind) {
    case 'engine':
      return openEngineProducer(known, context);
    case 'noop':
      return new NoopProducerPort(known, context);
    case 'kinesis':
      return new KinesisProducerPort(known, context);
  }
}

export function openConsumer(handle: TargetHandle, context: ConsumerContext): ConsumerPort {
  const known = handle as AnyHandle;
  switch (known.kind) {
    case 'engine':
      return new EngineConsumerPort(known, context);
    case 'kinesis':
      return new KinesisConsumerPort(known, context);
    case 'noop':
      throw new Error('the noop target has no consumers of its own: its traits say so');
  }
}
