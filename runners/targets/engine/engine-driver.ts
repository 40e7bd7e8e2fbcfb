import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import type { TargetDriver } from '../target.ts';
import { EngineConsumerPort } from './engine-consumer.ts';
import { openEngineProducer } from './engine-producer.ts';
import { type EngineHandle, setUpEngine } from './engine-target.ts';

export const engineDriver = {
  setUp: (spec, { scenario }) => setUpEngine(spec, scenario),
  openProducer: (handle, context) => openEngineProducer(handle, context),
  openConsumer: (handle, context) => new EngineConsumerPort(handle, context),
} satisfies TargetDriver<EngineTargetSpec, EngineHandle>;
