import { keyBytesAt } from '../../log/frame.ts';
import {
  alignFrame,
  BLOCK_BYTES,
  blocksOf,
  CLAIM_BYTES_OFFSET,
  CLAIM_HEADER_BYTES,
  FRAME_ALIGNMENT_BYTES,
  FRAME_BYTES_OFFSET,
  FRAME_HEADER_BYTES,
  RECORD_COUNT_OFFSET,
  WRITTEN_AT_OFFSET,
} from '../../log/layout.ts';
import { type ClaimViews, type RecordSource, RecordSpan } from './record-span.ts';
import type { RecordCursor } from './record-store.ts';

/**
 * Walks frames of spans, claim by claim. All it needs to go on is the lowest sequence number that it has not passed, so
 * when the source changes under it, it finds its place again.
 */
export class SpanCursor implements RecordCursor {
  readonly #source: RecordSource;
  readonly #span = new RecordSpan();
  #changes = -1;
  /** Every record below this has been passed. */
  #passed: number;
  #claimByte = 0;
  #frameByte = 0;
  #framesLeft = 0;

  keyByte = 0;
  dataByte = 0;
  sequenceNumber = 0;
  writtenAtNs = 0;
  keyBytes = 0;
  dataBytes = 0;

  constructor(source: RecordSource, sequenceNumber = 0) {
    this.#source = source;
    this.#passed = sequenceNumber;
  }

  get passedTo(): number {
    return this.#passed;
  }

  seek(sequenceNumber: number): void {
    this.#passed = sequenceNumber;
    this.#leaveSpan();
  }

  next(): boolean {
    const span = this.#span;
    if (this.#changes !== this.#source.changes || span.isStale) this.#leaveSpan();
    for (;;) {
      const words = span.views?.words;
      while (this.#framesLeft > 0) {
        const at = this.#frameByte;
        const frameBytes = words![(at + FRAME_BYTES_OFFSET) >> 2]!;
        this.#framesLeft -= 1;
        this.#frameByte = alignFrame(at + frameBytes);
        const sequenceNumber = span.place + (at - span.fromByte) / FRAME_ALIGNMENT_BYTES;
        if (sequenceNumber < this.#passed) continue;
        this.#passed = sequenceNumber + 1;
        this.#show(at, frameBytes, sequenceNumber);
        return true;
      }
      if (this.#claimByte < span.toByte) this.#enterClaim();
      else if (!this.#nextSpan()) return false;
    }
  }

  key(): string {
    return this.views.buffer.toString('utf8', this.keyByte, this.keyByte + this.keyBytes);
  }

  data(): Buffer {
    const copy = Buffer.allocUnsafe(this.dataBytes);
    this.copyData(copy, 0);
    return copy;
  }

  copyData(target: Buffer, atByte: number): void {
    this.views.buffer.copy(target, atByte, this.dataByte, this.dataByte + this.dataBytes);
  }

  dataBase64(): string {
    return this.views.buffer.toString('base64', this.dataByte, this.dataByte + this.dataBytes);
  }

  /** The record's bytes, read again if other cursors have overwritten them. */
  get views(): ClaimViews {
    const span = this.#span;
    if (span.isStale) {
      const { sequenceNumber } = this;
      if (!this.#source.locate(sequenceNumber, span)) throw new Error(`record ${sequenceNumber} can no longer be read`);
      this.keyByte = span.fromByte + (sequenceNumber - span.place) * FRAME_ALIGNMENT_BYTES + FRAME_HEADER_BYTES;
      this.dataByte = this.keyByte + alignFrame(this.keyBytes);
      this.#leaveSpan();
    }
    return span.views!;
  }

  #show(at: number, frameBytes: number, sequenceNumber: number): void {
    const keyBytes = keyBytesAt(this.#span.views!, at);
    this.sequenceNumber = sequenceNumber;
    this.keyByte = at + FRAME_HEADER_BYTES;
    this.dataByte = this.keyByte + alignFrame(keyBytes);
    this.keyBytes = keyBytes;
    this.dataBytes = at + frameBytes - this.dataByte;
  }

  /** The claim's end is known once it is entered; a claim without records is the padding at a term's end. */
  #enterClaim(): void {
    const { words, floats } = this.#span.views!;
    const at = this.#claimByte;
    this.#framesLeft = words[(at + RECORD_COUNT_OFFSET) >> 2]!;
    this.#frameByte = at + CLAIM_HEADER_BYTES;
    this.#claimByte = at + blocksOf(words[(at + CLAIM_BYTES_OFFSET) >> 2]!) * BLOCK_BYTES;
    this.writtenAtNs = floats[(at + WRITTEN_AT_OFFSET) >> 3]!;
  }

  #nextSpan(): boolean {
    const span = this.#span;
    if (span.toByte > 0) {
      this.#passed = Math.max(this.#passed, span.place + (span.toByte - span.fromByte) / FRAME_ALIGNMENT_BYTES);
      this.#leaveSpan();
    }
    this.#changes = this.#source.changes;
    if (!this.#source.locate(this.#passed, span)) return false;
    this.#claimByte = span.fromByte;
    return true;
  }

  #leaveSpan(): void {
    this.#framesLeft = this.#claimByte = this.#span.toByte = 0;
  }
}
