import { type ByteTable, PENDING, RecordBatch } from '../../engine/log/record-batch.ts';
import type { RetryRow } from './retry-queue.ts';

/** A batch on its way to the target, with the state that the producer keeps for each row until the response. */
export class OutgoingBatch {
  readonly slot: number;
  readonly records: RecordBatch;
  readonly phase: Int16Array;
  /** Hand-overs of each row before this one. */
  readonly attempts: Int32Array;
  readonly firstSentAtNs: Float64Array;
  /** 1 for a row that was throttled before; has a meaning only after `attempts` of one or more. */
  readonly #throttled: Uint8Array;
  /** Keys and payloads, as the target counts them. */
  bytes = 0;
  /** When the batch must be handed over: at the end of its linger, or when the record that filled it was due. */
  dueAtNs = 0;
  sentAtNs = 0;

  constructor(slot: number, capacity: number, keys: ByteTable, payloads: ByteTable, source: number) {
    this.slot = slot;
    this.records = new RecordBatch(capacity, keys, payloads, source);
    this.phase = new Int16Array(capacity);
    this.attempts = new Int32Array(capacity);
    this.firstSentAtNs = new Float64Array(capacity);
    this.#throttled = new Uint8Array(capacity);
  }

  get count(): number {
    return this.records.count;
  }

  open(dueAtNs: number): void {
    this.records.count = 0;
    this.bytes = 0;
    this.dueAtNs = dueAtNs;
  }

  /** Adds a record that was never handed over before. */
  add(phase: number, keyIndex: number, payloadIndex: number, keyCounter: number, intendedAtNs: number): void {
    const { records } = this;
    const row = records.count;
    records.keyIndex[row] = keyIndex;
    records.payloadIndex[row] = payloadIndex;
    records.keyCounter[row] = keyCounter;
    records.intendedAtNs[row] = intendedAtNs;
    records.status[row] = PENDING;
    this.phase[row] = phase;
    this.attempts[row] = 0;
    records.count = row + 1;
    this.bytes += records.recordBytes(row);
  }

  addRetry(retry: RetryRow): void {
    const row = this.count;
    this.add(retry.phase, retry.keyIndex, retry.payloadIndex, retry.keyCounter, retry.intendedAtNs);
    this.attempts[row] = retry.attempts;
    this.firstSentAtNs[row] = retry.firstSentAtNs;
    this.#throttled[row] = retry.throttled;
  }

  /** True if an earlier hand-over of the row was throttled. */
  wasThrottled(row: number): boolean {
    return this.attempts[row]! > 0 && this.#throttled[row] === 1;
  }

  markSent(nowNs: number): void {
    this.sentAtNs = nowNs;
    for (let row = 0; row < this.count; row++) if (this.attempts[row] === 0) this.firstSentAtNs[row] = nowNs;
  }
}
