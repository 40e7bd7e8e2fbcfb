import { type DeliveryRecord, oldestArrivalMs } from '../delivery/delivery-record.ts';
import type { MemoryBuffer } from '../delivery/memory-buffer.ts';
import type { SourceBatch } from '../delivery/pipeline.ts';
import type { Waiting } from '../delivery/waiting.ts';

/** A buffer in memory as the source of a pipeline. */
export class ItemSource implements Waiting<SourceBatch> {
  readonly #buffer: MemoryBuffer<DeliveryRecord>;
  readonly maxBytes: number;

  constructor(buffer: MemoryBuffer<DeliveryRecord>, maxBytes: number) {
    this.#buffer = buffer;
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#buffer.bytes;
  }

  get sinceMs(): number | undefined {
    return this.#buffer.sinceMs;
  }

  take(maxBytes: number): SourceBatch | undefined {
    const taken = this.#buffer.take(maxBytes);
    if (taken === undefined) return undefined;
    return { ...taken, records: taken.items, oldestArrivedAtMs: oldestArrivalMs(taken.items) };
  }
}
