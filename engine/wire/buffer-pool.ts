/** Buffers of bodies that are over, for the next ones: to create and to collect one for each call takes longer than to fill it. */
const SPARE_BYTES_MAX = 1024 * 1024;
const SPARES_MAX = 16;
const spares: Buffer[] = [];

/** Returns a buffer of at least this size, with bytes of any value. */
export function takeBuffer(bytes: number): Buffer {
  for (let i = spares.length - 1; i >= 0; i--) {
    const spare = spares[i]!;
    if (spare.length < bytes) continue;
    spares[i] = spares.at(-1)!;
    spares.pop();
    return spare;
  }
  // Bodies of about the same size find each other's buffers.
  return Buffer.allocUnsafeSlow(bytes > SPARE_BYTES_MAX ? bytes : 2 ** Math.ceil(Math.log2(Math.max(1, bytes))));
}

/** Returns a buffer that `takeBuffer` gave. Nothing may read or write it afterwards. */
export function giveBuffer(buffer: Buffer): void {
  if (buffer.length <= SPARE_BYTES_MAX && spares.length < SPARES_MAX) spares.push(buffer);
}
