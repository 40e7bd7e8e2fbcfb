import { type ByteTable, type RecordBatch, TOO_LARGE } from '../../../engine/log/record-batch.ts';
import { ENVELOPE_BYTES, emptyEnvelope, writeEnvelopeAt } from '../envelope.ts';
import {
  ATTRIBUTES_OFFSET,
  BASE_OFFSET,
  BASE_SEQUENCE_OFFSET,
  BASE_TIMESTAMP_OFFSET,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_OFFSET,
  BATCH_PREFIX_BYTES,
  CRC_OFFSET,
  LAST_OFFSET_DELTA_OFFSET,
  LEADER_EPOCH_OFFSET,
  MAGIC,
  MAGIC_OFFSET,
  MAX_TIMESTAMP_OFFSET,
  NO_PRODUCER,
  PRODUCER_EPOCH_OFFSET,
  PRODUCER_ID_OFFSET,
  RECORD_COUNT_OFFSET,
  RECORD_OVERHEAD_BYTES_MAX,
  varintBytes,
  writeVarint,
} from './batch-format.ts';
import type { Partitioner } from './partitioner.ts';

/** Compression and checksum of the client library. */
export interface BatchCodec {
  crc32c(bytes: Buffer): number;
  compress(bytes: Buffer): Buffer;
  /** 0 for none. */
  readonly compressionBits: number;
}

/** The records of one partition on their way, as the broker stores or rejects them: all or none. */
export interface PartitionBatch {
  readonly slot: number;
  readonly batch: RecordBatch;
  readonly partition: number;
  /** First row; the others follow through `nextRow`. */
  firstRow: number;
  readonly nextRow: Int32Array;
  recordCount: number;
  /** The encoded batch, in the memory of its slot, or in its own if it is compressed. */
  bytes: Buffer;
}

export interface EncoderOptions {
  readonly keys: ByteTable;
  readonly runId: number;
  readonly batchCapacity: number;
  readonly inFlight: number;
  /** Largest record batch of the topic: max.message.bytes. */
  readonly maxBatchBytes: number;
  readonly codec: BatchCodec;
  readonly partitioner: Partitioner;
}

const NO_ROW = -1;
/** Copies of fewer bytes are faster in a loop than by a call with a view. */
const LOOP_BYTES_MAX = 24;
const FIRST_ARENA_BYTES = 64 * 1024;

/** The memory of one slot. It is reused when the slot's call is complete. */
interface Arena {
  buffer: Buffer;
  view: DataView;
  readonly nextRow: Int32Array;
}

/** Turns rows of a batch into record batches, one for each partition. Nothing is allocated for a record. */
export class BatchEncoder {
  readonly #options: EncoderOptions;
  readonly #keys: Buffer;
  readonly #arenas: Arena[];
  readonly #envelope = emptyEnvelope();
  /** By partition: its open batch of the call. */
  #open: (PartitionBatch | undefined)[] = [];
  readonly #lastRow: number[] = [];
  readonly #bytesOf: number[] = [];
  #payloadBytes: Uint8Array | undefined;
  #payloads: Buffer = Buffer.alloc(0);

  constructor(options: EncoderOptions) {
    const { bytes } = options.keys;
    this.#options = options;
    this.#keys = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#arenas = Array.from({ length: options.inFlight }, () => arenaOf(FIRST_ARENA_BYTES, options.batchCapacity));
  }

  /**
   * The record batches of all rows, in the order of the first row of each. Rows that no batch of the topic can hold are decided
   * here: TOO_LARGE. The batches are valid until the slot is encoded again.
   * @param timestampMs of every record: Kafka's CreateTime.
   */
  encode(slot: number, batch: RecordBatch, nowNs: number, timestampMs: number): PartitionBatch[] {
    const parts = this.#group(slot, batch);
    const arena = this.#arenaFor(slot, this.#totalBytes(parts));
    let at = 0;
    for (const part of parts) at = this.#write(arena, at, part, nowNs, timestampMs);
    return parts;
  }

  /** Links the rows of each partition, and opens another batch for a partition when one is full. */
  #group(slot: number, batch: RecordBatch): PartitionBatch[] {
    const { partitioner, maxBatchBytes } = this.#options;
    const { nextRow } = this.#arenas[slot]!;
    const parts: PartitionBatch[] = [];
    this.#open = [];
    for (let row = 0; row < batch.count; row++) {
      const recordBytes = batch.recordBytes(row) + RECORD_OVERHEAD_BYTES_MAX;
      const partition = partitioner.partitionOf(batch.keyIndex[row]!);
      batch.shard[row] = partition;
      nextRow[row] = NO_ROW;
      if (BATCH_HEADER_BYTES + recordBytes > maxBatchBytes) {
        batch.status[row] = TOO_LARGE;
        continue;
      }
      let part = this.#open[partition];
      if (part === undefined || this.#bytesOf[partition]! + recordBytes > maxBatchBytes) {
        part = { slot, batch, partition, firstRow: row, nextRow, recordCount: 0, bytes: EMPTY };
        this.#open[partition] = part;
        this.#bytesOf[partition] = BATCH_HEADER_BYTES;
        parts.push(part);
      } else nextRow[this.#lastRow[partition]!] = row;
      part.recordCount += 1;
      this.#lastRow[partition] = row;
      this.#bytesOf[partition]! += recordBytes;
    }
    return parts;
  }

  #totalBytes(parts: readonly PartitionBatch[]): number {
    let total = 0;
    for (const { batch, firstRow, nextRow } of parts) {
      total += BATCH_HEADER_BYTES;
      for (let row = firstRow; row !== NO_ROW; row = nextRow[row]!) {
        total += batch.recordBytes(row) + RECORD_OVERHEAD_BYTES_MAX;
      }
    }
    return total;
  }

  #arenaFor(slot: number, bytes: number): Arena {
    const arena = this.#arenas[slot]!;
    if (arena.buffer.length >= bytes) return arena;
    const larger = arenaOf(2 ** Math.ceil(Math.log2(bytes)), 0);
    arena.buffer = larger.buffer;
    arena.view = larger.view;
    return arena;
  }

  /** Returns the place behind the batch. */
  #write(arena: Arena, from: number, part: PartitionBatch, nowNs: number, timestampMs: number): number {
    const { batch, firstRow, nextRow, recordCount } = part;
    let at = from + BATCH_HEADER_BYTES;
    let delta = 0;
    for (let row = firstRow; row !== NO_ROW; row = nextRow[row]!) {
      at = this.#writeRecord(arena, at, batch, row, delta, nowNs);
      delta += 1;
    }
    const { codec } = this.#options;
    const plain = arena.buffer.subarray(from, at);
    part.bytes = codec.compressionBits === 0 ? plain : compressed(plain, codec);
    writeHeader(part.bytes, { recordCount, timestampMs, compressionBits: codec.compressionBits });
    return at;
  }

  #writeRecord(
    { buffer, view }: Arena,
    from: number,
    batch: RecordBatch,
    row: number,
    delta: number,
    nowNs: number,
  ): number {
    const { keys, runId } = this.#options;
    const keyIndex = batch.keyIndex[row]!;
    const payloadIndex = batch.payloadIndex[row]!;
    const keyBytes = keys.lengths[keyIndex]!;
    const valueBytes = batch.payloads.lengths[payloadIndex]!;
    const bodyBytes =
      2 + varintBytes(delta) + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes + 1;
    let at = writeVarint(buffer, from, bodyBytes);
    buffer[at] = 0;
    buffer[at + 1] = 0;
    at = writeVarint(buffer, at + 2, delta);
    at = writeVarint(buffer, at, keyBytes);
    copy(this.#keys, keys.offsets[keyIndex]!, keyBytes, buffer, at);
    at = writeVarint(buffer, at + keyBytes, valueBytes);
    const envelope = this.#envelope;
    envelope.source = batch.source;
    envelope.keyIndex = keyIndex;
    envelope.keyCounter = batch.keyCounter[row]!;
    envelope.intendedAtNs = batch.intendedAtNs[row]!;
    envelope.handedOverAtNs = nowNs;
    writeEnvelopeAt(view, at, runId, envelope);
    const payloads = this.#payloadsOf(batch.payloads);
    copy(payloads, batch.payloads.offsets[payloadIndex]!, valueBytes - ENVELOPE_BYTES, buffer, at + ENVELOPE_BYTES);
    at += valueBytes;
    buffer[at] = 0;
    return at + 1;
  }

  #payloadsOf({ bytes }: ByteTable): Buffer {
    if (this.#payloadBytes !== bytes) {
      this.#payloadBytes = bytes;
      this.#payloads = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#payloads;
  }
}

const EMPTY = Buffer.alloc(0);

function arenaOf(bytes: number, rows: number): Arena {
  const buffer = Buffer.from(new ArrayBuffer(bytes));
  return { buffer, view: new DataView(buffer.buffer, 0, bytes), nextRow: new Int32Array(rows) };
}

function copy(from: Buffer, offset: number, length: number, to: Buffer, at: number): void {
  if (length > LOOP_BYTES_MAX) {
    from.copy(to, at, offset, offset + length);
    return;
  }
  for (let i = 0; i < length; i++) to[at + i] = from[offset + i]!;
}

function compressed(plain: Buffer, codec: BatchCodec): Buffer {
  const records = codec.compress(plain.subarray(BATCH_HEADER_BYTES));
  return Buffer.concat([plain.subarray(0, BATCH_HEADER_BYTES), records]);
}

interface HeaderValues {
  readonly recordCount: number;
  readonly timestampMs: number;
  readonly compressionBits: number;
}

/** Everything but the checksum, which `sealBatch` adds. */
function writeHeader(bytes: Buffer, { recordCount, timestampMs, compressionBits }: HeaderValues): void {
  const timestamp = BigInt(timestampMs);
  bytes.writeBigInt64BE(0n, BASE_OFFSET);
  bytes.writeInt32BE(bytes.length - BATCH_PREFIX_BYTES, BATCH_LENGTH_OFFSET);
  bytes.writeInt32BE(-1, LEADER_EPOCH_OFFSET);
  bytes[MAGIC_OFFSET] = MAGIC;
  bytes.writeInt16BE(compressionBits, ATTRIBUTES_OFFSET);
  bytes.writeInt32BE(recordCount - 1, LAST_OFFSET_DELTA_OFFSET);
  bytes.writeBigInt64BE(timestamp, BASE_TIMESTAMP_OFFSET);
  bytes.writeBigInt64BE(timestamp, MAX_TIMESTAMP_OFFSET);
  bytes.writeInt32BE(recordCount, RECORD_COUNT_OFFSET);
}

/** A producer id with the sequence of a batch's first record. */
export interface BatchSequence {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly sequence: number;
}

const NOT_SEQUENCED: BatchSequence = { producerId: BigInt(NO_PRODUCER), epoch: NO_PRODUCER, sequence: NO_PRODUCER };

/** Writes the producer and its sequence, and the checksum. A batch may be sealed again with another producer. */
export function sealBatch(bytes: Buffer, codec: BatchCodec, sequence: BatchSequence = NOT_SEQUENCED): void {
  bytes.writeBigInt64BE(sequence.producerId, PRODUCER_ID_OFFSET);
  bytes.writeInt16BE(sequence.epoch, PRODUCER_EPOCH_OFFSET);
  bytes.writeInt32BE(sequence.sequence, BASE_SEQUENCE_OFFSET);
  bytes.writeUInt32BE(codec.crc32c(bytes.subarray(ATTRIBUTES_OFFSET)) >>> 0, CRC_OFFSET);
}
