import type { Problem } from '../errors.ts';
import type { ParsedSteps } from '../schema-steps.ts';

const MEBIBYTE = 2 ** 20;
/** Default memory of a stream: room for seconds of load, and little enough for a small machine. */
const MEMORY_DEFAULT_BYTES = 256 * MEBIBYTE;

/** Terms of the engine: two per shard, each with room for two of the largest records. A test compares them with the engine's. */
const TERMS_MIN = 2;
const TERM_MIN_BYTES = 64 * 1024;
const AROUND_RECORD_BYTES = 1096;

/** Smallest memory of a stream: two terms for every shard that it may have, with those that steps create. */
export function memoryNeededBytes(shardCapacity: number, maxRecordBytes: number): number {
  const termBytes = Math.max(TERM_MIN_BYTES, 2 * (maxRecordBytes + AROUND_RECORD_BYTES));
  return TERMS_MIN * 2 ** Math.ceil(Math.log2(termBytes)) * shardCapacity;
}

/**
 * Largest number of shards with those that steps create: two by a split, one by a merge, and all of a new shard count.
 * @internal
 */
export function shardCapacityOf(shards: number, steps: ParsedSteps): number {
  return steps.reduce((sum, step) => sum + ('shards' in step ? step.shards : 'split' in step ? 2 : 1), shards);
}

/** The fields of the same names in the resolved target. */
export interface StreamMemory {
  readonly memoryBytes: number;
  readonly reservedBytes?: number;
}

/**
 * Returns the memory of the stream: as written, or 256 MiB. Each shard must be able to hold the largest records, so many shards need
 * more address space than that. They allocate memory as records arrive and share the 256 MiB.
 */
export function resolveMemory(
  writtenBytes: number | undefined,
  {
    shards,
    steps,
    maxRecordBytes,
  }: { readonly shards: number; readonly steps: ParsedSteps; readonly maxRecordBytes: number },
  problems: Problem[],
): StreamMemory {
  const capacity = shardCapacityOf(shards, steps);
  const neededBytes = memoryNeededBytes(capacity, maxRecordBytes);
  if (writtenBytes === undefined) {
    const reserved = neededBytes > MEMORY_DEFAULT_BYTES ? { reservedBytes: neededBytes } : {};
    return { memoryBytes: MEMORY_DEFAULT_BYTES, ...reserved };
  }
  if (writtenBytes >= neededBytes) return { memoryBytes: writtenBytes };
  const needed = `${Math.ceil(neededBytes / MEBIBYTE)}MiB`;
  const made = capacity === shards ? '' : ' (with those that steps create)';
  problems.push({
    code: 'OUT_OF_RANGE',
    path: 'target.memory',
    what: `${mebibytes(writtenBytes)} is too little for ${capacity} shards${made} with records of up to ${mebibytes(maxRecordBytes)}.`,
    fix: `Write memory: ${needed} or more, remove memory, or lower maxRecordBytes.`,
  });
  return { memoryBytes: writtenBytes };
}

const mebibytes = (bytes: number): string =>
  bytes < MEBIBYTE ? `${bytes}B` : `${Number((bytes / MEBIBYTE).toFixed(1))}MiB`;
