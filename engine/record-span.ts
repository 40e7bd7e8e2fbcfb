import type { LogViews } from './frame.ts';
import type { ShardLog } from './shard-log.ts';

/** Views of bytes that hold claims, in memory or read from a file. */
export interface ClaimViews extends LogViews {
  readonly buffer: Buffer;
}

export const viewsOfLog = ({ words, longs, floats, bytes }: ShardLog): ClaimViews => ({
  words,
  longs,
  floats,
  bytes,
  buffer: Buffer.from(words.buffer as SharedArrayBuffer),
});

/** Claims that stand one after the other, each from the block after the one before. Filled in by a source of records. */
export class RecordSpan {
  views: ClaimViews | undefined;
  /** Bytes of the views where the first claim starts and where the last one's blocks end. */
  fromByte = 0;
  toByte = 0;
  /** What stands at `fromByte` would have as its compact sequence number. */
  place = 0;
}

/** Where a cursor finds its records. */
export interface RecordSource {
  /** Rises when spans that were given out may not hold what they held. */
  readonly changes: number;
  /** Fills in a span that starts with the claim in which a sequence number lies or, between claims, the next one. */
  locate(sequenceNumber: number, span: RecordSpan): boolean;
}
