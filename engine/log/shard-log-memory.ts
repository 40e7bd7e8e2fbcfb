import {
  BLOCK_SHIFT,
  INT32_BYTES,
  READER_FREE,
  READER_SLOT_BYTES,
  READER_SLOTS,
  READER_TERM_WORD,
  RING_TERMS_WORD,
  regionsOf,
  SEALED_BLOCKS_WORD,
  type ShardLogShape,
  TAIL_WORD,
  TERM_ID_WORD,
  TERM_LENGTH_MAX_BYTES,
  TERM_LENGTH_MIN_BYTES,
  TERM_SLOT_BYTES,
} from './layout.ts';
import { type SharedMemory, shareableMemory } from './shared-memory.ts';

/**
 * `trim`: a full ring reuses its oldest term, and readers that had not read it are given the number of lost records.
 * `refuse`: a full ring accepts no claims until every open reader has left the oldest term; nothing is lost.
 */
export type WhenFull = 'trim' | 'refuse';

/**
 * Terms that several logs share. A log takes another term of its memory while any are left, and always up to `ownTerms`,
 * whatever the others have taken. After that it reuses the terms that it has.
 */
export interface TermBudget {
  /** Int32: terms taken by all logs, without the first of each. */
  readonly taken: SharedArrayBuffer;
  readonly terms: number;
  /** 2 or more. */
  readonly ownTerms: number;
}

/** Everything that another thread needs to open the same log. Survives `postMessage`. */
export interface ShardLogHandle extends ShardLogShape {
  /** Without it the log takes all of its terms. */
  readonly budget: TermBudget | undefined;
  readonly buffer: SharedArrayBuffer;
  /** The memory that the buffer belongs to, if WebAssembly can reach it. */
  readonly memory: SharedMemory | undefined;
  readonly whenFull: WhenFull;
}

interface NewShardLog extends ShardLogShape {
  readonly whenFull?: WhenFull;
  readonly budget?: TermBudget | undefined;
}

/**
 * Creates the shared memory of one shard log.
 *
 * @param shape termLengthBytes: a power of two, 64 KiB to 1 GiB, at least four times the largest claim; termCount: 2 or more.
 * @throws RangeError if the shape is outside these ranges or the buffer would exceed 2 GiB.
 */
export function createShardLog(shape: NewShardLog): ShardLogHandle {
  const { termLengthBytes, termCount, whenFull = 'trim', budget } = shape;
  const powerOfTwo = (termLengthBytes & (termLengthBytes - 1)) === 0;
  if (!powerOfTwo || termLengthBytes < TERM_LENGTH_MIN_BYTES || termLengthBytes > TERM_LENGTH_MAX_BYTES) {
    throw new RangeError(`termLengthBytes=${termLengthBytes} is not a power of two from 64 KiB to 1 GiB`);
  }
  if (!Number.isInteger(termCount) || termCount < 2) throw new RangeError(`termCount=${termCount} is not 2 or more`);
  const regions = regionsOf(shape);
  if (regions.totalBytes >= 2 ** 31) throw new RangeError(`a shard log of ${regions.totalBytes} bytes passes 2 GiB`);
  const memory = shareableMemory(regions.totalBytes);
  const buffer = memory?.buffer ?? new SharedArrayBuffer(regions.totalBytes);
  const words = new Int32Array(buffer);
  // A slot that was never used looks like a finished term of an earlier lap.
  for (let slot = 1; slot < termCount; slot++) {
    const at = (regions.termSlots + slot * TERM_SLOT_BYTES) / INT32_BYTES;
    words[at + TAIL_WORD] = words[at + SEALED_BLOCKS_WORD] = termLengthBytes >> BLOCK_SHIFT;
    words[at + TERM_ID_WORD] = slot - termCount;
  }
  for (let slot = 0; slot < READER_SLOTS; slot++) {
    words[(regions.readerSlots + slot * READER_SLOT_BYTES) / INT32_BYTES + READER_TERM_WORD] = READER_FREE;
  }
  words[RING_TERMS_WORD] = termCount;
  return { buffer, memory, termLengthBytes, termCount, whenFull, budget };
}
