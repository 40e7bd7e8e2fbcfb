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

/**
 * The stream's memory: as written, else enough for its shards. It is reserved, and taken from the machine only as records
 * come, so that many shards cost no more than what is written to them.
 */
export function resolveMemory(
  writtenBytes: number | undefined,
  {
    shards,
    steps,
    maxRecordBytes,
  }: { readonly shards: number; readonly steps: ParsedSteps; readonly maxRecordBytes: number },
  problems: Problem[],
): number {
  const capacity = shardCapacityOf(shards, steps);
  const neededBytes = memoryNeededBytes(capacity, maxRecordBytes);
  if (writtenBytes === undefined) return Math.max(MEMORY_DEFAULT_BYTES, neededBytes);
  if (writtenBytes >= neededBytes) return writtenBytes;
  const needed = `${Math.ceil(neededBytes / MEBIBYTE)}MiB`;
  const made = capacity === shards ? '' : ' (those that steps make included)';
  problems.push({
    code: 'OUT_OF_RANGE',
    path: 'target.memory',
    what: `${mebibytes(writtenBytes)} is too little for ${capacity} shards${made} with records of up to ${mebibytes(maxRecordBytes)}.`,
    fix: `Write memory: ${needed} or more, leave memory out, or lower maxRecordBytes.`,
  });
  return writtenBytes;
}

const mebibytes = (bytes: number): string =>
  bytes < MEBIBYTE ? `${bytes}B` : `${Number((bytes / MEBIBYTE).toFixed(1))}MiB`;
