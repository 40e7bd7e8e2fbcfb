import type { ByteTable } from '../../engine/record-batch.ts';

/** Strings as a table in shared memory. */
export function bytesOf(strings: readonly string[]): ByteTable {
  const encoded = strings.map((text) => Buffer.from(text));
  const offsets = new Int32Array(encoded.length);
  let total = 0;
  for (const [i, { length }] of encoded.entries()) {
    offsets[i] = total;
    total += (length + 7) & ~7;
  }
  const memory = new SharedArrayBuffer(total);
  const bytes = new Uint8Array(memory);
  for (const [i, text] of encoded.entries()) bytes.set(text, offsets[i]);
  return {
    longs: new BigInt64Array(memory),
    bytes,
    offsets,
    lengths: Int32Array.from(encoded, ({ length }) => length),
  };
}
