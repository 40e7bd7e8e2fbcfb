import type { PolledRecords, PushedRecords, ReadRecords } from '../read-client.ts';

/** A response of GetRecords or an event of SubscribeToShard. The members that only the other one has are undefined. */
export type ReadResponse = PolledRecords<ReadRecords> & PushedRecords<ReadRecords>;

/** Integers of one record: where its data begins, how many bytes they take there, and the bytes of its partition key. */
const DATA_AT = 0;
const DATA_BYTES = 1;
const KEY_BYTES = 2;
const RECORD_INTEGERS = KEY_BYTES + 1;
const FIRST_RECORDS = 64;

/**
 * Parts of a response as its reader finds them, in any order: members, and the places of the records in the bytes. The memory
 * serves one response after the other.
 */
export class ResponseParts {
  #places = new Int32Array(FIRST_RECORDS * RECORD_INTEGERS);
  count = 0;
  /** True once a list of records was read. A structure without one is perhaps no response at all. */
  hasRecords = false;
  /** Place of the sequence number that was read last; -1 before the first. */
  sequenceNumberAt = -1;
  sequenceNumberBytes = 0;
  nextIterator: string | undefined;
  continuation: string | undefined;
  behindMs = 0;

  clear(): void {
    this.count = 0;
    this.hasRecords = false;
    this.sequenceNumberAt = -1;
    this.nextIterator = undefined;
    this.continuation = undefined;
    this.behindMs = 0;
  }

  add(dataAt: number, dataBytes: number, keyBytes: number): void {
    const at = this.count * RECORD_INTEGERS;
    if (at === this.#places.length) this.#grow();
    const places = this.#places;
    places[at + DATA_AT] = dataAt;
    places[at + DATA_BYTES] = dataBytes;
    places[at + KEY_BYTES] = keyBytes;
    this.count += 1;
  }

  dataAt(recordIndex: number): number {
    return this.#places[recordIndex * RECORD_INTEGERS + DATA_AT]!;
  }

  dataBytes(recordIndex: number): number {
    return this.#places[recordIndex * RECORD_INTEGERS + DATA_BYTES]!;
  }

  keyBytes(recordIndex: number): number {
    return this.#places[recordIndex * RECORD_INTEGERS + KEY_BYTES]!;
  }

  /** The response, whose records are given by `records`. */
  response(bytes: Buffer, records: ReadRecords): ReadResponse {
    const at = this.sequenceNumberAt;
    const { nextIterator, continuation, behindMs } = this;
    return {
      records: this.count === 0 ? undefined : records,
      lastSequenceNumber: at < 0 ? undefined : bytes.toString('utf8', at, at + this.sequenceNumberBytes),
      nextIterator,
      continuation,
      behindMs,
      children: [],
    };
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#places.length);
    larger.set(this.#places);
    this.#places = larger;
  }
}
