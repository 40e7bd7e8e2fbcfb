import { FrameKernel } from './frame-kernel.ts';
import {
  ABANDONED_CLAIMS_WORD,
  ACTIVE_TERM_WORD,
  abandonedStamp,
  BLOCK_BYTES,
  BLOCK_SHIFT,
  CLAIM_BYTES_OFFSET,
  CLOSED_WORD,
  claimedStamp,
  FIRST_RECORD_FLOAT,
  INT32_BYTES,
  OLDEST_TERM_WORD,
  publishedStamp,
  READER_FREE,
  READER_SLOT_BYTES,
  READER_SLOTS,
  READER_TERM_WORD,
  RECORD_COUNT_OFFSET,
  RING_TERMS_WORD,
  regionsOf,
  SEALED_BLOCKS_WORD,
  SEALED_RECORDS_WORD,
  TAIL_WORD,
  TERM_ID_MAX,
  TERM_ID_WORD,
  TERM_SLOT_BYTES,
} from './layout.ts';
import type { RecordBatch } from './record-batch.ts';
import type { ShardLogHandle, TermBudget, WhenFull } from './shard-log-memory.ts';
import type { SharedMemory } from './shared-memory.ts';

/** claim: nothing was reserved; a reader or an unfinished claim holds the oldest term. Wait, then claim again. */
export const BACK_PRESSURED = -1;
/** claim: more blocks than a claim may have (`maxClaimBlocks`). Split it into smaller claims. */
export const CLAIM_TOO_LARGE = -2;
/** claim: nothing was reserved, because the log was closed. Write to another shard. */
export const CLOSED = -3;

/**
 * The writing side of a shard log, and the parts that both sides share. Any number of threads may open one log; each creates
 * its own ShardLog from the handle.
 *
 *   claim -> write frames at the returned byte -> publish
 *
 * Why this is correct: claims of one term are disjoint, because threads only ever add to `TAIL_WORD`. The bytes of a claim
 * are written before its directory word, and a reader reads that word before the bytes; both accesses are atomic, so
 * the reader sees the bytes. A term is reused only when every block of it is published (`SEALED_BLOCKS_WORD`), so no
 * producer is still writing there, and when no reader pins it, so none is still reading there: the producer raises
 * `OLDEST_TERM_WORD` and then looks at the pins, a reader pins and then looks at `OLDEST_TERM_WORD`, so at least one of
 * them sees the other.
 *
 * Directory stamps of one block only ever rise, from term to term and within a term. So a thread that slept through
 * any number of laps finds a stamp of its own term or a later one where it expected its claim, and does not change it.
 *
 * A worker thread can be terminated between any two of these steps. Readers (GapWatch) and producers that wait for a full
 * ring (RingWatch) find its unfinished step and complete it.
 */
export class ShardLog {
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly floats: Float64Array;
  readonly bytes: Uint8Array;
  readonly termLengthBytes: number;
  readonly termCount: number;
  readonly termBlocks: number;
  readonly maxClaimBlocks: number;
  readonly whenFull: WhenFull;
  /** Start of the ring of terms, in bytes from the start of the buffer. */
  readonly termsByte: number;
  readonly directoryWord: number;
  readonly #slotsWord: number;
  readonly #readersWord: number;
  readonly #memory: SharedMemory | undefined;
  #kernel: FrameKernel | undefined;
  readonly #budget: TermBudget | undefined;
  readonly #takenTerms: Int32Array | undefined;
  /** Term of the claim that `claim` made last. */
  claimedTerm = 0;

  constructor(handle: ShardLogHandle) {
    const regions = regionsOf(handle);
    this.#memory = handle.memory;
    this.words = new Int32Array(handle.buffer);
    this.longs = new BigInt64Array(handle.buffer);
    this.floats = new Float64Array(handle.buffer);
    this.bytes = new Uint8Array(handle.buffer);
    this.termLengthBytes = handle.termLengthBytes;
    this.termCount = handle.termCount;
    this.termBlocks = handle.termLengthBytes >> BLOCK_SHIFT;
    this.maxClaimBlocks = this.termBlocks >> 1;
    this.whenFull = handle.whenFull;
    this.#budget = handle.budget;
    this.#takenTerms = handle.budget && new Int32Array(handle.budget.taken);
    this.termsByte = regions.terms;
    this.directoryWord = regions.directory / INT32_BYTES;
    this.#slotsWord = regions.termSlots / INT32_BYTES;
    this.#readersWord = regions.readerSlots / INT32_BYTES;
  }

  /**
   * Reserves contiguous blocks for this thread. Every claim must be published, whatever happens: readers
   * stop at an unpublished claim.
   *
   * @returns the byte of the buffer where the claim starts, or BACK_PRESSURED, CLAIM_TOO_LARGE or CLOSED.
   */
  claim(blocks: number): number {
    if (blocks > this.maxClaimBlocks) return CLAIM_TOO_LARGE;
    const { words } = this;
    for (;;) {
      const active = Atomics.load(words, ACTIVE_TERM_WORD);
      if (active < 0) return BACK_PRESSURED;
      const slot = this.slotOf(active);
      const slotWord = this.slotWord(slot);
      // Waiting producers do not add to a full term again and again, because its tail would overflow.
      if (Atomics.load(words, slotWord + TAIL_WORD) <= this.termBlocks) {
        const termBefore = Atomics.load(words, slotWord + TERM_ID_WORD);
        const block = Atomics.add(words, slotWord + TAIL_WORD, blocks);
        // The term may be later than `active` if the ring advanced between the statements. The claim is valid there, too.
        const term = Atomics.load(words, slotWord + TERM_ID_WORD);
        if (block + blocks <= this.termBlocks) {
          if (!this.#mark(term, block, termBefore)) continue;
          this.claimedTerm = term;
          return this.byteOf(term, block);
        }
        if (block < this.termBlocks) this.#pad(term, block, termBefore);
      }
      if (!this.#advance(active)) return this.isClosed ? CLOSED : BACK_PRESSURED;
    }
  }

  /**
   * Closes the log: later claims fail. Earlier claims are published and read as usual; a reader that has passed
   * the last one gets ENDED. May be called again, and by several threads.
   *
   * Why this is exact: the closer holds the ring as a producer that advances it does, so the active term stays the last
   * one: a later holder of the ring sees CLOSED_WORD and does not advance it. One add on the term's tail divides all
   * claims: those before it have lower blocks and precede the padding that fills the rest; those after
   * it find the term full and no next term. So a reader that saw CLOSED_WORD, and then has passed the
   * last block of the active term, has passed every claim that was ever made.
   *
   * If a closer dies before its add, the log accepts claims until its term is full; close it again.
   * @returns false while another thread holds the ring, for some tens of nanoseconds: call again.
   */
  close(): boolean {
    const { words } = this;
    const active = Atomics.load(words, ACTIVE_TERM_WORD);
    if (active < 0 || Atomics.compareExchange(words, ACTIVE_TERM_WORD, active, ~active) !== active) return false;
    Atomics.store(words, CLOSED_WORD, 1);
    const slotWord = this.slotWord(this.slotOf(active));
    const block = Atomics.add(words, slotWord + TAIL_WORD, this.termBlocks);
    if (block < this.termBlocks) this.#pad(active, block, active);
    // The term was full: repeated calls of close must not let its tail overflow.
    else Atomics.sub(words, slotWord + TAIL_WORD, this.termBlocks);
    return Atomics.compareExchange(words, ACTIVE_TERM_WORD, ~active, active) === ~active;
  }

  /** True as soon as a closer has set it; the last claims may not be published yet. */
  get isClosed(): boolean {
    return Atomics.load(this.words, CLOSED_WORD) !== 0;
  }

  /**
   * Makes a claim visible to readers; its header and frames must be complete.
   *
   * @param term of the claim; optional if this ShardLog has made no other claim since.
   * @returns false if the claim was abandoned meanwhile (see `abandon`): its records are not in the log.
   */
  publish(claimByte: number, blocks: number, records: number, term: number = this.claimedTerm): boolean {
    const { words } = this;
    const directory = this.directoryWord + ((claimByte - this.termsByte) >> BLOCK_SHIFT);
    const slotWord = this.slotWord(this.slotOf(term));
    const claimed = claimedStamp(term);
    const published = publishedStamp(term);
    // The blocks are counted after the stamp, because the term can be reused as soon as they are counted.
    if (Atomics.compareExchange(words, directory, claimed, published) !== claimed) return false;
    Atomics.add(words, slotWord + SEALED_RECORDS_WORD, records);
    Atomics.add(words, slotWord + SEALED_BLOCKS_WORD, blocks);
    return true;
  }

  /**
   * Abandons a claim whose producer died before it published, so that readers and the ring can continue.
   *
   * Every block from the claim's first to the next known claim gets a stamp of its own. If the producer is alive
   * after all, it finds the stamp when it marks or publishes its claim, and its records are not in the log.
   *
   * @returns the abandoned blocks; 0 if the claim was published or abandoned meanwhile.
   */
  abandon(term: number, block: number): number {
    const { words } = this;
    const directory = this.directoryWord + this.slotOf(term) * this.termBlocks;
    const sealedWord = this.slotWord(this.slotOf(term)) + SEALED_BLOCKS_WORD;
    const claimed = claimedStamp(term);
    const abandoned = abandonedStamp(term);
    const end = this.tailBlocks(term);
    let next = block;
    while (next < end) {
      const before = Atomics.load(words, directory + next);
      if (before > claimed || (before === claimed && next > block)) break;
      if (Atomics.compareExchange(words, directory + next, before, abandoned) !== before) break;
      Atomics.add(words, sealedWord, 1);
      next += 1;
    }
    if (next > block) Atomics.add(words, ABANDONED_CLAIMS_WORD, 1);
    return next - block;
  }

  /** Compact sequence number of a frame in the claim that `claim` made last: its place in the whole log, in 8 bytes. */
  sequenceNumberOf(frameByte: number): number {
    return (this.claimedTerm * this.termLengthBytes + ((frameByte - this.termsByte) % this.termLengthBytes)) / 8;
  }

  /** Returns a kernel that writes frames of a batch faster than JavaScript, or undefined if WebAssembly does not reach everything. */
  kernelFor(batch: RecordBatch, order: Int32Array): FrameKernel | undefined {
    if (batch.payloads.memory === undefined || this.#memory === undefined) return undefined;
    if (this.#kernel?.isFor(batch) !== true) this.#kernel = FrameKernel.over(this.#memory, batch.keys, batch.payloads);
    return this.#kernel?.reaches(batch, order) === true ? this.#kernel : undefined;
  }

  /**
   * Terms of the ring. It is termCount until a log with a budget wraps. Until then, a term lies in the slot of its own number, so
   * the slots of all terms stay the same when the ring becomes as long as the terms it has. Read it after ACTIVE_TERM_WORD,
   * because it is written before that word.
   */
  get ringTerms(): number {
    return this.#budget === undefined ? this.termCount : Atomics.load(this.words, RING_TERMS_WORD);
  }

  /** The slot of a term that the log has. */
  slotOf(term: number): number {
    return term % this.ringTerms;
  }

  /** Start of a block of a term, in bytes from the start of the buffer. */
  byteOf(term: number, block: number): number {
    return this.termsByte + this.slotOf(term) * this.termLengthBytes + block * BLOCK_BYTES;
  }

  get activeTerm(): number {
    const active = Atomics.load(this.words, ACTIVE_TERM_WORD);
    return active < 0 ? ~active : active;
  }

  get oldestTerm(): number {
    return Atomics.load(this.words, OLDEST_TERM_WORD);
  }

  get abandonedClaims(): number {
    return Atomics.load(this.words, ABANDONED_CLAIMS_WORD);
  }

  /** Blocks claimed in a term of the ring; the whole term if it is full. */
  tailBlocks(term: number): number {
    return Math.min(Atomics.load(this.words, this.slotWord(this.slotOf(term)) + TAIL_WORD), this.termBlocks);
  }

  /** Records in all terms before this one. Defined for the oldest term, and exact while a reader pins it. */
  firstRecord(term: number): number {
    return this.floats[this.#slotFloat(this.slotOf(term)) + FIRST_RECORD_FLOAT]!;
  }

  /** Records published since the log was created, including trimmed ones. Approximate while others write. */
  get recordCount(): number {
    const oldest = this.oldestTerm;
    let count = this.firstRecord(oldest);
    for (let term = oldest; term <= this.activeTerm; term++) {
      count += Atomics.load(this.words, this.slotWord(this.slotOf(term)) + SEALED_RECORDS_WORD);
    }
    return count;
  }

  /** Word of a reader slot's pin. */
  readerWord(slot: number): number {
    return this.#readersWord + slot * (READER_SLOT_BYTES / INT32_BYTES) + READER_TERM_WORD;
  }

  /** First word of a term slot. */
  slotWord(slot: number): number {
    return this.#slotsWord + slot * (TERM_SLOT_BYTES / INT32_BYTES);
  }

  #slotFloat(slot: number): number {
    return this.slotWord(slot) / 2;
  }

  /**
   * Enters a claim in the directory. Returns false if it was abandoned already, because its producer slept for a very long time.
   *
   * @param termBefore the slot's term before the claim. If it was another term, this thread slept for a lap of the ring
   *   around the claim; if it slept so long that the claim was abandoned in the term before, that mark is still there.
   */
  #mark(term: number, block: number, termBefore: number): boolean {
    const directory = this.directoryWord + this.slotOf(term) * this.termBlocks + block;
    const before = Atomics.load(this.words, directory);
    if (before >= claimedStamp(term)) return false;
    if (term !== termBefore && before === abandonedStamp(termBefore)) return false;
    return Atomics.compareExchange(this.words, directory, before, claimedStamp(term)) === before;
  }

  /** Fills the rest of a term that was too short for a claim. Exactly one claim of a term reaches past its end. */
  #pad(term: number, block: number, termBefore: number): void {
    const claimByte = this.byteOf(term, block);
    const blocks = this.termBlocks - block;
    if (!this.#mark(term, block, termBefore)) return;
    this.words[(claimByte + CLAIM_BYTES_OFFSET) / INT32_BYTES] = blocks * BLOCK_BYTES;
    this.words[(claimByte + RECORD_COUNT_OFFSET) / INT32_BYTES] = 0;
    this.publish(claimByte, blocks, 0, term);
  }

  /**
   * Advances the ring to the term after `active`. One producer at a time does this, for some tens of nanoseconds, during which
   * `ACTIVE_TERM_WORD` is `~active` and others are back-pressured.
   *
   * @returns false if the oldest term cannot be reused yet, or the log was closed.
   */
  #advance(active: number): boolean {
    const { words } = this;
    const next = active + 1;
    if (next > TERM_ID_MAX) throw new RangeError(`a shard log ends after ${TERM_ID_MAX} terms; make longer ones`);
    if (this.#hasSpentBudget(next)) this.#endGrowth(active);
    const { ringTerms } = this;
    const slotWord = this.slotWord(next % ringTerms);
    if (this.isClosed || !this.#retire(next - ringTerms, active)) return this.activeTerm !== active;
    const seen = Atomics.compareExchange(words, ACTIVE_TERM_WORD, active, ~active);
    if (seen !== active) return seen >= 0;
    // The length of the ring does not change while this thread holds it, but it may have changed since the last read.
    if (this.isClosed || this.ringTerms !== ringTerms) {
      Atomics.store(words, ACTIVE_TERM_WORD, active);
      return !this.isClosed;
    }
    words[slotWord + TERM_ID_WORD] = next;
    words[slotWord + SEALED_RECORDS_WORD] = 0;
    words[slotWord + SEALED_BLOCKS_WORD] = 0;
    Atomics.store(words, slotWord + TAIL_WORD, 0);
    if (this.#takenTerms !== undefined && next < ringTerms) Atomics.add(this.#takenTerms, 0, 1);
    Atomics.store(words, ACTIVE_TERM_WORD, next);
    return true;
  }

  /** True if the log may take no more new terms. */
  #hasSpentBudget(next: number): boolean {
    const budget = this.#budget;
    if (budget === undefined || next >= this.ringTerms || next < budget.ownTerms) return false;
    return Atomics.load(this.#takenTerms!, 0) >= budget.terms;
  }

  /** Fixes the length of the ring to the terms that it has. Holds the ring meanwhile, as a producer that advances it does. */
  #endGrowth(active: number): void {
    const { words } = this;
    if (Atomics.compareExchange(words, ACTIVE_TERM_WORD, active, ~active) !== active) return;
    Atomics.store(words, RING_TERMS_WORD, active + 1);
    Atomics.store(words, ACTIVE_TERM_WORD, active);
  }

  /**
   * True if no thread writes or reads the term any more and its slot may be reused. This holds as long as
   * `active` is the active term; after that, the result is meaningless and harmless.
   */
  #retire(condemned: number, active: number): boolean {
    if (condemned < 0) return true;
    const sealedWord = this.slotWord(this.slotOf(condemned)) + SEALED_BLOCKS_WORD;
    if (Atomics.load(this.words, sealedWord) !== this.termBlocks) return false;
    if (this.whenFull === 'refuse' && this.#pinnedUpTo(condemned)) return false;
    if (this.oldestTerm === condemned) this.#trim(condemned, active);
    return this.oldestTerm > condemned && !this.#pinnedUpTo(condemned);
  }

  /** Raises the trim horizon past a finished term, and adds its record count to the next term's base. */
  #trim(condemned: number, active: number): void {
    const { words, floats } = this;
    const heir = this.#slotFloat(this.slotOf(condemned + 1)) + FIRST_RECORD_FLOAT;
    const published = words[this.slotWord(this.slotOf(condemned)) + SEALED_RECORDS_WORD]!;
    const records = this.firstRecord(condemned) + published;
    if (Atomics.compareExchange(words, ACTIVE_TERM_WORD, active, ~active) !== active) return;
    // A closed log keeps its terms, because nothing needs their room.
    if (words[OLDEST_TERM_WORD] === condemned && !this.isClosed) {
      floats[heir] = records;
      Atomics.store(words, OLDEST_TERM_WORD, condemned + 1);
    }
    Atomics.store(words, ACTIVE_TERM_WORD, active);
  }

  #pinnedUpTo(term: number): boolean {
    for (let slot = 0; slot < READER_SLOTS; slot++) {
      const pinned = Atomics.load(this.words, this.readerWord(slot));
      if (pinned !== READER_FREE && pinned <= term) return true;
    }
    return false;
  }
}
