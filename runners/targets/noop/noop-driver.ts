import type { NoopTargetSpec } from '../../../workloads/targets/noop.ts';
import type { TargetDriver } from '../target.ts';
import { type NoopHandle, NoopProducerPort, setUpNoop } from './noop-target.ts';

export const noopDriver = {
  setUp: (spec) => setUpNoop(spec),
  openProducer: (handle, context) => new NoopProducerPort(handle, context),
} satisfies TargetDriver<NoopTargetSpec, NoopHandle>;
