import type { RecordBatch } from '../../../engine/log/record-batch.ts';
import { StreamWriter } from '../../../engine/threads/stream-writer.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import { DelayedProducerPort } from './engine-delay.ts';
import { FaultyProducerPort } from './engine-faults.ts';
import type { EngineHandle } from './engine-target.ts';

export function openEngineProducer(handle: EngineHandle, context: ProducerContext): ProducerPort {
  const { faults, profile } = handle;
  const direct = new EngineProducerPort(handle, context);
  const port = faults === undefined ? direct : new FaultyProducerPort(direct, faults, context);
  return profile?.put === undefined ? port : new DelayedProducerPort(port, profile.put, context);
}

/** Time before a put retries after it found its shard's ring full. */
const ROOM_WAIT_NS = 50_000;

/** Puts are appended on the calling thread, so a call is complete when `put` returns, unless the ring is full. */
class EngineProducerPort implements ProducerPort {
  readonly #writer: StreamWriter;
  readonly #open: (RecordBatch | undefined)[];
  /** Slots whose records found no room, oldest first, and the time of the next try. */
  readonly #waiting: number[] = [];
  /** Complete and not yet polled, as a ring. */
  readonly #complete: Int32Array;
  #completeCount = 0;
  #roomAtNs = Number.POSITIVE_INFINITY;

  constructor(handle: EngineHandle, context: ProducerContext) {
    this.#writer = new StreamWriter(handle.stream, context.keys, context.batchCapacity);
    this.#open = new Array<RecordBatch | undefined>(context.inFlight).fill(undefined);
    this.#complete = new Int32Array(context.inFlight);
  }

  /** Time of the next response; 0 if one is ready. */
  get nextAtNs(): number {
    return this.#completeCount > 0 ? 0 : this.#roomAtNs;
  }

  /** The shard that a record with this key goes to now. */
  shardOf(keyIndex: number): number {
    return this.#writer.shardOf(keyIndex);
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    // Later batches queue behind one that found no room, or a key's records would overtake each other.
    if (this.#waiting.length === 0 && this.#writer.append(batch, nowNs) === 0) {
      this.#complete[this.#completeCount] = slot;
      this.#completeCount += 1;
      return;
    }
    this.#open[slot] = batch;
    this.#waiting.push(slot);
    this.#roomAtNs = nowNs + ROOM_WAIT_NS;
  }

  poll(nowNs: number): number {
    if (this.#completeCount > 0) {
      this.#completeCount -= 1;
      return this.#complete[this.#completeCount]!;
    }
    const slot = this.#waiting[0];
    if (slot === undefined || nowNs < this.#roomAtNs) return -1;
    if (this.#writer.append(this.#open[slot]!, nowNs) > 0) {
      this.#roomAtNs = nowNs + ROOM_WAIT_NS;
      return -1;
    }
    this.#open[slot] = undefined;
    this.#waiting.shift();
    this.#roomAtNs = this.#waiting.length === 0 ? Number.POSITIVE_INFINITY : nowNs;
    return slot;
  }

  close(): void {}
}
