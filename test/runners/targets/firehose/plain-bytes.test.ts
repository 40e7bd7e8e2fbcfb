import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { compress } from 'snappy';
import { describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { plainBytes } from '../../../../runners/targets/firehose/plain-bytes.ts';

const PLAIN = Buffer.from('{"page":"/cart"}\n'.repeat(10_000));
const BLOCK_BYTES = 32 * 1024;
const XERIAL_HEADER = Buffer.from('82534e4150505900 00000001 00000001'.replaceAll(' ', ''), 'hex');

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

async function blocks(head: (plain: number, packed: number) => Buffer[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = 0; at < PLAIN.length; at += BLOCK_BYTES) {
    const plain = PLAIN.subarray(at, at + BLOCK_BYTES);
    const packed = await compress(plain);
    parts.push(...head(plain.length, packed.length), packed);
  }
  return Buffer.concat(parts);
}

function zipped(): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(PLAIN, '5f2c1d1e-0000-4000-8000-000000000000');
  zip.end();
  return buffer(zip.outputStream);
}

describe('the bytes of an object', () => {
  test('are read from each compression of Firehose', async () => {
    const xerial = Buffer.concat([XERIAL_HEADER, await blocks((_, packed) => [int32(packed)])]);
    const hadoop = await blocks((plain, packed) => [int32(plain), int32(packed)]);
    expect(await plainBytes(PLAIN, 'a')).toBe(PLAIN);
    expect((await plainBytes(gzipSync(PLAIN), 'a.gz')).equals(PLAIN)).toBe(true);
    expect((await plainBytes(await zipped(), 'a.zip')).equals(PLAIN)).toBe(true);
    expect((await plainBytes(xerial, 'a.snappy')).equals(PLAIN)).toBe(true);
    expect((await plainBytes(hadoop, 'a.snappy')).equals(PLAIN)).toBe(true);
  });

  test('are rejected if the object ends too soon', async () => {
    const gzip = gzipSync(PLAIN);
    const hadoop = await blocks((plain, packed) => [int32(plain), int32(packed)]);
    await expect(plainBytes(gzip.subarray(0, -20), 'a.gz')).rejects.toThrow(/unexpected end/);
    await expect(plainBytes(hadoop.subarray(0, -20), 'a.snappy')).rejects.toThrow(/a block ends after the object/);
  });
});
