import { randomUUID } from 'node:crypto';
import type { BufferHints } from './buffer-hints.ts';
import { type DeliveryPolicy, deliverBatch } from './deliver-batch.ts';
import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';
import type { Destination } from './destination.ts';
import type { Processor } from './processor.ts';
import { RecordBuffer } from './record-buffer.ts';

export interface PipelineParts {
  readonly processors: readonly Processor[];
  readonly destination: Destination;
  readonly hints: BufferHints;
  readonly policy: DeliveryPolicy;
  /** Writes records that were not processed or not delivered to the error output. */
  readonly writeFailed: (failed: readonly FailedRecord[], signal: AbortSignal) => Promise<void>;
  /** Version of the delivery stream now. */
  readonly version: () => number;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
}

/** The way of the records of one delivery stream: processing, a buffer, delivery with retries, error output. */
export class DeliveryPipeline {
  readonly #parts: PipelineParts;
  readonly #buffer: RecordBuffer;
  readonly #ending = new AbortController();
  #processing: Promise<void> = Promise.resolve();
  #delivering: Promise<void> | undefined;
  #callOff: (() => void) | undefined;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#buffer = new RecordBuffer(parts.hints);
  }

  add(records: readonly DeliveryRecord[]): void {
    if (this.#parts.processors.length === 0) this.#fill(records);
    else this.#processing = this.#processing.then(() => this.#process(records));
  }

  /** Ends tries and waits. Records that are not delivered yet are discarded. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#callOff?.();
    await this.#processing;
    await this.#delivering;
    const { processors, destination } = this.#parts;
    await Promise.all([...processors, destination].map((part) => part.close()));
  }

  async #process(input: readonly DeliveryRecord[]): Promise<void> {
    const { processors, writeFailed, onDefect } = this.#parts;
    let records = input;
    try {
      for (const processor of processors) {
        const processed = await processor.process(records, this.#ending.signal);
        if (processed.failed.length > 0) await writeFailed(processed.failed, this.#ending.signal);
        records = processed.records;
      }
      this.#fill(records);
    } catch (error) {
      onDefect(error);
    }
  }

  #fill(records: readonly DeliveryRecord[]): void {
    const nowMs = this.#parts.policy.clock.nowMs();
    for (const record of records) this.#buffer.add(record, nowMs);
    this.#deliverWhenDue();
  }

  /** Delivers one batch after the other, as long as the buffer is due. */
  #deliverWhenDue(): void {
    if (this.#delivering !== undefined || this.#ending.signal.aborted) return;
    this.#callOff?.();
    this.#callOff = undefined;
    const { clock } = this.#parts.policy;
    const { dueAtMs } = this.#buffer;
    if (dueAtMs === undefined) return;
    if (dueAtMs > clock.nowMs()) {
      this.#callOff = clock.at(dueAtMs, () => this.#deliverWhenDue());
      return;
    }
    this.#delivering = this.#deliver().finally(() => {
      this.#delivering = undefined;
      this.#deliverWhenDue();
    });
  }

  async #deliver(): Promise<void> {
    const { destination, policy, version, writeFailed, onDefect } = this.#parts;
    const records = this.#buffer.take(policy.clock.nowMs());
    const batch = {
      id: randomUUID(),
      records,
      oldestArrivedAtMs: records.reduce((oldest, { arrivedAtMs }) => Math.min(oldest, arrivedAtMs), Infinity),
      version: version(),
    };
    try {
      const { failed } = await deliverBatch(batch, destination, policy, this.#ending.signal);
      if (failed.length > 0) await writeFailed(failed, this.#ending.signal);
    } catch (error) {
      onDefect(error);
    }
  }
}
