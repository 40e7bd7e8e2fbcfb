import { BLOCK_BYTES, blocksOf, CLAIM_BYTES_OFFSET, RECORD_COUNT_OFFSET, WRITTEN_AT_OFFSET } from '../../log/layout.ts';
import { type ClaimViews, claimViews, RecordSpan } from './record-span.ts';
import { writeRunHeader } from './run-check.ts';
import { RUN_BYTES_WANTED, RUN_HEADER_BYTES, unitsOf } from './segment-layout.ts';

/** Bytes of one write. Shards whose terms are full at the same time have a stage each. */
const STAGE_BYTES = 256 * 1024;
/** Stages that are kept for the next use, and the largest that is: one grows for a claim that it does not hold. */
const SPARE_STAGES = 4;
const SPARE_BYTES_MAX = 1024 * 1024;

/** Runs on their way to a file, copied out of memory, so that a write in the background does not hold the memory. */
export class RunStage {
  views: ClaimViews = claimViews(new ArrayBuffer(STAGE_BYTES));
  usedBytes = 0;
  /** For each run: byte of the stage, place, time. */
  readonly runs: { readonly at: number; readonly place: number; readonly writtenAtNs: number }[] = [];
  /** Everything before this place is in files once the stage is. */
  next = 0;
  /** When its last claim was written. */
  writtenAtNs = 0;
  /** A write in the background reads it. */
  isBusy = false;
  readonly #span = new RecordSpan();

  /**
   * Fills the stage with claims from one place up to another, as many as it holds and one at least.
   * @param locate as RecordSource.locate.
   */
  fill(locate: (place: number, span: RecordSpan) => boolean, from: number, upTo: number, salt: number): void {
    this.usedBytes = this.runs.length = 0;
    this.next = from;
    const span = this.#span;
    while (this.next < upTo) {
      if (!locate(this.next, span) || span.place >= upTo) {
        this.next = upTo;
        return;
      }
      if (!this.#takeSpan(span, upTo, salt)) return;
    }
  }

  /** Copies a span's claims run by run. False when the stage is full before its end. */
  #takeSpan(span: RecordSpan, upTo: number, salt: number): boolean {
    const { words } = span.views!;
    const to = Math.min(span.toByte, span.fromByte + (upTo - span.place) / unitsOf(1));
    let at = span.fromByte;
    while (at < to) {
      const from = at;
      let records = 0;
      let last = at;
      while (at < to) {
        const claimRecords = words[(at + RECORD_COUNT_OFFSET) >> 2]!;
        const end = at + blocksOf(words[(at + CLAIM_BYTES_OFFSET) >> 2]!) * BLOCK_BYTES;
        // Padding at a term's end holds nothing.
        if (claimRecords === 0 || (at > from && end - from > RUN_BYTES_WANTED)) break;
        records += claimRecords;
        last = at;
        at = end;
      }
      if (at === from) break;
      const place = span.place + unitsOf(from - span.fromByte);
      if (!this.#takeRun(span.views!, from, at - from, place, records, salt)) {
        this.next = place;
        return false;
      }
      this.writtenAtNs = span.views!.floats[(last + WRITTEN_AT_OFFSET) >> 3]!;
    }
    this.next = span.place + unitsOf(to - span.fromByte);
    return true;
  }

  #takeRun(
    from: ClaimViews,
    fromByte: number,
    runBytes: number,
    place: number,
    records: number,
    salt: number,
  ): boolean {
    const bytes = RUN_HEADER_BYTES + runBytes;
    if (this.usedBytes + bytes > this.views.bytes.length) {
      if (this.usedBytes > 0) return false;
      this.views = claimViews(new ArrayBuffer(bytes));
    }
    const at = this.usedBytes;
    this.views.bytes.set(from.bytes.subarray(fromByte, fromByte + runBytes), at + RUN_HEADER_BYTES);
    writeRunHeader(this.views, at, salt, { runBytes, records, place });
    this.runs.push({ at, place, writtenAtNs: from.floats[(fromByte + WRITTEN_AT_OFFSET) >> 3]! });
    this.usedBytes += bytes;
    return true;
  }
}

const spares: RunStage[] = [];

/** Stages are shared by all stores of a thread: few of them write at a time. */
export const takeStage = (): RunStage => spares.pop() ?? new RunStage();

export function giveStage(stage: RunStage): void {
  if (spares.length < SPARE_STAGES && stage.views.bytes.length <= SPARE_BYTES_MAX) spares.push(stage);
}
