import {
  BLOCK_BYTES,
  blocksOf,
  CLAIM_BYTES_OFFSET,
  FRAME_ALIGNMENT_BYTES,
  publishedStamp,
  READER_FREE,
  RECORD_COUNT_OFFSET,
  type ShardLogShape,
  WRITTEN_AT_OFFSET,
} from '../../log/layout.ts';
import type { RecordBatch } from '../../log/record-batch.ts';
import { ShardLog } from '../../log/shard-log.ts';
import { createShardLog } from '../../log/shard-log-memory.ts';
import { ShardWriter } from '../../log/shard-writer.ts';
import { termBytesFor, termShape } from '../../threads/stream.ts';
import { type ClaimViews, claimViews, type RecordSpan } from './record-span.ts';
import type { StoreSize } from './record-store.ts';

const TERMS_MIN = 2;
/** The directory takes an eighth of the memory of the terms. */
const TERMS_RATIO = 8 / 9;
/** Blocks are of this many units of sequence numbers. */
const BLOCK_UNITS = BLOCK_BYTES / FRAME_ALIGNMENT_BYTES;

/**
 * A shard log that one thread writes and reads, as a stretch of a shard's sequence numbers. With nobody else there,
 * whatever is claimed is published, and a claim starts wherever the directory has this lap's stamp.
 */
export class ShardRing {
  /** Sequence number of the log's first byte. */
  readonly base: number;
  readonly log: ShardLog;
  readonly views: ClaimViews;
  readonly #writer: ShardWriter;
  readonly #termUnits: number;
  readonly #keptWord: number;

  constructor(size: StoreSize, base: number) {
    const shape = { ...shapeFor(size), whenFull: 'refuse' as const };
    this.base = base;
    this.log = new ShardLog(createShardLog(shape));
    this.views = claimViews(this.log.words.buffer);
    this.#writer = new ShardWriter(this.log);
    this.#termUnits = shape.termLengthBytes / FRAME_ALIGNMENT_BYTES;
    this.#keptWord = this.log.readerWord(0);
  }

  /** True if a ring for this size would be the same. */
  suits(size: StoreSize): boolean {
    const { termLengthBytes, termCount } = shapeFor(size);
    return termLengthBytes === this.log.termLengthBytes && termCount === this.log.termCount;
  }

  /** True if every record up to this size, key and data, fits into a claim. */
  takes(recordBytes: number): boolean {
    return termBytesFor(recordBytes) <= this.log.termLengthBytes;
  }

  /** Where the oldest term begins. */
  get start(): number {
    return this.startOfTerm(this.log.oldestTerm);
  }

  /** One past the last claim. */
  get end(): number {
    const term = this.log.activeTerm;
    return this.startOfTerm(term) + this.log.tailBlocks(term) * BLOCK_UNITS;
  }

  startOfTerm(term: number): number {
    return this.base + term * this.#termUnits;
  }

  /** The term that a place is in; 0 for places before the ring. */
  termAt(place: number): number {
    return Math.max(0, Math.floor((place - this.base) / this.#termUnits));
  }

  /** Holds back the reuse of terms from this one on; undefined holds nothing back. */
  keepFrom(term: number | undefined): void {
    Atomics.store(this.log.words, this.#keptWord, term ?? READER_FREE);
  }

  /** Writes rows like ShardWriter, with the shard's own sequence numbers. */
  write(batch: RecordBatch, order: Int32Array, from: number, to: number, nowNs: number): number {
    const pending = this.#writer.write(batch, order, from, to, nowNs);
    if (this.base !== 0) {
      for (let k = from; k < to - pending; k++) batch.sequenceNumber[order[k]!]! += this.base;
    }
    return pending;
  }

  /** Locates a claim like RecordSource.locate, among the claims of one term. */
  locate(sequenceNumber: number, span: RecordSpan): boolean {
    const { log } = this;
    const from = Math.max(sequenceNumber, this.start);
    if (from >= this.end) return false;
    const term = this.termAt(from);
    const block = this.#claimBlock(term, Math.floor((from - this.startOfTerm(term)) / BLOCK_UNITS));
    const claimByte = log.byteOf(term, block);
    if (log.words[(claimByte + RECORD_COUNT_OFFSET) >> 2] === 0) return this.locate(this.startOfTerm(term + 1), span);
    const place = this.startOfTerm(term) + block * BLOCK_UNITS;
    span.fill(this.views, claimByte, log.byteOf(term, log.tailBlocks(term)), place);
    return true;
  }

  /** Where the first claim starts that was written at or after a time; `end` when none was. Times never fall. */
  firstSince(writtenAtNs: number): number {
    const { log } = this;
    let term = log.activeTerm;
    while (term > log.oldestTerm && !this.#isBefore(term, 0, writtenAtNs)) term -= 1;
    let low = 0;
    let high = log.tailBlocks(term);
    // Blocks below `low` belong to claims before the time, those from `high` on to claims since it.
    while (low < high) {
      const block = this.#claimBlock(term, (low + high) >> 1);
      if (this.#isBefore(term, block, writtenAtNs)) low = block + this.#blocksAt(term, block);
      else high = block;
    }
    return this.startOfTerm(term) + low * BLOCK_UNITS;
  }

  /** Padding ends a term, so it counts as since any time. A term that is still empty holds nothing before. */
  #isBefore(term: number, block: number, writtenAtNs: number): boolean {
    if (block >= this.log.tailBlocks(term)) return false;
    const claimByte = this.log.byteOf(term, block);
    if (this.views.words[(claimByte + RECORD_COUNT_OFFSET) >> 2] === 0) return false;
    return this.views.floats[(claimByte + WRITTEN_AT_OFFSET) >> 3]! < writtenAtNs;
  }

  #blocksAt(term: number, block: number): number {
    return blocksOf(this.views.words[(this.log.byteOf(term, block) + CLAIM_BYTES_OFFSET) >> 2]!);
  }

  /** First block of the claim that a block belongs to. */
  #claimBlock(term: number, block: number): number {
    const { directoryWord, termCount, termBlocks, words } = this.log;
    const directory = directoryWord + (term % termCount) * termBlocks;
    const stamp = publishedStamp(term);
    let first = block;
    while (words[directory + first] !== stamp) first -= 1;
    return first;
  }
}

function shapeFor({ memoryBytes, maxRecordBytes }: StoreSize): ShardLogShape {
  const { termLengthBytes, termCount } = termShape(Math.floor(memoryBytes * TERMS_RATIO), maxRecordBytes);
  return { termLengthBytes, termCount: Math.max(TERMS_MIN, termCount) };
}
