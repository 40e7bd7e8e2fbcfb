import { randomUUID } from 'node:crypto';
import { blocksOf } from './blocks.ts';
import { gzipStream } from './gzip-stream.ts';
import { hadoopStream, xerialStream } from './snappy-streams.ts';
import { zipArchive } from './zip-archive.ts';

/** The values of CompressionFormat, spelled as the service requires. */
export const COMPRESSION_FORMATS = ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] as const;
export type CompressionFormat = (typeof COMPRESSION_FORMATS)[number];

export interface Compression {
  /** Ending of the object's name, unless FileExtension replaces it. */
  readonly ending: string;
  readonly contentEncoding: string | undefined;
  /** @param atMs epoch time in ms of the batch, which formats with a file time store. */
  compress(pieces: readonly Uint8Array[], atMs: number): Promise<readonly Uint8Array[]>;
}

/**
 * No document names a level. On an access log and on JSON lines level 1 wrote 175 to 277 MB per CPU second and level 6 110 to
 * 130, for objects that are a fifth smaller: too slow to deliver 100 MB/s with one core.
 */
const DEFLATE_LEVEL = 1;
/** Records are put together in blocks, so that a file is not written record by record. */
const PLAIN_BLOCK_BYTES = 1024 * 1024;

/**
 * The compressed forms of an object, as the live service wrote them in 2026: HADOOP_SNAPPY ends with `.snappy`, although the
 * guide's table has `.hsnappy`, and a ZIP archive has one entry, named by a UUID.
 */
export const COMPRESSIONS: Readonly<Record<CompressionFormat, Compression>> = {
  UNCOMPRESSED: {
    ending: '',
    contentEncoding: undefined,
    compress: (pieces) => Promise.resolve([...blocksOf(pieces, PLAIN_BLOCK_BYTES)]),
  },
  GZIP: { ending: '.gz', contentEncoding: 'gzip', compress: (pieces) => gzipStream(pieces, DEFLATE_LEVEL) },
  ZIP: {
    ending: '.zip',
    contentEncoding: 'zip',
    compress: (pieces, atMs) => zipArchive(pieces, { name: randomUUID(), atMs }, DEFLATE_LEVEL),
  },
  Snappy: { ending: '.snappy', contentEncoding: 'snappy-java', compress: xerialStream },
  HADOOP_SNAPPY: { ending: '.snappy', contentEncoding: 'hadoop-snappy', compress: hadoopStream },
};
