/**
 * The bytes of a shard log: one SharedArrayBuffer of fixed size, three views of it, made once and kept for life
 * (an access through a growable buffer's length-tracking view costs about forty times as much).
 *
 *   control | term slots | reader slots | directory        | terms (a ring)
 *   128 B   | 256 B each | 128 B each   | 4 B for a block  | termLengthBytes each
 *
 * A term is a fixed power-of-two length of log, made of blocks. A producer claims whole blocks of the active term with
 * one atomic add, writes a claim header and its frames, and publishes the claim with one atomic exchange of the
 * directory word of its first block. The directory holds only such words, so words of an earlier lap of the ring
 * can never be mistaken for a record: a term is reused without being cleared.
 *
 * One claim. Little-endian; every claim starts on BLOCK_BYTES.
 *
 *   offset field         type    meaning
 *   0      claimBytes    int32   bytes from the claim's first to its last, header included, unpadded
 *   4      recordCount   int32   frames that follow; 0 is padding at the end of a term
 *   8      writtenAtNs   float64 when the records were handed to the log, ns since the log's epoch
 *   16     frames                one after the other, each on FRAME_ALIGNMENT_BYTES
 *
 * One frame. Every frame starts on FRAME_ALIGNMENT_BYTES.
 *
 *   offset field         type    meaning
 *   0      frameBytes    int32   bytes from byte 0 to the payload's last, unpadded
 *   4      keyBytes      uint16  exact length of the partition key in UTF-8
 *   6      source        uint16  which producer of a run made the record; 0 outside runs
 *   8      intendedAtNs  float64 when the schedule wanted the record sent, ns since the log's epoch
 *   16     keyCounter    int32   the record's number among those of its source and key, from 0
 *   20     keyIndex      int32   the key's number in its source's key table; -1 outside runs
 *   24     key                   UTF-8, padded to FRAME_ALIGNMENT_BYTES, then the payload
 */

export const INT32_BYTES = 4;
const FLOAT64_BYTES = 8;

/** Two cache lines: neighbouring-line prefetch must not make counters of different writers share one. */
export const LINE_BYTES = 128;

export const BLOCK_BYTES = 32;
export const BLOCK_SHIFT = 5;
export const FRAME_ALIGNMENT_BYTES = 8;

export const CLAIM_BYTES_OFFSET = 0;
export const RECORD_COUNT_OFFSET = CLAIM_BYTES_OFFSET + INT32_BYTES;
export const WRITTEN_AT_OFFSET = RECORD_COUNT_OFFSET + INT32_BYTES;
export const CLAIM_HEADER_BYTES = WRITTEN_AT_OFFSET + FLOAT64_BYTES;

export const FRAME_BYTES_OFFSET = 0;
export const KEY_BYTES_OFFSET = FRAME_BYTES_OFFSET + INT32_BYTES;
/** @internal */
export const SOURCE_OFFSET = KEY_BYTES_OFFSET + 2;
export const INTENDED_AT_OFFSET = SOURCE_OFFSET + 2;
export const KEY_COUNTER_OFFSET = INTENDED_AT_OFFSET + FLOAT64_BYTES;
export const KEY_INDEX_OFFSET = KEY_COUNTER_OFFSET + INT32_BYTES;
export const FRAME_HEADER_BYTES = KEY_INDEX_OFFSET + INT32_BYTES;

/** Control words, as int32 indexes from the buffer's start. */
export const ACTIVE_TERM_WORD = 0; // written by the producer that advances the ring, read by all; ~active while it advances
export const OLDEST_TERM_WORD = 1; // trim horizon: written while advancing, read by readers after they pin; pairs with READER_TERM_WORD
export const CLOSED_WORD = 2; // 0 or 1: written by the closer that holds ACTIVE_TERM_WORD, read by the producer that does, and by readers
export const RING_TERMS_WORD = 3; // terms that the ring has; written by the producer that advances a log with a budget, before ACTIVE_TERM_WORD
export const ABANDONED_CLAIMS_WORD = 4; // abandoned claims, whose producers died; written by the thread that abandons one
const CONTROL_BYTES = LINE_BYTES;

/** Words of one term slot, as int32 indexes from the slot's start. */
export const TAIL_WORD = 0; // blocks claimed; written by producers (add); runs past the end of a full term
export const TERM_ID_WORD = 1; // written while advancing, before TAIL_WORD is set to 0; read before and after a claim
export const FIRST_RECORD_FLOAT = 1; // float64 index in the slot: records in all earlier terms; written when the term becomes the oldest, before OLDEST_TERM_WORD
export const SEALED_BLOCKS_WORD = LINE_BYTES / INT32_BYTES; // blocks published or abandoned; equals the blocks of the term when no thread writes there any more
export const SEALED_RECORDS_WORD = SEALED_BLOCKS_WORD + 1; // records published; added before SEALED_BLOCKS_WORD
export const TERM_SLOT_BYTES = 2 * LINE_BYTES;

/** Words of one reader slot. A reader pins the term it reads, so that no producer reuses it meanwhile. */
export const READER_TERM_WORD = 0; // written by its reader, read by the producer that advances the ring; pairs with OLDEST_TERM_WORD
export const READER_FREE = -1; // the slot has no owner
export const READER_IDLE = 0x7fffffff; // owned, and pinning no term
export const READER_SLOT_BYTES = LINE_BYTES;
export const READER_SLOTS = 64;

/**
 * States of the claim that starts at a directory word's block in term t. Stamps rise from lap to lap and within a
 * lap. A lower stamp belongs to an earlier lap. If a claim has no stamp, its producer is between its two steps, or
 * died there.
 */
export const claimedStamp = (term: number): number => ((term + 1) << 2) | 1;
export const publishedStamp = (term: number): number => ((term + 1) << 2) | 2;
export const abandonedStamp = (term: number): number => ((term + 1) << 2) | 3;
export const TERM_ID_MAX = 2 ** 29 - 2;

export interface ShardLogShape {
  readonly termLengthBytes: number;
  readonly termCount: number;
}

/** Start of each region, in bytes. */
export interface ShardLogRegions {
  readonly termSlots: number;
  readonly readerSlots: number;
  readonly directory: number;
  readonly terms: number;
  readonly totalBytes: number;
}

export const TERM_LENGTH_MIN_BYTES = 64 * 1024;
export const TERM_LENGTH_MAX_BYTES = 1 << 30;

export function regionsOf({ termLengthBytes, termCount }: ShardLogShape): ShardLogRegions {
  const termSlots = CONTROL_BYTES;
  const readerSlots = termSlots + termCount * TERM_SLOT_BYTES;
  const directory = readerSlots + READER_SLOTS * READER_SLOT_BYTES;
  const directoryBytes = ((termLengthBytes * termCount) / BLOCK_BYTES) * INT32_BYTES;
  const terms = directory + Math.ceil(directoryBytes / LINE_BYTES) * LINE_BYTES;
  return { termSlots, readerSlots, directory, terms, totalBytes: terms + termLengthBytes * termCount };
}

export const alignFrame = (bytes: number): number => (bytes + FRAME_ALIGNMENT_BYTES - 1) & -FRAME_ALIGNMENT_BYTES;
export const blocksOf = (bytes: number): number => (bytes + BLOCK_BYTES - 1) >>> BLOCK_SHIFT;

/** Bytes of one frame with its padding, for a key and a payload of these lengths. */
export const frameLength = (keyBytes: number, payloadBytes: number): number =>
  alignFrame(FRAME_HEADER_BYTES + alignFrame(keyBytes) + payloadBytes);

function hold(condition: boolean, why: string): void {
  if (!condition) throw new Error(`engine/layout: ${why}`);
}
hold(BLOCK_BYTES === 1 << BLOCK_SHIFT, 'a block is found by shifting');
hold(BLOCK_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'a claim starts on a frame boundary');
hold(CLAIM_HEADER_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'the first frame starts on a frame boundary');
hold(FRAME_HEADER_BYTES % FRAME_ALIGNMENT_BYTES === 0, 'keys and payloads are copied by aligned words');
hold(WRITTEN_AT_OFFSET % FLOAT64_BYTES === 0 && INTENDED_AT_OFFSET % FLOAT64_BYTES === 0, 'float64 fields are aligned');
hold(CONTROL_BYTES % LINE_BYTES === 0, 'writers of different regions do not share a line');
