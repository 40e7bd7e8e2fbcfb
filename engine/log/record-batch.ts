import { alignFrame } from './layout.ts';
import { float64Column, int32Column, type SharedMemory, shareableMemory } from './shared-memory.ts';

/**
 * Byte strings one after the other in shared memory: partition keys, or payloads.
 * Each starts on a multiple of 8 bytes, so that it can be copied by words.
 */
export interface ByteTable {
  readonly longs: BigInt64Array;
  readonly bytes: Uint8Array;
  /** Byte where string i starts. */
  readonly offsets: Int32Array;
  /** Exact bytes of string i. */
  readonly lengths: Int32Array | Uint16Array;
  /** The memory of strings, offsets and lengths (int32), if WebAssembly can reach it. */
  readonly memory?: SharedMemory | undefined;
}

/**
 * The same table in memory that WebAssembly can reach, from which records are written two to three times as fast. Copies
 * everything once: later changes must be made in the copy. Returns the table itself if such memory is not available.
 */
export function tableWithMemory(table: ByteTable): ByteTable {
  const count = table.offsets.length;
  const bytesEnd = (table.bytes.byteLength + 7) & -8;
  const offsetsEnd = bytesEnd + count * Int32Array.BYTES_PER_ELEMENT;
  const memory = shareableMemory(offsetsEnd + count * Int32Array.BYTES_PER_ELEMENT);
  if (memory === undefined) return table;
  const { buffer } = memory;
  const copy = {
    longs: new BigInt64Array(buffer, 0, bytesEnd / BigInt64Array.BYTES_PER_ELEMENT),
    bytes: new Uint8Array(buffer, 0, bytesEnd),
    offsets: new Int32Array(buffer, bytesEnd, count),
    lengths: new Int32Array(buffer, offsetsEnd, count),
    memory,
  };
  copy.bytes.set(table.bytes);
  copy.offsets.set(table.offsets);
  copy.lengths.set(table.lengths.subarray(0, count));
  return copy;
}

/** A table in memory of one thread, which is filled again for each call. */
export function scratchTable(count: number, bytes: number): ByteTable & { readonly bytes: Buffer } {
  const memory = new ArrayBuffer(alignFrame(bytes));
  return {
    longs: new BigInt64Array(memory),
    bytes: Buffer.from(memory),
    offsets: new Int32Array(count),
    lengths: new Int32Array(count),
  };
}

/** States of a record of a batch. */
export const PENDING = 0; // not decided yet, or no room in the ring: retry when readers have advanced
export const ACCEPTED = 1;
export const THROTTLED = 2; // over the shard's write limit: retry later
export const TOO_LARGE = 3; // over the stream's maximum record size: never fits
export const ERRORED = 4; // the call failed, perhaps after the record was stored: retry later
export const REFUSED = 5; // rejected for a reason that a retry does not change

/**
 * Records on their way into a stream, as columns: record i is row i of each array. Keys and payloads stay in
 * their tables; a row only names them. A batch is created once and refilled.
 */
export class RecordBatch {
  readonly capacity: number;
  readonly keys: ByteTable;
  readonly payloads: ByteTable;
  /** Number of the producer of the records, 0 to 65,535. */
  readonly source: number;
  count = 0;
  /** The one buffer of the four columns below; undefined if one buffer had no room for all. */
  readonly columns: ArrayBufferLike | undefined;
  readonly keyIndex: Int32Array;
  readonly payloadIndex: Int32Array;
  readonly keyCounter: Int32Array;
  readonly intendedAtNs: Float64Array;
  /** Set by the stream: one of the states above. */
  readonly status: Uint8Array;
  /** Set by the stream: the shard of the record. */
  readonly shard: Int32Array;
  /** Set by the stream for ACCEPTED rows: the compact sequence number, the frame's place in its log in 8 bytes. */
  readonly sequenceNumber: Float64Array;

  constructor(capacity: number, keys: ByteTable, payloads: ByteTable, source: number) {
    this.capacity = capacity;
    this.keys = keys;
    this.payloads = payloads;
    this.source = source;
    this.keyIndex = int32Column(capacity);
    this.payloadIndex = int32Column(capacity);
    this.keyCounter = int32Column(capacity);
    this.intendedAtNs = float64Column(capacity);
    this.columns = columnsBuffer(this);
    this.status = new Uint8Array(capacity);
    this.shard = new Int32Array(capacity);
    this.sequenceNumber = new Float64Array(capacity);
  }

  /** Bytes of row i as AWS counts them: partition key and data. */
  recordBytes(row: number): number {
    return this.keys.lengths[this.keyIndex[row]!]! + this.payloads.lengths[this.payloadIndex[row]!]!;
  }
}

function columnsBuffer({ keyIndex, payloadIndex, keyCounter, intendedAtNs }: RecordBatch): ArrayBufferLike | undefined {
  const { buffer } = keyIndex;
  return [payloadIndex, keyCounter, intendedAtNs].every((column) => column.buffer === buffer) ? buffer : undefined;
}
