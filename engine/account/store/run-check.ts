import { crc32 } from 'node:zlib';
import { BLOCK_BYTES, FRAME_ALIGNMENT_BYTES } from '../../log/layout.ts';
import type { ClaimViews } from './record-span.ts';
import {
  RUN_BYTES_OFFSET,
  RUN_CRC_OFFSET,
  RUN_HEADER_BYTES,
  RUN_MAGIC,
  RUN_MAGIC_OFFSET,
  RUN_PLACE_OFFSET,
  RUN_RECORDS_OFFSET,
  unitsOf,
} from './segment-layout.ts';

/** Writes a run's header in front of its claims, which are there already. */
export function writeRunHeader(
  views: ClaimViews,
  at: number,
  salt: number,
  run: { readonly runBytes: number; readonly records: number; readonly place: number },
): void {
  views.words[(at + RUN_MAGIC_OFFSET) >> 2] = RUN_MAGIC;
  views.words[(at + RUN_BYTES_OFFSET) >> 2] = run.runBytes;
  views.words[(at + RUN_RECORDS_OFFSET) >> 2] = run.records;
  views.floats[(at + RUN_PLACE_OFFSET) >> 3] = run.place;
  views.words[(at + RUN_CRC_OFFSET) >> 2] = runCrc(views, at, run.runBytes, salt);
}

export const runBytesAt = (views: ClaimViews, at: number): number => views.words[(at + RUN_BYTES_OFFSET) >> 2]!;
export const runPlaceAt = (views: ClaimViews, at: number): number => views.floats[(at + RUN_PLACE_OFFSET) >> 3]!;
/** One past the run's last claim. */
export const runEndAt = (views: ClaimViews, at: number): number =>
  runPlaceAt(views, at) + unitsOf(runBytesAt(views, at));

/** Called with the results of a check; positions are bytes of the views. */
export interface RunVisitor {
  found(at: number): void;
  damaged(at: number, bytes: number): void;
}

/**
 * Goes through runs one after the other and shows those whose checksums hold. From damage it goes on at the next run
 * that is whole, wherever it begins.
 *
 * @param lowestPlace runs before it do not belong here.
 * @param isAll false when more bytes follow: a run that reaches over the end is left for later.
 * @returns how far it came.
 */
export function checkRuns(
  views: ClaimViews,
  from: number,
  to: number,
  salt: number,
  lowestPlace: number,
  isAll: boolean,
  visitor: RunVisitor,
): number {
  let at = from;
  let damagedFrom = -1;
  let lowest = lowestPlace;
  while (at + RUN_HEADER_BYTES <= to) {
    if (isHeader(views, at, lowest)) {
      const runBytes = runBytesAt(views, at);
      const end = at + RUN_HEADER_BYTES + runBytes;
      if (end > to && !isAll) break;
      if (end <= to && runCrc(views, at, runBytes, salt) === views.words[(at + RUN_CRC_OFFSET) >> 2]) {
        if (damagedFrom >= 0) visitor.damaged(damagedFrom, at - damagedFrom);
        damagedFrom = -1;
        visitor.found(at);
        lowest = runEndAt(views, at);
        at = end;
        continue;
      }
    }
    if (damagedFrom < 0) damagedFrom = at;
    at += FRAME_ALIGNMENT_BYTES;
  }
  if (isAll && at < to) {
    if (damagedFrom < 0) damagedFrom = at;
    at = to;
  }
  if (damagedFrom >= 0) visitor.damaged(damagedFrom, at - damagedFrom);
  return at;
}

function isHeader(views: ClaimViews, at: number, lowestPlace: number): boolean {
  if (views.words[(at + RUN_MAGIC_OFFSET) >> 2] !== RUN_MAGIC) return false;
  const runBytes = runBytesAt(views, at);
  return runBytes > 0 && runBytes % BLOCK_BYTES === 0 && runPlaceAt(views, at) >= lowestPlace;
}

/** Checksum as the int32 of the file. */
const runCrc = (views: ClaimViews, at: number, runBytes: number, salt: number): number =>
  crc32(views.bytes.subarray(at + RUN_MAGIC_OFFSET, at + RUN_HEADER_BYTES + runBytes), salt) | 0;
