import { DOORBELL_BYTES } from '../log/doorbell.ts';
import { BLOCK_BYTES, CLAIM_HEADER_BYTES, FRAME_HEADER_BYTES, TERM_LENGTH_MIN_BYTES } from '../log/layout.ts';
import { createShardLog, type ShardLogHandle, type TermBudget, type WhenFull } from '../log/shard-log-memory.ts';
import type { Latency } from '../twin/latency.ts';
import { limiterBytes, type ShardLimits } from '../twin/limits.ts';
import { StreamMap } from './stream-map.ts';

export interface StreamOptions {
  /** 1 to 65,536. */
  readonly shardCount: number;
  /** Shards that the stream may have in its lifetime, including those of splits and merges (default shardCount). */
  readonly shardCapacity?: number;
  /**
   * Memory of the whole stream, divided evenly over all shards that it may have. Each share must hold two of the largest
   * records. Memory of shards that do not exist yet is not touched.
   */
  readonly memoryBytes: number;
  /**
   * Upper bound of the bytes that the shards take together. Terms are then short, and a busy shard takes those that idle shards do
   * not need, up to its share of memoryBytes. A shard always has its share of the budget, and two terms. Default: memoryBytes.
   */
  readonly budgetBytes?: number | undefined;
  /** Largest record that is written, if it is known to be smaller than maxRecordBytes, so that terms can be shorter. */
  readonly largestRecordBytes?: number | undefined;
  /** Largest record, key and data; 1 MiB by default, at most 10 MiB. */
  readonly maxRecordBytes?: number;
  readonly whenFull?: WhenFull;
  readonly limits?: ShardLimits | undefined;
  readonly latency?: Latency;
  /** Seed of the latency model. */
  readonly seed?: number;
}

/** A stream's shared memory and its rules: everything another thread needs to open it. Survives `postMessage`. */
export interface StreamHandle {
  /** Logs of every shard that the stream may have, by index. */
  readonly shardLogs: readonly ShardLogHandle[];
  /** See StreamMap. */
  readonly map: SharedArrayBuffer;
  readonly doorbell: SharedArrayBuffer;
  readonly limiter: SharedArrayBuffer;
  readonly limits: ShardLimits | undefined;
  readonly latency: Latency;
  readonly seed: number;
  readonly maxRecordBytes: number;
}

const MAX_RECORD_BYTES_DEFAULT = 1024 * 1024;
const MAX_RECORD_BYTES_LIMIT = 10 * 1024 * 1024;

/** A ring of this many terms loses an eighth of its memory at a time. */
const TERMS_WANTED = 8;
const TERMS_MIN = 2;

/** Largest partition key in UTF-8: 256 characters of up to 4 bytes. */
export const KEY_MAX_BYTES = 1024;

/**
 * Creates a stream in shared memory.
 * @throws RangeError if the memory does not hold two terms of each shard; the message has the required size.
 */
export function createStream(options: StreamOptions): StreamHandle {
  const { shardCount, limits, latency = 'none', seed = 0, whenFull = 'trim' } = options;
  const maxRecordBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES_DEFAULT;
  if (maxRecordBytes < 1 || maxRecordBytes > MAX_RECORD_BYTES_LIMIT) {
    throw new RangeError(`maxRecordBytes=${maxRecordBytes} is not from 1 to ${MAX_RECORD_BYTES_LIMIT}`);
  }
  const { shardCapacity = shardCount } = options;
  const map = StreamMap.create(shardCount, shardCapacity);
  const shardBytes = Math.floor(options.memoryBytes / shardCapacity);
  const shape = shapeOf(shardBytes, options, maxRecordBytes);
  if (shape.termCount < TERMS_MIN) {
    const needed = shape.termLengthBytes * TERMS_MIN * shardCapacity;
    throw new RangeError(
      `memoryBytes=${options.memoryBytes} is too little for ${shardCapacity} shards; at least ${needed}`,
    );
  }
  const budget = budgetOf(options.budgetBytes, shardCapacity, shape.termLengthBytes);
  return {
    shardLogs: Array.from({ length: shardCapacity }, () => createShardLog({ ...shape, whenFull, budget })),
    map,
    doorbell: new SharedArrayBuffer(DOORBELL_BYTES),
    limiter: new SharedArrayBuffer(limiterBytes(shardCapacity)),
    limits,
    latency,
    seed,
    maxRecordBytes,
  };
}

/** Returns short terms if the shards share a budget, so that it can be divided finely. */
function shapeOf(
  shardBytes: number,
  { budgetBytes, largestRecordBytes = Number.POSITIVE_INFINITY }: StreamOptions,
  maxRecordBytes: number,
): { termLengthBytes: number; termCount: number } {
  const recordBytes = Math.min(largestRecordBytes, maxRecordBytes);
  if (budgetBytes === undefined) return termShape(shardBytes, maxRecordBytes);
  const termLengthBytes = powerOfTwoFrom(Math.max(termBytesFor(recordBytes), TERM_LENGTH_MIN_BYTES));
  return { termLengthBytes, termCount: Math.floor(shardBytes / termLengthBytes) };
}

function budgetOf(bytes: number | undefined, shardCapacity: number, termLengthBytes: number): TermBudget | undefined {
  if (bytes === undefined) return undefined;
  const terms = Math.floor(bytes / termLengthBytes);
  const ownTerms = Math.max(TERMS_MIN, Math.floor(terms / shardCapacity));
  return { taken: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT), terms, ownTerms };
}

/** Returns terms of an eighth of the shard's memory, long enough for half of one to hold the largest record. */
export function termShape(shardBytes: number, maxRecordBytes: number): { termLengthBytes: number; termCount: number } {
  const shortest = powerOfTwoFrom(Math.max(termBytesFor(maxRecordBytes), TERM_LENGTH_MIN_BYTES));
  const wanted = powerOfTwoFrom(Math.max(1, Math.floor(shardBytes / TERMS_WANTED / 2) + 1));
  const termLengthBytes = Math.min(Math.max(shortest, wanted), 2 ** 28);
  return {
    termLengthBytes,
    termCount: Math.min(Math.floor(shardBytes / termLengthBytes), Math.floor(2 ** 30.5 / termLengthBytes)),
  };
}

/** Length of a term half of which holds a record of this size (key and data) in its own claim. */
export const termBytesFor = (recordBytes: number): number =>
  2 * (CLAIM_HEADER_BYTES + FRAME_HEADER_BYTES + KEY_MAX_BYTES + recordBytes + BLOCK_BYTES);

const powerOfTwoFrom = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes));
