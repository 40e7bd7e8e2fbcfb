import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { DeliveryRecord } from '../../../../engine/firehose/delivery/delivery-record.ts';
import type { Processed, Processor } from '../../../../engine/firehose/delivery/processor.ts';

export const START_MS = Date.UTC(2026, 0, 31, 23, 30);
export const clock = () => new VirtualClock(START_MS);

/** Records with ids from `r0` on, as they are after the put. */
export function recordsOf(...data: readonly (string | Uint8Array)[]): readonly DeliveryRecord[] {
  return data.map((each, index) => {
    const bytes = typeof each === 'string' ? Buffer.from(each) : each;
    return { recordId: `r${index}`, data: bytes, original: bytes, arrivedAtMs: START_MS - 1000 };
  });
}

export const textsOf = ({ records }: Processed): string[] => records.map(({ data }) => Buffer.from(data).toString());

export const NEVER = new AbortController().signal;

/** Puts records through a step, and closes it. */
export async function through(processor: Processor, records: readonly DeliveryRecord[]): Promise<Processed> {
  try {
    return await processor.process(records, NEVER);
  } finally {
    await processor.close();
  }
}
