import type { LogViews } from '../../log/frame.ts';

/** Views of bytes that hold claims, in memory or read from a file. */
export interface ClaimViews extends LogViews {
  readonly buffer: Buffer;
  /** Rises when the bytes are given to something else. */
  generation: number;
}

/** @param buffer of whole 8 bytes. */
export const claimViews = (buffer: ArrayBufferLike): ClaimViews => ({
  words: new Int32Array(buffer),
  longs: new BigInt64Array(buffer),
  floats: new Float64Array(buffer),
  bytes: new Uint8Array(buffer),
  buffer: Buffer.from(buffer),
  generation: 0,
});

/** Adjacent claims, each starting at the block after the one before. Filled in by a source of records. */
export class RecordSpan {
  views: ClaimViews | undefined;
  /** Generation of the views when the span was filled in. */
  generation = 0;
  /** Bytes of the views where the first claim starts and where the last one's blocks end. */
  fromByte = 0;
  toByte = 0;
  /** Compact sequence number of a record at `fromByte`. */
  place = 0;

  fill(views: ClaimViews, fromByte: number, toByte: number, place: number): void {
    this.views = views;
    this.generation = views.generation;
    this.fromByte = fromByte;
    this.toByte = toByte;
    this.place = place;
  }

  /** True if the bytes may have changed since the span was filled in. */
  get isStale(): boolean {
    return this.views !== undefined && this.views.generation !== this.generation;
  }
}

/** Where a cursor finds its records. */
export interface RecordSource {
  /** Rises when spans that were given out may not hold what they held. */
  readonly changes: number;
  /** Fills in a span that starts with the claim in which a sequence number lies or, between claims, the next one. */
  locate(sequenceNumber: number, span: RecordSpan): boolean;
}
