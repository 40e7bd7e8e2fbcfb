import type { RecordCursor } from '../../account/store/record-store.ts';
import type { DeliveryRecord } from './delivery-record.ts';
import type { TakenRecords } from './waiting.ts';

/** Times and ids of the records of a log. */
export interface LogTimes {
  /** Epoch time in ms of a time in the log. */
  msOf(writtenAtNs: number): number;
  /** Id of the record at a place. */
  idAt(place: number): string;
}

/** More records in one batch would need more memory for their places than for their data. */
export const BATCH_RECORDS_MAX = 500_000;

/** Records as they are in a log: their bytes one after the other, and only if needed one by one. */
export class LogBatch implements TakenRecords {
  readonly settle: () => void;
  readonly #times: LogTimes;
  readonly #data: Buffer;
  readonly #ends: readonly number[];
  readonly #places: readonly number[];
  readonly #writtenAtNs: readonly number[];
  #records: readonly DeliveryRecord[] | undefined;

  constructor(builder: LogBatchBuilder, times: LogTimes, settle: () => void) {
    this.settle = settle;
    this.#times = times;
    this.#data = builder.data;
    this.#ends = builder.ends;
    this.#places = builder.places;
    this.#writtenAtNs = builder.writtenAtNs;
  }

  get bytes(): number {
    return this.#data.length;
  }

  get count(): number {
    return this.#ends.length;
  }

  /** Times never fall in a log. */
  get oldestArrivedAtMs(): number {
    return this.#times.msOf(this.#writtenAtNs[0] ?? 0);
  }

  /** Data of all records, one after the other. */
  get data(): Uint8Array {
    return this.#data;
  }

  get records(): readonly DeliveryRecord[] {
    this.#records ??= this.#ends.map((end, i) => {
      const data = this.#data.subarray(i === 0 ? 0 : this.#ends[i - 1]!, end);
      const arrivedAtMs = this.#times.msOf(this.#writtenAtNs[i]!);
      return { recordId: this.#times.idAt(this.#places[i]!), data, original: data, arrivedAtMs };
    });
    return this.#records;
  }
}

/** Copies records out of a log. */
export class LogBatchBuilder {
  readonly ends: number[] = [];
  readonly places: number[] = [];
  readonly writtenAtNs: number[] = [];
  #buffer: Buffer;
  #bytes = 0;

  constructor(expectedBytes: number) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes);
  }

  get data(): Buffer {
    return this.#buffer.subarray(0, this.#bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.ends.length;
  }

  add(cursor: RecordCursor): void {
    const end = this.#bytes + cursor.dataBytes;
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#bytes);
      this.#buffer = larger;
    }
    cursor.copyData(this.#buffer, this.#bytes);
    this.#bytes = end;
    this.ends.push(end);
    this.places.push(cursor.sequenceNumber);
    this.writtenAtNs.push(cursor.writtenAtNs);
  }
}
