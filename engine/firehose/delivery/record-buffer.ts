import type { BufferHints } from './buffer-hints.ts';
import type { DeliveryRecord } from './delivery-record.ts';

/** Records that wait for their delivery, in the order in which they came. */
export class RecordBuffer {
  hints: BufferHints;
  #records: DeliveryRecord[] = [];
  #bytes = 0;
  #firstAddedAtMs = 0;

  constructor(hints: BufferHints) {
    this.hints = hints;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  /** Time at which the buffer is due, undefined if it is empty. In the past once it is full. */
  get dueAtMs(): number | undefined {
    if (this.isEmpty) return undefined;
    return this.#bytes >= this.hints.sizeBytes ? 0 : this.#firstAddedAtMs + this.hints.intervalMs;
  }

  add(record: DeliveryRecord, nowMs: number): void {
    if (this.isEmpty) this.#firstAddedAtMs = nowMs;
    this.#records.push(record);
    this.#bytes += record.data.length;
  }

  /** Removes the records of the next batch: up to the size of the hints, and at least one. A record is never split. */
  take(nowMs: number): readonly DeliveryRecord[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#records.length) {
      const next = this.#records[count]!.data.length;
      if (count > 0 && bytes + next > this.hints.sizeBytes) break;
      bytes += next;
      count += 1;
    }
    const taken = this.#records.slice(0, count);
    this.#records = this.#records.slice(count);
    this.#bytes -= bytes;
    this.#firstAddedAtMs = nowMs;
    return taken;
  }
}
