import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { blocksOf } from './blocks.ts';

const BLOCK_BYTES = 256 * 1024;

/** One GZIP stream. Node compresses it on its thread pool, block by block. */
export async function gzipStream(pieces: readonly Uint8Array[], level: number): Promise<readonly Uint8Array[]> {
  const data = Readable.from(blocksOf(pieces, BLOCK_BYTES), { objectMode: false, highWaterMark: BLOCK_BYTES });
  const bytes: Uint8Array[] = [];
  for await (const chunk of data.pipe(createGzip({ level, chunkSize: BLOCK_BYTES }))) bytes.push(chunk);
  return bytes;
}
