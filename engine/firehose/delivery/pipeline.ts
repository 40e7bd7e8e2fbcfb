import { randomUUID } from 'node:crypto';
import type { BufferHints } from './buffer-hints.ts';
import { type DeliveryPolicy, deliverBatch, type RetryPolicy } from './deliver-batch.ts';
import type { DeliveryRecord, FailedRecord } from './delivery-record.ts';
import type { Destination } from './destination.ts';
import type { Processor } from './processor.ts';
import { RecordBuffer } from './record-buffer.ts';

/** The parts that a configuration determines. They process and deliver records until it changes. */
export interface DeliveryRoute {
  readonly processors: readonly Processor[];
  readonly destination: Destination;
  readonly hints: BufferHints;
  readonly retry: RetryPolicy;
  /** Writes records that were not processed or not delivered to the error output. */
  readonly writeFailed: (failed: readonly FailedRecord[], signal: AbortSignal) => Promise<void>;
}

export interface PipelineParts extends Pick<DeliveryPolicy, 'clock' | 'random'> {
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
  #route: DeliveryRoute;
  #processing: Promise<void> = Promise.resolve();
  #delivering: Promise<void> | undefined;
  #callOff: (() => void) | undefined;

  constructor(route: DeliveryRoute, parts: PipelineParts) {
    this.#route = route;
    this.#parts = parts;
    this.#buffer = new RecordBuffer(route.hints);
  }

  add(records: readonly DeliveryRecord[]): void {
    if (this.#route.processors.length === 0) this.#fill(records);
    else this.#processing = this.#processing.then(() => this.#process(records));
  }

  /** Changes the way of the batches that follow. A batch that is being delivered keeps its destination. */
  change(route: DeliveryRoute): void {
    const before = this.#route;
    this.#route = route;
    this.#buffer.hints = route.hints;
    void Promise.all([this.#processing, this.#delivering]).then(() => closeRoute(before));
    this.#deliverWhenDue();
  }

  /** Ends tries and waits. Records that are not delivered yet are discarded. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#callOff?.();
    await this.#processing;
    await this.#delivering;
    await closeRoute(this.#route);
  }

  async #process(input: readonly DeliveryRecord[]): Promise<void> {
    const { processors, writeFailed } = this.#route;
    let records = input;
    try {
      for (const processor of processors) {
        const processed = await processor.process(records, this.#ending.signal);
        if (processed.failed.length > 0) await writeFailed(processed.failed, this.#ending.signal);
        records = processed.records;
      }
      this.#fill(records);
    } catch (error) {
      this.#parts.onDefect(error);
    }
  }

  #fill(records: readonly DeliveryRecord[]): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const record of records) this.#buffer.add(record, nowMs);
    this.#deliverWhenDue();
  }

  /** Delivers one batch after the other, as long as the buffer is due. */
  #deliverWhenDue(): void {
    if (this.#delivering !== undefined || this.#ending.signal.aborted) return;
    this.#callOff?.();
    this.#callOff = undefined;
    const { clock } = this.#parts;
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
    const { destination, retry, writeFailed } = this.#route;
    const { clock, random, version, onDefect } = this.#parts;
    const records = this.#buffer.take(clock.nowMs());
    const batch = {
      id: randomUUID(),
      records,
      oldestArrivedAtMs: records.reduce((oldest, { arrivedAtMs }) => Math.min(oldest, arrivedAtMs), Infinity),
      version: version(),
    };
    try {
      const { failed } = await deliverBatch(batch, destination, { clock, random, ...retry }, this.#ending.signal);
      if (failed.length > 0) await writeFailed(failed, this.#ending.signal);
    } catch (error) {
      onDefect(error);
    }
  }
}

async function closeRoute({ processors, destination }: DeliveryRoute): Promise<void> {
  await Promise.all([...processors, destination].map((part) => part.close()));
}
