import { type ReportError, reportError } from '../errors.ts';
import { SLOT_COUNT } from './slots.ts';

/**
 * The payload of an HdrHistogram V2 with our slots: one LEB128 code after another, each of which is a count (2c, for the
 * slot reached) or a run of empty slots (2z - 1, or 0 for one). Reading long results is mostly this, so that these loops
 * neither allocate nor branch on what a code is: in sparse histograms counts and runs take turns and no processor guesses
 * them. Over the obvious loop that halves the time, to about 2 ns a byte.
 */

/** Codes of up to three bytes are read in place: counts and runs below a million. */
const THIRD_BYTE_BITS = 14;
const LEB_BYTES_MAX = 9;

/** Sum of a payload, and the range of its slots. */
export interface PayloadExtent {
  readonly count: number;
  /** First slot that may be used, and one past the last one that is. */
  readonly from: number;
  readonly to: number;
}

/** Where a code longer than three bytes ended; the value is returned. */
let longCodeEnd = 0;

/**
 * Adds the counts of `bytes[start, end)` to `into`, an array of SLOT_COUNT.
 * @throws HISTOGRAM_NOT_READABLE, HISTOGRAM_OUT_OF_RANGE for a slot that does not exist; `into` then holds anything.
 */
export function addPayload(bytes: Uint8Array, start: number, end: number, into: Float64Array): PayloadExtent {
  const from = firstSlot(bytes, start, end);
  let slot = 0;
  let total = 0;
  let at = start;
  while (at < end) {
    let code = bytes[at++]!;
    if (code >= 0x80) {
      const second = bytes[at++]!;
      code = (code & 0x7f) | ((second & 0x7f) << 7);
      if (second >= 0x80) {
        const third = bytes[at++]!;
        code |= (third & 0x7f) << THIRD_BYTE_BITS;
        if (third >= 0x80) {
          const value = longCode(bytes, at - 3, end);
          at = longCodeEnd;
          if (value % 2 === 1) slot += (value + 1) / 2;
          else {
            if (slot < SLOT_COUNT) into[slot]! += value / 2;
            total += value / 2;
            slot += 1;
          }
          continue;
        }
      }
    }
    const isRun = code & 1;
    const half = code >> 1;
    const count = half & (isRun - 1);
    // Beyond the last slot this writes nothing, and is found out below.
    into[slot]! += count;
    total += count;
    slot += 1 + (half & -isRun);
  }
  checkEnd(at, end, slot, total);
  return { count: total, from, to: slot };
}

/** Checks the whole payload, and returns its extent. @throws as addPayload. */
export function scanPayload(bytes: Uint8Array, start: number, end: number): PayloadExtent {
  const from = firstSlot(bytes, start, end);
  let slot = 0;
  let total = 0;
  let at = start;
  while (at < end) {
    let code = bytes[at++]!;
    if (code >= 0x80) {
      const second = bytes[at++]!;
      code = (code & 0x7f) | ((second & 0x7f) << 7);
      if (second >= 0x80) {
        const third = bytes[at++]!;
        code |= (third & 0x7f) << THIRD_BYTE_BITS;
        if (third >= 0x80) {
          const value = longCode(bytes, at - 3, end);
          at = longCodeEnd;
          if (value % 2 === 1) slot += (value + 1) / 2;
          else {
            total += value / 2;
            slot += 1;
          }
          continue;
        }
      }
    }
    const isRun = code & 1;
    const half = code >> 1;
    total += half & (isRun - 1);
    slot += 1 + (half & -isRun);
  }
  checkEnd(at, end, slot, total);
  return { count: total, from, to: slot };
}

/**
 * Reads used slots in ascending order into two arrays with room for SLOT_COUNT.
 * @param bytes of a payload that was checked. @returns how many slots are used.
 */
export function readPayload(
  bytes: Uint8Array,
  start: number,
  end: number,
  slots: Uint16Array,
  counts: Float64Array,
): number {
  let slot = 0;
  let used = 0;
  for (let at = start; at < end; ) {
    let code = bytes[at++]!;
    if (code >= 0x80) {
      code = longCode(bytes, at - 1, end);
      at = longCodeEnd;
    }
    if (code % 2 === 1) slot += (code + 1) / 2;
    else {
      if (code > 0) {
        slots[used] = slot;
        counts[used] = code / 2;
        used += 1;
      }
      slot += 1;
    }
  }
  return used;
}

/** Room that `writePayload` may need for so many slots. */
export const payloadRoom = (slots: number): number => LEB_BYTES_MAX * (slots + 1);

/**
 * Writes the payload of `counts[from, to)`; slots before `from` are empty.
 * @param out with payloadRoom(to - from) bytes after `start`. @returns where the payload ends.
 */
export function writePayload(out: Uint8Array, start: number, counts: Float64Array, from: number, to: number): number {
  let at = start;
  let slot = from;
  for (let next = 0; ; next = slot) {
    while (slot < to && counts[slot] === 0) slot += 1;
    if (slot >= to) return at;
    const empty = slot - next;
    const count = counts[slot]!;
    slot += 1;
    if (empty > 0) {
      const run = empty === 1 ? 0 : 2 * empty - 1;
      if (run < 0x80) out[at++] = run;
      else at = putCode(out, at, run);
    }
    if (count < 0x40) out[at++] = 2 * count;
    else at = putCode(out, at, 2 * count);
  }
}

function putCode(out: Uint8Array, start: number, code: number): number {
  let at = start;
  let rest = code;
  for (let index = 1; rest >= 0x80 && index < LEB_BYTES_MAX; index++) {
    out[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  out[at++] = rest;
  return at;
}

/** LEB128 as HdrHistogram writes it: seven bits a byte, but the ninth byte holds eight. */
function longCode(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let index = 1; ; index++, scale *= 128) {
    const at = start + index - 1;
    if (at >= end) throw unreadablePayload('the last count is cut.');
    const byte = bytes[at]!;
    const isLast = index === LEB_BYTES_MAX || byte < 0x80;
    value += (isLast ? byte : byte & 0x7f) * scale;
    if (!isLast) continue;
    if (!Number.isSafeInteger(value)) throw unreadablePayload('a count is beyond 2^52.');
    longCodeEnd = at + 1;
    return value;
  }
}

/** The first code is a run where the first slot is empty. */
function firstSlot(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return 0;
  const code = longCode(bytes, start, end);
  return Math.min(SLOT_COUNT, code % 2 === 1 ? (code + 1) / 2 : 0);
}

function checkEnd(at: number, end: number, slot: number, total: number): void {
  if (at !== end) throw unreadablePayload('the last count is cut.');
  if (slot <= SLOT_COUNT && Number.isSafeInteger(total)) return;
  throw reportError('HISTOGRAM_OUT_OF_RANGE', {
    what: `slots=${slot} count=${total}`,
    fix: `Slots are 0 to ${SLOT_COUNT - 1}, and counts add up to at most 2^53 - 1.`,
  });
}

export function unreadablePayload(what: string, cause?: unknown): ReportError {
  return reportError('HISTOGRAM_NOT_READABLE', {
    what: `not a histogram: ${what}`,
    fix: 'Pass an HdrHistogram V2 in base64, which begins with HISTFA or, uncompressed, with HISTE.',
    cause,
  });
}
