import { emptyEnvelope, readEnvelope } from '../envelope.ts';
import type { Receiver } from '../target.ts';
import {
  ATTRIBUTES_OFFSET,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_OFFSET,
  BATCH_PREFIX_BYTES,
  COMPRESSION_BITS,
  CONTROL_BIT,
  LAST_OFFSET_DELTA_OFFSET,
  MAX_TIMESTAMP_OFFSET,
  RECORD_COUNT_OFFSET,
} from './batch-format.ts';

/** Complete record batches of one partition, as a fetch brought them. */
export interface Fetched {
  readonly partition: number;
  readonly bytes: Buffer;
  /** Offset of the first record to read: a broker responds with whole batches, which may begin before it. */
  readonly fromOffset: number;
}

/** Where reading goes on behind complete batches, and the time of the last record. */
export interface FetchedEnd {
  readonly nextOffset: number;
  /** CreateTime or LogAppendTime, ms since 1970. */
  readonly timestampMs: number;
}

/** Walks the headers of batches; a batch that the response cut off is not counted. Undefined without a complete batch. */
export function endOfBatches(bytes: Buffer): FetchedEnd | undefined {
  let end: FetchedEnd | undefined;
  for (let at = 0; isComplete(bytes, at); at = batchEnd(bytes, at)) {
    const nextOffset = Number(bytes.readBigInt64BE(at)) + bytes.readInt32BE(at + LAST_OFFSET_DELTA_OFFSET) + 1;
    end = { nextOffset, timestampMs: Number(bytes.readBigInt64BE(at + MAX_TIMESTAMP_OFFSET)) };
  }
  return end;
}

const batchEnd = (bytes: Buffer, at: number) => at + BATCH_PREFIX_BYTES + bytes.readInt32BE(at + BATCH_LENGTH_OFFSET);

const isComplete = (bytes: Buffer, at: number) =>
  at + BATCH_HEADER_BYTES <= bytes.length && batchEnd(bytes, at) <= bytes.length;

/**
 * Gives the records of batches to a receiver. A record counts as written when it was handed over: the producer's stamp is of
 * the run's own clock, to the nanosecond, and Kafka's timestamps are whole milliseconds.
 */
export class BatchReader {
  readonly #runId: number;
  readonly #decompress: (bytes: Buffer, compressionBits: number) => Buffer;
  readonly #envelope = emptyEnvelope();
  /** The place behind the varint that was read last. */
  #at = 0;
  #count = 0;
  #handedOverAtNs = Number.NaN;
  /** Records that no producer of this run sent; they are skipped. */
  foreignRecords = 0;

  constructor(runId: number, decompress: (bytes: Buffer, compressionBits: number) => Buffer) {
    this.#runId = runId;
    this.#decompress = decompress;
  }

  /** @param shard the harness's number of the partition. @returns how many records of this run there were. */
  read({ bytes, fromOffset }: Fetched, shard: number, nowNs: number, receiver: Receiver): number {
    this.#count = 0;
    this.#handedOverAtNs = Number.NaN;
    for (let at = 0; isComplete(bytes, at); at = batchEnd(bytes, at)) {
      const attributes = bytes.readInt16BE(at + ATTRIBUTES_OFFSET);
      if ((attributes & CONTROL_BIT) !== 0) continue;
      const skipped = Math.max(0, fromOffset - Number(bytes.readBigInt64BE(at)));
      const records = bytes.readInt32BE(at + RECORD_COUNT_OFFSET);
      const content = bytes.subarray(at + BATCH_HEADER_BYTES, batchEnd(bytes, at));
      const compression = attributes & COMPRESSION_BITS;
      const plain = compression === 0 ? content : this.#decompress(content, compression);
      this.#readRecords(plain, records, skipped, shard, nowNs, receiver);
    }
    if (this.#count > 0) receiver.end();
    return this.#count;
  }

  #readRecords(
    bytes: Buffer,
    records: number,
    skipped: number,
    shard: number,
    nowNs: number,
    receiver: Receiver,
  ): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (let i = 0; i < records; i++) {
      const length = this.#varint(bytes, at);
      const end = this.#at + length;
      // The timestamp's difference may be longer than 31 bits; only its bytes matter.
      this.#at = skipVarint(bytes, this.#at + 1);
      const offsetDelta = this.#varint(bytes, this.#at);
      const keyBytes = Math.max(0, this.#varint(bytes, this.#at));
      const valueBytes = Math.max(0, this.#varint(bytes, this.#at + keyBytes));
      if (offsetDelta >= skipped) this.#give(view, this.#at, valueBytes, keyBytes, shard, nowNs, receiver);
      at = end;
    }
  }

  #give(
    view: DataView,
    at: number,
    valueBytes: number,
    keyBytes: number,
    shard: number,
    nowNs: number,
    receiver: Receiver,
  ): void {
    const envelope = this.#envelope;
    if (!readEnvelope(view, at, valueBytes, this.#runId, envelope)) {
      this.foreignRecords += 1;
      return;
    }
    if (envelope.handedOverAtNs !== this.#handedOverAtNs) {
      if (this.#count > 0) receiver.end();
      this.#handedOverAtNs = envelope.handedOverAtNs;
      receiver.begin(shard, envelope.handedOverAtNs, envelope.handedOverAtNs, nowNs);
    }
    const { source, keyIndex, keyCounter, intendedAtNs } = envelope;
    receiver.receive(source, keyIndex, keyCounter, intendedAtNs, valueBytes + keyBytes);
    this.#count += 1;
  }

  /** Reads a zigzag varint of at most 32 bits. */
  #varint(bytes: Buffer, from: number): number {
    let at = from;
    let byte = bytes[at]!;
    let raw = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      at += 1;
      byte = bytes[at]!;
      raw |= (byte & 0x7f) << shift;
    }
    this.#at = at + 1;
    return (raw >>> 1) ^ -(raw & 1);
  }
}

function skipVarint(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at]! > 0x7f) at += 1;
  return at + 1;
}
