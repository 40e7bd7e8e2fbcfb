import type { Scenario } from '../../workloads/scenario.ts';
import type { ConsumerContext, ConsumerPort, ProducerContext, ProducerPort, Target, TargetHandle } from './target.ts';
import { type EngineHandle, setUpEngine } from './target-engine.ts';
import { EngineConsumerPort } from './target-engine-consumer.ts';
import { openEngineProducer } from './target-engine-producer.ts';
import { type KinesisHandle, setUpKinesis } from './target-kinesis.ts';
import { KinesisConsumerPort } from './target-kinesis-consumer.ts';
import { KinesisProducerPort } from './target-kinesis-producer.ts';
import { type NoopHandle, NoopProducerPort, setUpNoop } from './target-noop.ts';

/** The one place that knows every target by name. */
export type AnyHandle = EngineHandle | NoopHandle | KinesisHandle;

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
