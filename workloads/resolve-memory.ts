import type { Problem } from './errors.ts';
import type { ParsedSteps } from './schema-steps.ts';

const MEBIBYTE = 2 ** 20;
/** What a stream of few shards gets: room for seconds of load, and no more than a small machine has. */
const MEMORY_DEFAULT_BYTES = 256 * MEBIBYTE;

/** The engine's terms, which a test holds against the engine's own: two a shard, and two of the largest records in each. */
const TERMS_MIN = 2;
const TERM_MIN_BYTES = 64 * 1024;
const AROUND_RECORD_BYTES = 1096;

/** The least memory of a stream: two terms for every shard that it may have, those that steps make included. */
export function memoryNeededBytes(shardCapacity: number, maxRecordBytes: number): number {
  const termBytes = Math.max(TERM_MIN_BYTES, 2 * (maxRecordBytes + AROUND_RECORD_BYTES));
  return TERMS_MIN * 2 ** Math.ceil(Math.log2(termBytes)) * shardCapacity;
}

/** Room for every shard that the steps can make: a split makes two, a merge one, a new count as many as it says. */
export function shardCapacityOf(shards: number, steps: ParsedSteps): number {
  return steps.reduce((sum, step) => sum + ('shards' in step ? step.shards : 'split' in step ? 2 : 1), shards);
}

/** As in the resolved target. */
export interface StreamMemory {
  readonly memoryBytes: number;
  readonly reservedBytes?: number;
}

/**
 * The stream's memory: as written, else 256 MiB. Shards must be able to hold the largest records, so that many of them need more address
 * space than that. They take memory for the records that come, and share the 256 MiB.
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
  const made = capacity === shards ? '' : ' (those that steps make included)';
  problems.push({
    code: 'OUT_OF_RANGE',
    path: 'target.memory',
    what: `${mebibytes(writtenBytes)} is too little for ${capacity} shards${made} with records of up to ${mebibytes(maxRecordBytes)}.`,
    fix: `Write memory: ${needed} or more, leave memory out, or lower maxRecordBytes.`,
  });
  return { memoryBytes: writtenBytes };
}

const mebibytes = (bytes: number): string =>
  bytes < MEBIBYTE ? `${bytes}B` : `${Number((bytes / MEBIBYTE).toFixed(1))}MiB`;
