import { sizeQuantile } from './quantiles.ts';
import { deriveSeed, RandomStream, uniformAt } from './random.ts';
import type { Replay } from './replay.ts';
import type { SizeSpec, Workload } from './scenario.ts';
import { compileTemplate } from './template.ts';

/**
 * The payloads of a workload's records, made before the run in memory shared by threads. Payload p is
 * bytes[offsets[p] .. offsets[p] + lengths[p]). Payloads may overlap, because they are only read.
 */
export interface PayloadPool {
  readonly count: number;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** The same memory in 4-byte words. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** First byte of each payload, a multiple of 8. Reading whole words up to the next multiple of 8 stays inside. */
  readonly offsets: Int32Array<SharedArrayBuffer>;
  /** Exact length of each payload in bytes. */
  readonly lengths: Int32Array<SharedArrayBuffer>;
  /** Number of payloads that were cut to the target's largest record. */
  readonly clippedCount: number;
}

export const POOL_PAYLOADS = 4096;
/** Up to this total size payloads are side by side. Above it they overlap in memory of this size. */
const SIDE_BY_SIDE_BYTES = 32 * 2 ** 20;
const REPEATED_BYTE = 'x'.charCodeAt(0);
/** If payloads overlap, random and repeated bytes alternate in blocks of this size. */
const BLOCK_BYTES = 1024;

/**
 * @param maxRecordBytes Largest record of the target. Larger payloads are cut and counted.
 * @param replay Needed for replayed payloads.
 */
export function createPayloadPool(
  workload: Workload,
  seed: number,
  maxRecordBytes: number,
  replay?: Pick<Replay, 'count' | 'bytes' | 'offsets' | 'lengths'>,
): PayloadPool {
  const { payload } = workload;
  const random = new RandomStream(seed, `${workload.name}/payload bytes`);
  switch (payload.kind) {
    case 'size':
      return sizedPool(payload.size, payload.randomRatio, maxRecordBytes, random);
    case 'template':
      return templatePool(payload.template, maxRecordBytes, random);
    case 'replay': {
      if (replay === undefined) throw new Error(`workload '${workload.name}' needs its recording`);
      const { count, bytes, offsets, lengths } = replay;
      return { count, bytes, words: new Int32Array(bytes.buffer), offsets, lengths, clippedCount: 0 };
    }
  }
}

/**
 * Chooses the payload of each record: replayed records in their order, again from the first one after the last; others by a
 * draw that depends on the index of the record.
 * @returns A function from the index of a record in its workload's sequence to the index of its payload in the pool.
 */
export function createPayloadChooser(
  workload: Workload,
  seed: number,
  pool: Pick<PayloadPool, 'count'>,
): (recordIndex: number) => number {
  const { count } = pool;
  if (workload.payload.kind === 'replay') return (recordIndex) => recordIndex % count;
  const drawSeed = deriveSeed(seed, `${workload.name}/payloads`);
  return (recordIndex) => Math.floor(uniformAt(drawSeed, recordIndex) * count);
}

/**
 * Returns the quantiles at (j + 0.5) / n as sizes, so that a pool has exactly the shape of the distribution.
 * @returns n sizes, ascending, each at least 1 byte, before clipping.
 */
export function stratifiedSizes(size: SizeSpec, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, j) => {
    const bytes = Math.round(sizeQuantile(size, (j + 0.5) / count));
    return Math.min(2 ** 31 - 1, Math.max(1, bytes));
  });
}

function sizedPool(size: SizeSpec, randomRatio: number, maxRecordBytes: number, random: RandomStream): PayloadPool {
  const count = POOL_PAYLOADS;
  const wanted = stratifiedSizes(size, count);
  const clippedCount = wanted.reduce((clipped, bytes) => clipped + (bytes > maxRecordBytes ? 1 : 0), 0);
  const lengths = wanted.map((bytes) => Math.min(bytes, maxRecordBytes));
  const sideBySideBytes = lengths.reduce((sum, length) => sum + alignedBytes(length), 0);
  const pool = emptyPool(count, Math.min(sideBySideBytes, SIDE_BY_SIDE_BYTES), clippedCount);
  pool.lengths.set(lengths);
  if (sideBySideBytes <= SIDE_BY_SIDE_BYTES) {
    let offset = 0;
    for (const [p, length] of lengths.entries()) {
      pool.offsets[p] = offset;
      fillMixed(pool.bytes, offset, length, randomRatio, random);
      offset += alignedBytes(length);
    }
  } else {
    for (let at = 0; at < pool.bytes.length; at += BLOCK_BYTES) {
      fillMixed(pool.bytes, at, Math.min(BLOCK_BYTES, pool.bytes.length - at), randomRatio, random);
    }
    for (const [p, length] of lengths.entries()) {
      pool.offsets[p] = 8 * random.below((pool.bytes.length - alignedBytes(length)) / 8 + 1);
    }
  }
  return pool;
}

function templatePool(template: unknown, maxRecordBytes: number, random: RandomStream): PayloadPool {
  const compiled = compileTemplate(template);
  if (compiled.kind === 'problems') throw new Error(compiled.problems.map(({ what }) => what).join(' '));
  const rendered: Uint8Array[] = [];
  let clippedCount = 0;
  let totalBytes = 0;
  for (let p = 0; p < POOL_PAYLOADS && totalBytes < SIDE_BY_SIDE_BYTES; p += 1) {
    const bytes = Buffer.from(compiled.template.render(random, p));
    if (bytes.length > maxRecordBytes) clippedCount += 1;
    rendered.push(bytes.subarray(0, maxRecordBytes));
    totalBytes += alignedBytes(rendered[p]!.length);
  }
  const pool = emptyPool(rendered.length, totalBytes, clippedCount);
  let offset = 0;
  for (const [p, bytes] of rendered.entries()) {
    pool.bytes.set(bytes, offset);
    pool.offsets[p] = offset;
    pool.lengths[p] = bytes.length;
    offset += alignedBytes(bytes.length);
  }
  return pool;
}

function emptyPool(count: number, totalBytes: number, clippedCount: number): PayloadPool {
  const memory = new SharedArrayBuffer(alignedBytes(totalBytes));
  return {
    count,
    bytes: new Uint8Array(memory),
    words: new Int32Array(memory),
    offsets: new Int32Array(new SharedArrayBuffer(count * 4)),
    lengths: new Int32Array(new SharedArrayBuffer(count * 4)),
    clippedCount,
  };
}

/** Writes random bytes, then one repeated byte. */
function fillMixed(bytes: Uint8Array, start: number, length: number, ratio: number, random: RandomStream): void {
  const randomEnd = start + Math.round(length * ratio);
  for (let at = start; at < randomEnd; at += 4) {
    const bits = random.bits();
    bytes[at] = bits;
    if (at + 1 < randomEnd) bytes[at + 1] = bits >>> 8;
    if (at + 2 < randomEnd) bytes[at + 2] = bits >>> 16;
    if (at + 3 < randomEnd) bytes[at + 3] = bits >>> 24;
  }
  bytes.fill(REPEATED_BYTE, randomEnd, start + length);
}

const alignedBytes = (length: number) => (length + 7) & ~7;
