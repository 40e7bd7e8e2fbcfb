import { promisify } from 'node:util';
import { gunzip, inflateRaw } from 'node:zlib';

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;
const ZIP_MAGIC = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const ZIP_HEADER_BYTES = 30;
const ZIP_METHOD_OFFSET = 8;
const ZIP_NAME_LENGTH_OFFSET = 26;
const ZIP_EXTRA_LENGTH_OFFSET = 28;
const ZIP_DEFLATED = 8;

/**
 * Decompresses an object of Firehose: GZIP, ZIP with one entry, Snappy (the stream of snappy-java) or Hadoop-Snappy.
 * The bytes show the format, except for Hadoop-Snappy, which has no magic number: its names end as those of Snappy.
 * @throws Error if the bytes end too soon or are damaged.
 */
export async function plainBytes(bytes: Buffer, name: string): Promise<Buffer> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return promisify(gunzip)(bytes);
  if (startsWith(bytes, ZIP_MAGIC)) return unzipped(bytes);
  if (startsWith(bytes, XERIAL_MAGIC)) return unsnapped(bytes, XERIAL_HEADER_BYTES, 'length');
  if (/\.h?snappy$/.test(name)) return unsnapped(bytes, 0, 'lengths');
  return bytes;
}

const startsWith = (bytes: Buffer, magic: Buffer): boolean => bytes.subarray(0, magic.length).equals(magic);

/** The first entry. Its data end with the compressed stream: the header may not have their length. */
async function unzipped(bytes: Buffer): Promise<Buffer> {
  const start =
    ZIP_HEADER_BYTES + bytes.readUInt16LE(ZIP_NAME_LENGTH_OFFSET) + bytes.readUInt16LE(ZIP_EXTRA_LENGTH_OFFSET);
  if (bytes.readUInt16LE(ZIP_METHOD_OFFSET) !== ZIP_DEFLATED) throw new Error('the entry is not deflated');
  return promisify(inflateRaw)(bytes.subarray(start));
}

/**
 * Blocks of Snappy, each after its length, or after the lengths of its content and of itself.
 *
 *   length    int32 compressed length, block
 *   lengths   int32 plain length, int32 compressed length, block
 */
async function unsnapped(bytes: Buffer, from: number, head: 'length' | 'lengths'): Promise<Buffer> {
  const { uncompress } = await import('snappy');
  const blocks: Buffer[] = [];
  let at = from;
  while (at < bytes.length) {
    if (head === 'lengths') at += Int32Array.BYTES_PER_ELEMENT;
    const length = bytes.readInt32BE(at);
    at += Int32Array.BYTES_PER_ELEMENT;
    if (length < 0 || at + length > bytes.length) throw new Error('a block ends after the object');
    const block = await uncompress(bytes.subarray(at, at + length));
    blocks.push(Buffer.from(block));
    at += length;
  }
  return Buffer.concat(blocks);
}
