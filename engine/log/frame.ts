import type { FrameKernel } from './frame-kernel.ts';
import {
  alignFrame,
  CLAIM_BYTES_OFFSET,
  FRAME_ALIGNMENT_BYTES,
  FRAME_BYTES_OFFSET,
  FRAME_HEADER_BYTES,
  INTENDED_AT_OFFSET,
  KEY_BYTES_OFFSET,
  KEY_COUNTER_OFFSET,
  KEY_INDEX_OFFSET,
  RECORD_COUNT_OFFSET,
  WRITTEN_AT_OFFSET,
} from './layout.ts';
import type { RecordBatch } from './record-batch.ts';

/** The views of one log; a ShardLog is one. */
export interface LogViews {
  readonly words: Int32Array;
  readonly longs: BigInt64Array;
  readonly floats: Float64Array;
  readonly bytes: Uint8Array;
  kernelFor?(batch: RecordBatch, order: Int32Array): FrameKernel | undefined;
}

/** From this length on, one `set` of a view costs less than a loop over words, although the view must be created. */
const COPY_BY_SET_BYTES = 1024;

export function writeClaimHeader(log: LogViews, at: number, bytes: number, records: number, writtenAtNs: number): void {
  log.words[(at + CLAIM_BYTES_OFFSET) >> 2] = bytes;
  log.words[(at + RECORD_COUNT_OFFSET) >> 2] = records;
  log.floats[(at + WRITTEN_AT_OFFSET) >> 3] = writtenAtNs;
}

/** From this number of rows on, the kernel saves more time than its call costs. */
const KERNEL_ROWS = 4;

/**
 * Writes rows `order[from]` to `order[to - 1]` of a batch as frames, one after the other, from an aligned byte of a claim.
 * A string is copied with up to 7 following bytes, which go into its padding.
 *
 * @returns the byte after the last frame's padding.
 */
export function writeFrames(
  log: LogViews,
  at: number,
  batch: RecordBatch,
  order: Int32Array,
  from: number,
  to: number,
): number {
  const kernel = to - from < KERNEL_ROWS ? undefined : log.kernelFor?.(batch, order);
  return kernel === undefined
    ? writeFramesByWords(log, at, batch, order, from, to)
    : kernel.write(at, batch, order, from, to);
}

/**
 * Writes frames without WebAssembly. A loop from BigInt64Array to BigInt64Array allocates nothing in optimised code and
 * costs a third of one over int32 (9 against 26 ns for 100 bytes).
 */
function writeFramesByWords(
  log: LogViews,
  at: number,
  batch: RecordBatch,
  order: Int32Array,
  from: number,
  to: number,
): number {
  const { words, longs, floats } = log;
  const { keyIndex, payloadIndex, keyCounter, intendedAtNs, keys, payloads } = batch;
  const source = batch.source << 16;
  let frame = at;
  for (let k = from; k < to; k++) {
    const row = order[k]!;
    const key = keyIndex[row]!;
    const payload = payloadIndex[row]!;
    const keyBytes = keys.lengths[key]!;
    const payloadBytes = payloads.lengths[payload]!;
    const word = frame >> 2;
    words[word + (KEY_BYTES_OFFSET >> 2)] = keyBytes | source;
    floats[(frame + INTENDED_AT_OFFSET) >> 3] = intendedAtNs[row]!;
    words[word + (KEY_COUNTER_OFFSET >> 2)] = keyCounter[row]!;
    words[word + (KEY_INDEX_OFFSET >> 2)] = key;
    let write = (frame + FRAME_HEADER_BYTES) >> 3;
    let read = keys.offsets[key]! >> 3;
    for (const end = read + ((keyBytes + 7) >> 3); read < end; read++, write++) longs[write] = keys.longs[read]!;
    const payloadAt = write << 3;
    words[word + (FRAME_BYTES_OFFSET >> 2)] = payloadAt - frame + payloadBytes;
    const payloadFrom = payloads.offsets[payload]!;
    const copied = alignFrame(payloadBytes);
    if (copied < COPY_BY_SET_BYTES) {
      read = payloadFrom >> 3;
      for (const end = read + (copied >> 3); read < end; read++, write++) longs[write] = payloads.longs[read]!;
    } else {
      log.bytes.set(payloads.bytes.subarray(payloadFrom, payloadFrom + copied), payloadAt);
    }
    frame = payloadAt + copied;
  }
  return frame;
}

// Readers of frames. Each takes the byte where a frame starts.
export const frameBytesAt = (log: LogViews, at: number): number => log.words[(at + FRAME_BYTES_OFFSET) >> 2]!;
export const nextFrameByte = (log: LogViews, at: number): number => alignFrame(at + frameBytesAt(log, at));
export const keyBytesAt = (log: LogViews, at: number): number => log.words[(at + KEY_BYTES_OFFSET) >> 2]! & 0xffff;
export const sourceAt = (log: LogViews, at: number): number => log.words[(at + KEY_BYTES_OFFSET) >> 2]! >>> 16;
export const intendedAtNsAt = (log: LogViews, at: number): number => log.floats[(at + INTENDED_AT_OFFSET) >> 3]!;
export const keyCounterAt = (log: LogViews, at: number): number => log.words[(at + KEY_COUNTER_OFFSET) >> 2]!;
export const keyIndexAt = (log: LogViews, at: number): number => log.words[(at + KEY_INDEX_OFFSET) >> 2]!;
export const keyByteAt = (at: number): number => at + FRAME_HEADER_BYTES;
export const payloadByteAt = (log: LogViews, at: number): number =>
  at + FRAME_HEADER_BYTES + alignFrame(keyBytesAt(log, at));
export const payloadBytesAt = (log: LogViews, at: number): number =>
  at + frameBytesAt(log, at) - payloadByteAt(log, at);

if (FRAME_ALIGNMENT_BYTES !== 8) throw new Error('engine/frame: strings are copied by 64-bit words');
