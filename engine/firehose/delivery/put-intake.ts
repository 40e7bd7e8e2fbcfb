import { alignFrame } from '../../log/layout.ts';
import { type ByteTable, PENDING, RecordBatch, scratchTable } from '../../log/record-batch.ts';

/** The service takes at most 500 records and 4 MiB in one call. */
const PUT_RECORDS_MAX = 500;
const PUT_BYTES_MAX = 4 * 1024 * 1024;

/** The records of one call on their way into a log: filled, appended, and filled again by the next call. */
export class PutIntake {
  readonly batch: RecordBatch;
  /** The rows that are admitted, in their order. */
  readonly admitted = new Int32Array(PUT_RECORDS_MAX);
  admittedCount = 0;
  readonly #data: ByteTable & { readonly bytes: Buffer };
  #end = 0;
  #bytes = 0;

  constructor() {
    const alignmentBytes = 8;
    this.#data = scratchTable(PUT_RECORDS_MAX, PUT_BYTES_MAX + PUT_RECORDS_MAX * alignmentBytes);
    // Records of Firehose have no keys: all rows have the one key of no bytes.
    this.batch = new RecordBatch(PUT_RECORDS_MAX, scratchTable(1, 0), this.#data, 0);
    for (let row = 0; row < PUT_RECORDS_MAX; row++) this.batch.payloadIndex[row] = row;
  }

  /** Bytes of all records. */
  get bytes(): number {
    return this.#bytes;
  }

  begin(): void {
    this.batch.count = this.#end = this.#bytes = this.admittedCount = 0;
  }

  /** Adds a record. Returns false if the call is too large. */
  add(data: Uint8Array): boolean {
    const row = this.batch.count;
    if (row === PUT_RECORDS_MAX || this.#bytes + data.length > PUT_BYTES_MAX) return false;
    this.#data.offsets[row] = this.#end;
    this.#data.lengths[row] = data.length;
    this.#data.bytes.set(data, this.#end);
    this.#end += alignFrame(data.length);
    this.#bytes += data.length;
    this.batch.status[row] = PENDING;
    this.batch.count = row + 1;
    return true;
  }

  admit(row: number): void {
    this.admitted[this.admittedCount] = row;
    this.admittedCount += 1;
  }
}
