import {
  BLOCK_BYTES,
  blocksOf,
  CLAIM_BYTES_OFFSET,
  FRAME_ALIGNMENT_BYTES,
  WRITTEN_AT_OFFSET,
} from '../../log/layout.ts';
import { type ClaimViews, claimViews, type RecordSpan } from './record-span.ts';
import { checkRuns, runBytesAt, runEndAt, runPlaceAt } from './run-check.ts';
import { lastBelow, type SegmentIndex } from './segment-index.ts';
import { RUN_HEADER_BYTES, unitsOf } from './segment-layout.ts';

/** Bytes of the views where a run's claims begin and end. */
const claimsFrom = (runAt: number): number => runAt + RUN_HEADER_BYTES;
const claimsTo = (views: ClaimViews, runAt: number): number => runAt + RUN_HEADER_BYTES + runBytesAt(views, runAt);
const nextClaim = (views: ClaimViews, at: number): number =>
  at + blocksOf(views.words[(at + CLAIM_BYTES_OFFSET) >> 2]!) * BLOCK_BYTES;
const writtenAt = (views: ClaimViews, claimAt: number): number => views.floats[(claimAt + WRITTEN_AT_OFFSET) >> 3]!;

/** Where the last claim of a run begins. */
export function lastClaimAt(views: ClaimViews, runAt: number): number {
  const to = claimsTo(views, runAt);
  let at = claimsFrom(runAt);
  for (let next = nextClaim(views, at); next < to; next = nextClaim(views, at)) at = next;
  return at;
}

/** The segment that a page belongs to. */
export interface PagedSegment {
  readonly salt: number;
  readonly index: SegmentIndex;
  /** Pages in memory, by number. */
  readonly pages: (ReadPage | undefined)[];
  readInto(into: Uint8Array, fileByte: number, bytes: number): number;
  report(atByte: number, bytes: number): void;
}

/** A page of a segment, read and checked: the runs in it that are whole. */
export class ReadPage {
  views: ClaimViews;
  segment: PagedSegment | undefined;
  number = 0;
  /** Byte of the file up to which it was read; the newest page of a segment grows. */
  endByte = 0;
  /** When it was used last, in turns of the cache. */
  usedAt = 0;
  /** Bytes of the views where runs begin. */
  readonly #runs: number[] = [];

  constructor(bytes: number) {
    this.views = claimViews(new ArrayBuffer(bytes));
  }

  /** @throws errors of the file system; the page holds nothing then. */
  load(segment: PagedSegment, number: number): void {
    this.leave();
    const { index } = segment;
    const fromByte = index.byteOf(number);
    const endByte = index.endByteOf(number);
    if (endByte - fromByte > this.views.bytes.length) {
      this.views = claimViews(
        new ArrayBuffer((endByte - fromByte + FRAME_ALIGNMENT_BYTES - 1) & -FRAME_ALIGNMENT_BYTES),
      );
    }
    const bytes = segment.readInto(this.views.bytes, fromByte, endByte - fromByte);
    checkRuns(this.views, 0, bytes, segment.salt, index.placeOf(number), true, {
      found: (at) => this.#runs.push(at),
      damaged: (at, damagedBytes) => segment.report(fromByte + at, damagedBytes),
    });
    if (bytes < endByte - fromByte) segment.report(fromByte + bytes, endByte - fromByte - bytes);
    this.segment = segment;
    this.number = number;
    this.endByte = endByte;
    segment.pages[number] = this;
  }

  /** Invalidates everything that was read from it. */
  leave(): void {
    this.views.generation += 1;
    this.#runs.length = 0;
    if (this.segment !== undefined) this.segment.pages[this.number] = undefined;
    this.segment = undefined;
  }

  /** Locates a claim of this page like RecordSource.locate. */
  locate(place: number, span: RecordSpan): boolean {
    const { views } = this;
    const runs = this.#runs;
    let run = lastBelow(runs.length, (i) => runPlaceAt(views, runs[i]!) <= place);
    if (run < runs.length && runEndAt(views, runs[run]!) <= place) run += 1;
    const runAt = runs[run];
    if (runAt === undefined) return false;
    const to = claimsTo(views, runAt);
    let at = claimsFrom(runAt);
    let claimPlace = runPlaceAt(views, runAt);
    for (let next = nextClaim(views, at); next < to; next = nextClaim(views, at)) {
      const nextPlace = claimPlace + unitsOf(next - at);
      if (nextPlace > place) break;
      at = next;
      claimPlace = nextPlace;
    }
    span.fill(views, at, to, claimPlace);
    return true;
  }

  /** Place of the page's first claim that was written at or after a time; undefined when none was. */
  firstSince(writtenAtNs: number): number | undefined {
    const { views } = this;
    const runs = this.#runs;
    const first = lastBelow(runs.length, (i) => writtenAt(views, claimsFrom(runs[i]!)) < writtenAtNs);
    for (let run = first; run < runs.length; run++) {
      const runAt = runs[run]!;
      const to = claimsTo(views, runAt);
      for (let at = claimsFrom(runAt); at < to; at = nextClaim(views, at)) {
        if (writtenAt(views, at) >= writtenAtNs) return runPlaceAt(views, runAt) + unitsOf(at - claimsFrom(runAt));
      }
    }
    return undefined;
  }
}
