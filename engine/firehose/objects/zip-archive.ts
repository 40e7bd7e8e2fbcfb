import { Readable } from 'node:stream';
import { blocksOf } from './blocks.ts';

const BLOCK_BYTES = 256 * 1024;

/** The one entry of an archive. The service names it by a UUID that is not the object's. */
export interface ZipEntry {
  readonly name: string;
  readonly atMs: number;
}

/** An archive with one deflated entry. Its length follows the data, as in archives that Java writes as a stream. */
export async function zipArchive(
  pieces: readonly Uint8Array[],
  { name, atMs }: ZipEntry,
  level: number,
): Promise<readonly Uint8Array[]> {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  const data = Readable.from(blocksOf(pieces, BLOCK_BYTES), { objectMode: false, highWaterMark: BLOCK_BYTES });
  archive.addReadStream(data, name, { mtime: new Date(atMs), compressionLevel: level });
  archive.end();
  const bytes: Uint8Array[] = [];
  for await (const chunk of archive.outputStream as AsyncIterable<Uint8Array>) bytes.push(chunk);
  return bytes;
}
