import { alignFrame } from './layout.ts';
import type { ByteTable } from './record-batch.ts';

/** Texts as a table of their UTF-8 bytes in shared memory: partition keys or payloads for a RecordBatch. */
export function textTable(texts: readonly string[]): ByteTable {
  return byteTable(texts.map((text) => Buffer.from(text)));
}

export function byteTable(encoded: readonly Uint8Array[]): ByteTable {
  const offsets = new Int32Array(encoded.length);
  let totalBytes = 0;
  for (const [index, { length }] of encoded.entries()) {
    offsets[index] = totalBytes;
    totalBytes += alignFrame(length);
  }
  const table = emptyTable(totalBytes, offsets, new Int32Array(encoded.length));
  for (const [index, text] of encoded.entries()) setString(table, index, text);
  return table;
}

/** A table of one string of at most `bytesMax`, which can be replaced any number of times. */
export function oneStringTable(bytesMax: number): ByteTable {
  return emptyTable(alignFrame(bytesMax), new Int32Array(1), new Int32Array(1));
}

/** Replaces a string; the new one must fit. */
export function setString(table: ByteTable, index: number, bytes: Uint8Array): void {
  table.bytes.set(bytes, table.offsets[index]);
  table.lengths[index] = bytes.length;
}

function emptyTable(totalBytes: number, offsets: Int32Array, lengths: Int32Array): ByteTable {
  const memory = new SharedArrayBuffer(totalBytes);
  return { longs: new BigInt64Array(memory), bytes: new Uint8Array(memory), offsets, lengths };
}
