import { setImmediate } from 'node:timers/promises';
import { blocksOf } from './blocks.ts';

/**
 * Two framings of raw Snappy blocks. Both cut the data every 32 KiB, whatever the records are, as Java's streams do. Numbers
 * are int32, big endian.
 *
 *   xerial (snappy-java)   header of 16 bytes, then for each block: length of the raw block | raw block
 *   Hadoop                 for each block: length of the plain data | length of the raw block | raw block
 *
 * Neither is Google's framing format. Source: snappy-java 1.1.10, SnappyOutputStream and SnappyHadoopCompatibleOutputStream.
 */
const BLOCK_BYTES = 32 * 1024;
/** The magic bytes, the version of the format, and the lowest version that can read it. */
const XERIAL_HEADER = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
/** A block takes about 0.1 ms; after this many others may use the thread. */
const BLOCKS_AT_ONCE = 32;

export async function xerialStream(pieces: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const stream: Uint8Array[] = [XERIAL_HEADER];
  for await (const { raw } of rawBlocks(pieces)) stream.push(int32s(raw.length), raw);
  return stream;
}

export async function hadoopStream(pieces: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const stream: Uint8Array[] = [];
  for await (const { plainBytes, raw } of rawBlocks(pieces)) stream.push(int32s(plainBytes, raw.length), raw);
  return stream;
}

interface RawBlock {
  readonly plainBytes: number;
  readonly raw: Uint8Array;
}

async function* rawBlocks(pieces: readonly Uint8Array[]): AsyncGenerator<RawBlock> {
  const { compressSync } = await import('snappy');
  let count = 0;
  for (const block of blocksOf(pieces, BLOCK_BYTES)) {
    yield { plainBytes: block.length, raw: compressSync(block) };
    count += 1;
    if (count % BLOCKS_AT_ONCE === 0) await setImmediate();
  }
}

function int32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeInt32BE(value, 4 * index);
  });
  return bytes;
}
