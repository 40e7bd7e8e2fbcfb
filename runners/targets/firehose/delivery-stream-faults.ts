import type { FaultSpec } from '../../../workloads/scenario.ts';
import type { FaultInjection } from '../fault-injection.ts';
import { ServedFaults } from '../served-faults.ts';

/** Status and message with which Firehose throttles a call. */
const SLOW_DOWN = { code: 'ServiceUnavailableException', message: 'Slow down.', status: 503 } as const;

/** Faults of a delivery stream of `streamgauge serve`, in which a throttled call has the error of Firehose. */
export class DeliveryStreamFaults implements FaultInjection {
  readonly #served: ServedFaults;

  constructor(endpoint: string, deliveryStream: string) {
    this.#served = new ServedFaults(endpoint, deliveryStream);
  }

  setFaults(faults: readonly FaultSpec[], startsAtMs: number): Promise<void> {
    return this.#served.setFaults(faults.map(asFirehose), startsAtMs);
  }

  endFaults(): Promise<readonly (number | null)[]> {
    return this.#served.endFaults();
  }
}

function asFirehose(fault: FaultSpec): FaultSpec {
  if (fault.kind !== 'throttle') return fault;
  const { code: _, ...rest } = fault;
  return { ...rest, ...SLOW_DOWN, kind: 'error' };
}
