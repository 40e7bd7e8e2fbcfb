/**
 * Memory of histograms. A run makes and drops hundreds of pages a second and keeps some small encoded histograms; left to
 * the allocator, the kept ones come to lie between dropped ones and the process grows. So pages are used again, and kept
 * histograms lie together.
 */

const POOLED_PAGES_MAX = 1024;
const SLAB_BYTES = 1024 * 1024;

const pool: Float64Array[] = [];
let slab = Buffer.alloc(0);
let slabUsed = 0;

/** An array of zeros. */
export function takePage(slots: number): Float64Array {
  const page = pool.pop();
  return page?.length === slots ? page : new Float64Array(slots);
}

/** Gives a page back that nobody uses any more. */
export function givePage(page: Float64Array): void {
  if (pool.length < POOLED_PAGES_MAX) pool.push(page.fill(0));
}

/** A copy of the bytes, side by side with others that are kept for long. */
export function keepBytes(bytes: Uint8Array): Buffer {
  if (bytes.length > SLAB_BYTES / 8) return Buffer.from(bytes);
  if (slabUsed + bytes.length > slab.length) {
    // Not from Node's own pool, which short-lived buffers share.
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const kept = slab.subarray(slabUsed, slabUsed + bytes.length);
  kept.set(bytes);
  slabUsed += bytes.length;
  return kept;
}

let base64Room = Buffer.alloc(0);

/** The bytes, in memory that the next call uses again. */
export function base64Bytes(base64: string): Buffer {
  if (base64Room.length < base64.length) base64Room = Buffer.allocUnsafeSlow(2 * base64.length);
  return base64Room.subarray(0, base64Room.write(base64, 'base64'));
}
