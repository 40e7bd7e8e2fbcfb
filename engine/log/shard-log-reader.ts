import {
  abandonedStamp,
  BLOCK_BYTES,
  blocksOf,
  CLAIM_BYTES_OFFSET,
  CLAIM_HEADER_BYTES,
  INT32_BYTES,
  publishedStamp,
  READER_FREE,
  READER_IDLE,
  READER_SLOTS,
  RECORD_COUNT_OFFSET,
  WRITTEN_AT_OFFSET,
} from './layout.ts';
import type { ShardLog } from './shard-log.ts';

/** next: `claimByte`, `records` and `writtenAtNs` describe a claim. Read it before calling `next` or `release` again. */
export const CLAIM_READY = 1;
/** next: nothing is published beyond the position. Wait for more. */
export const EMPTY = 0;
/** next: the ring was reused past the reader; `lostRecords` and `lostFromPosition` describe what it missed. Call `next` again. */
export const LOST = -1;
/** next: the log was closed, and the reader has passed everything. No more records will follow. */
export const ENDED = 3;

export type ReadFrom = 'trim-horizon' | 'latest';

/**
 * The reading side of a shard log: one reader's position in it. Scans published claims in place, without a lock and
 * without copying. While it is at a claim it pins the claim's term, so the bytes do not change until the next
 * call of `next` or `release`.
 */
export class ShardLogReader {
  readonly log: ShardLog;
  readonly #pinWord: number;
  #pinned = READER_IDLE;
  #term: number;
  #block = 0;
  #nextBlock = 0;
  /** Records passed since the log was created. The difference from the log's own count is the number of missed records. */
  #passedRecords = 0;

  /** Byte of the log's buffer where the claim starts. */
  claimByte = 0;
  records = 0;
  writtenAtNs = 0;
  /** Records missed so far because the ring was reused before they were read, and where the last such gap began. */
  lostRecords = 0;
  lostFromPosition = 0;

  /** @throws RangeError if the log already has READER_SLOTS readers. */
  constructor(log: ShardLog, from: ReadFrom = 'trim-horizon') {
    this.log = log;
    this.#pinWord = takeReaderSlot(log);
    this.#term = this.#pinOldest();
    this.#passedRecords = log.firstRecord(this.#term);
    if (from === 'latest') this.#skipToLatest();
    this.release();
  }

  /** Bytes from the log's beginning to the next claim that the reader has not seen. */
  get position(): number {
    return this.#term * this.log.termLengthBytes + this.#nextBlock * BLOCK_BYTES;
  }

  /** Term and block of the next claim, as `ShardLog.abandon` takes them. */
  get term(): number {
    return this.#term;
  }
  get block(): number {
    return this.#nextBlock;
  }

  /** Blocks claimed by producers and not yet seen by this reader in its term, published or not. */
  get unseenBlocks(): number {
    return this.log.tailBlocks(this.#term) - this.#nextBlock;
  }

  /** Records published and not yet passed. Approximate while others write. */
  get lagRecords(): number {
    return Math.max(0, this.log.recordCount - this.#passedRecords);
  }

  next(): number {
    const { log } = this;
    for (;;) {
      if (this.#nextBlock === log.termBlocks) {
        // The order matters: a closed log has its last term, an open one may get another term between two checks.
        const isClosed = log.isClosed;
        if (log.activeTerm === this.#term) return isClosed ? ENDED : EMPTY;
        this.#term += 1;
        this.#nextBlock = 0;
      }
      if (this.#pinned !== this.#term) {
        if (!this.#pin(this.#term)) return this.#fallForward();
      }
      const word = log.directoryWord + log.slotOf(this.#term) * log.termBlocks + this.#nextBlock;
      const stamp = Atomics.load(log.words, word);
      if (stamp === abandonedStamp(this.#term)) {
        this.#nextBlock += 1;
        continue;
      }
      if (stamp !== publishedStamp(this.#term)) return EMPTY;
      const claimByte = log.byteOf(this.#term, this.#nextBlock);
      this.#block = this.#nextBlock;
      this.#nextBlock += blocksOf(log.words[(claimByte + CLAIM_BYTES_OFFSET) / INT32_BYTES]!);
      this.records = log.words[(claimByte + RECORD_COUNT_OFFSET) / INT32_BYTES]!;
      if (this.records === 0) continue;
      this.claimByte = claimByte;
      this.writtenAtNs = log.floats[(claimByte + WRITTEN_AT_OFFSET) / 8]!;
      this.#passedRecords += this.records;
      return CLAIM_READY;
    }
  }

  /** Steps back before the last claim, so that `next` returns it again. */
  putBack(): void {
    this.#nextBlock = this.#block;
    this.#passedRecords -= this.records;
  }

  /** Byte of the buffer where the claim's first frame starts. */
  get firstFrameByte(): number {
    return this.claimByte + CLAIM_HEADER_BYTES;
  }

  /** Compact sequence number of a frame of this claim: its place in the whole log, in units of 8 bytes. Rises strictly. */
  sequenceNumberAt(frameByte: number): number {
    const claimStart = this.#term * this.log.termLengthBytes + this.#block * BLOCK_BYTES;
    return (claimStart + (frameByte - this.claimByte)) / 8;
  }

  /** Unpins the term, so that the ring can reuse it. Call it when no claim is being read. With `whenFull: refuse` the pin stays. */
  release(): void {
    if (this.log.whenFull === 'refuse' || this.#pinned === READER_IDLE) return;
    this.#pinned = READER_IDLE;
    Atomics.store(this.log.words, this.#pinWord, READER_IDLE);
  }

  close(): void {
    this.#pinned = READER_IDLE;
    Atomics.store(this.log.words, this.#pinWord, READER_FREE);
  }

  /** Pins a term. Returns false if it was trimmed: the pin is stored first and the horizon read second, see ShardLog. */
  #pin(term: number): boolean {
    Atomics.store(this.log.words, this.#pinWord, term);
    this.#pinned = term;
    return term >= this.log.oldestTerm;
  }

  #pinOldest(): number {
    for (;;) {
      const oldest = this.log.oldestTerm;
      if (this.#pin(oldest)) return oldest;
    }
  }

  #fallForward(): number {
    this.lostFromPosition = this.position;
    this.#term = this.#pinOldest();
    this.#nextBlock = 0;
    const trimmed = this.log.firstRecord(this.#term);
    this.lostRecords += trimmed - this.#passedRecords;
    this.#passedRecords = trimmed;
    return LOST;
  }

  #skipToLatest(): void {
    const latest = this.log.recordCount;
    while (this.#passedRecords < latest) {
      const found = this.next();
      if (found === EMPTY || found === ENDED) return;
    }
  }
}

function takeReaderSlot(log: ShardLog): number {
  for (let slot = 0; slot < READER_SLOTS; slot++) {
    const word = log.readerWord(slot);
    if (Atomics.compareExchange(log.words, word, READER_FREE, READER_IDLE) === READER_FREE) return word;
  }
  throw new RangeError(`a shard log has at most ${READER_SLOTS} readers`);
}
