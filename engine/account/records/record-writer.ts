import type { _Record } from '@aws-sdk/client-kinesis';
import { SequenceBlock, type SequenceNumbers } from '../identifiers/sequence-number.ts';
import type { RecordCursor } from '../store/record-store.ts';

/** A record that is being read. */
export interface ReadRecord {
  /** Its key and its data, valid during the call. */
  readonly cursor: RecordCursor;
  /** Whole ms of the epoch. */
  readonly arrivedAtMs: number;
  /** Numbers of its shard: they write that of the record from the place of the cursor and the second of the put. */
  readonly numbers: SequenceNumbers;
  readonly putSecond: number;
  readonly isEncrypted: boolean;
}

/** Takes the records of a read one by one, in their order. */
export interface RecordWriter {
  record(record: ReadRecord): void;
}

/** Makes records of the SDK's shape. Records that came together share their time, which would be a fifth of what each takes. */
export class RecordObjects implements RecordWriter {
  readonly #records: _Record[] = [];
  readonly #block = new SequenceBlock();
  #arrivedAt = new Date(0);

  record({ cursor, arrivedAtMs, numbers, putSecond, isEncrypted }: ReadRecord): void {
    if (this.#arrivedAt.getTime() !== arrivedAtMs) this.#arrivedAt = new Date(arrivedAtMs);
    const record: _Record = {
      SequenceNumber: '',
      ApproximateArrivalTimestamp: this.#arrivedAt,
      Data: cursor.data(),
      // A record that was put without a key is returned without one.
      PartitionKey: cursor.keyBytes === 0 ? undefined : cursor.key(),
    };
    if (isEncrypted) record.EncryptionType = 'KMS';
    this.#block.add(record, numbers, cursor.sequenceNumber, putSecond);
    this.#records.push(record);
  }

  /** All records, with their numbers. */
  end(): _Record[] {
    this.#block.flush();
    return this.#records;
  }
}
