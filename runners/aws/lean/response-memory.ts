/**
 * Memory for the bodies of responses, which are read before the next ones arrive. A new buffer for each response of some MiB
 * makes V8 collect garbage after every few: on a consumer of 100-byte records that took more time than everything else.
 */
const SPARE_MAX = 4;
const BYTES_MIN = 64 * 1024;

/** Buffers of this thread that no response uses. */
const spare: Buffer[] = [];

/** Returns a buffer of at least so many bytes. */
export function takeMemory(bytes: number): Buffer {
  const place = spare.findIndex(({ length }) => length >= bytes);
  if (place >= 0) return spare.splice(place, 1)[0]!;
  return Buffer.allocUnsafeSlow(Math.max(BYTES_MIN, 2 ** Math.ceil(Math.log2(bytes))));
}

/** Gives a buffer back. The caller reads it no more. */
export function giveMemory(buffer: Buffer): void {
  if (spare.length === SPARE_MAX) spare.shift();
  spare.push(buffer);
}
