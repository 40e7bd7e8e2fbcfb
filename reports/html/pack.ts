import { deflateRawSync } from 'node:zlib';

/**
 * Packs columns of numbers into short text: typed array -> bytes of equal weight side by side -> deflate -> base64.
 *
 *   Float32  a gap is NaN
 *   Uint32   counts
 *   Uint16   latencies by their logarithm: 0 for a gap, 65535 for an unknown one, else 1 + 64 log2(ns): steps of 1.1 %
 *
 * The bytes of one number have little in common, the same bytes of its neighbours much: side by side they deflate to half.
 */
export function packFloats(values: ArrayLike<number | null>): string {
  return pack(Float32Array.from(values, (value) => value ?? Number.NaN));
}

/** @param values whole, 0 to 2^32 - 1; larger values count as the largest. */
export function packCounts(values: ArrayLike<number>): string {
  return pack(Uint32Array.from(values, (value) => Math.min(value, 0xffff_ffff)));
}

const LOG_STEPS_PER_OCTAVE = 64;

const UNKNOWN_LATENCY = 0xffff;

/** @param values in ns, at least 1; smaller values count as 1. NaN for an unknown value, null for a gap. */
export function packLatencies(values: readonly (number | null)[]): string {
  return pack(Uint16Array.from(values, latencyCode));
}

function latencyCode(ns: number | null): number {
  if (ns === null) return 0;
  if (Number.isNaN(ns)) return UNKNOWN_LATENCY;
  return 1 + Math.round(LOG_STEPS_PER_OCTAVE * Math.log2(Math.max(1, ns)));
}

function pack(numbers: Float32Array | Uint32Array | Uint16Array): string {
  const { BYTES_PER_ELEMENT: width, length } = numbers;
  const bytes = new Uint8Array(numbers.buffer);
  const planes = new Uint8Array(bytes.length);
  for (let plane = 0; plane < width; plane++) {
    for (let i = 0; i < length; i++) planes[plane * length + i] = bytes[i * width + plane]!;
  }
  return deflateRawSync(planes).toString('base64');
}
