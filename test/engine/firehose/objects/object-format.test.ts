import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { uncompressSync } from 'snappy';
import { expect, test } from 'vitest';
import { COMPRESSION_FORMATS, type CompressionFormat } from '../../../../engine/firehose/objects/compression.ts';
import { plainFormat } from '../../../../engine/firehose/objects/object-format.ts';

const AT_MS = Date.parse('2026-07-13T14:05:08Z');

async function objectOf(format: CompressionFormat, data: readonly Uint8Array[]): Promise<Buffer> {
  const records = data.map((bytes, index) => ({
    recordId: String(index),
    data: bytes,
    original: bytes,
    arrivedAtMs: AT_MS,
  }));
  const { pieces, failed } = await plainFormat(format).bodyOf({
    id: 'id',
    records,
    oldestArrivedAtMs: AT_MS,
    version: 1,
  });
  expect(failed).toEqual([]);
  return Buffer.concat(pieces);
}

const abc = () => Array.from({ length: 3 }, () => Buffer.from('abc'));
/** 100,000 bytes that do not end at a block of 32 KiB, in records of odd lengths, two of them empty. */
const lines = () => [
  Buffer.alloc(0),
  ...Array.from({ length: 1000 }, (_, i) => Buffer.from(`${i}`.padEnd(100, `x${i % 7}`))),
  Buffer.alloc(0),
];

test.each([
  ['UNCOMPRESSED', '', undefined],
  ['GZIP', '.gz', 'gzip'],
  ['ZIP', '.zip', 'zip'],
  ['Snappy', '.snappy', 'snappy-java'],
  ['HADOOP_SNAPPY', '.snappy', 'hadoop-snappy'],
] as const)('gives %s the ending %j and the content encoding %s', (format, ending, contentEncoding) => {
  expect(plainFormat(format)).toMatchObject({ ending, contentEncoding });
  expect(COMPRESSION_FORMATS).toContain(format);
});

test('puts records one after the other with nothing between them', async () => {
  expect((await objectOf('UNCOMPRESSED', abc())).toString('latin1')).toBe('abcabcabc');
});

test('puts a separator between records, and none behind the last one', async () => {
  const records = abc().map((data, i) => ({ recordId: String(i), data, original: data, arrivedAtMs: AT_MS }));
  const batch = { id: 'id', records, oldestArrivedAtMs: AT_MS, version: 1 };
  const { pieces } = await plainFormat('UNCOMPRESSED', Buffer.from('\n')).bodyOf(batch);
  expect(Buffer.concat(pieces).toString()).toBe('abc\nabc\nabc');
});

test('writes one GZIP stream', async () => {
  const object = await objectOf('GZIP', abc());
  expect([...object.subarray(0, 4)]).toEqual([0x1f, 0x8b, 8, 0]);
  expect(gunzipSync(object).toString()).toBe('abcabcabc');
  expect(object.readUInt32LE(object.length - 4)).toBe(9);
  expect(gunzipSync(await objectOf('GZIP', lines())).equals(Buffer.concat(lines()))).toBe(true);
});

test('writes a ZIP archive with one deflated entry that is named by a UUID', async () => {
  const object = await objectOf('ZIP', lines());
  expect(object.readUInt32LE(0)).toBe(0x04034b50);
  expect(object.readUInt16LE(8)).toBe(8);
  const end = object.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  expect(object.readUInt16LE(end + 10)).toBe(1);
  const directory = object.subarray(object.readUInt32LE(end + 16));
  const name = directory.subarray(46, 46 + directory.readUInt16LE(28)).toString();
  expect(name).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const dataFrom = 30 + object.readUInt16LE(26) + object.readUInt16LE(28);
  const data = inflateRawSync(object.subarray(dataFrom, dataFrom + directory.readUInt32LE(20)));
  expect(data.equals(Buffer.concat(lines()))).toBe(true);
  expect(directory.readUInt32LE(24)).toBe(data.length);
});

test('writes archives that unzip and gzip read', async (context) => {
  for (const tool of ['unzip', 'gzip']) {
    if (!isThere(tool)) context.skip(`${tool} is not installed`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'objects-'));
  try {
    writeFileSync(join(folder, 'a.zip'), await objectOf('ZIP', lines()));
    writeFileSync(join(folder, 'a.gz'), await objectOf('GZIP', lines()));
    const plain = Buffer.concat(lines());
    expect(execFileSync('unzip', ['-p', join(folder, 'a.zip')]).equals(plain)).toBe(true);
    expect(execFileSync('gzip', ['-dc', join(folder, 'a.gz')]).equals(plain)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('writes the xerial stream: a header, then blocks of 32 KiB of data', async () => {
  const header = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];
  const object = await objectOf('Snappy', abc());
  // The raw block: 9 as a varint, a literal "abc", a copy of 6 bytes from 3 back; or one literal of 9 bytes.
  expect([...object.subarray(0, 20)]).toEqual([...header, 0, 0, 0, object.length - 20]);
  expect(object[20]).toBe(9);
  const plain = Buffer.concat(lines());
  const blocks: Buffer[] = [];
  const stream = await objectOf('Snappy', lines());
  for (let at = 16; at < stream.length; ) {
    const length = stream.readInt32BE(at);
    blocks.push(uncompressSync(stream.subarray(at + 4, at + 4 + length)) as Buffer);
    at += 4 + length;
  }
  expect(blocks.map(({ length }) => length)).toEqual([32_768, 32_768, 32_768, plain.length - 3 * 32_768]);
  expect(Buffer.concat(blocks).equals(plain)).toBe(true);
});

test('writes the Hadoop stream: plain length, raw length, raw block for each 32 KiB', async () => {
  const object = await objectOf('HADOOP_SNAPPY', lines());
  expect([...object.subarray(0, 4)]).toEqual([0, 0, 0x80, 0]);
  const blocks: Buffer[] = [];
  for (let at = 0; at < object.length; ) {
    const length = object.readInt32BE(at + 4);
    const block = uncompressSync(object.subarray(at + 8, at + 8 + length)) as Buffer;
    expect(block.length).toBe(object.readInt32BE(at));
    blocks.push(block);
    at += 8 + length;
  }
  expect(Buffer.concat(blocks).equals(Buffer.concat(lines()))).toBe(true);
});

function isThere(tool: string): boolean {
  try {
    execFileSync(tool, ['--help'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
