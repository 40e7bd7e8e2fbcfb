import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FolderStore } from '../../../../engine/firehose/destinations/folder.ts';
import { temporaryFolder } from '../set-up.ts';

async function stored(bucket: string, key: string, ...pieces: readonly string[]) {
  const folder = await temporaryFolder();
  const inner = join(folder, 'inner');
  const store = new FolderStore(inner, false);
  const outcome = await store.put({ bucket, key, pieces: pieces.map((text) => Buffer.from(text)) });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return { outcome, store, inner, files: files.map((file) => file.slice(folder.length + 1)) };
}

describe('a folder of objects', () => {
  test('has each object as a file with all of its pieces, and nothing else', async () => {
    const { outcome, inner, files } = await stored('archive', '2026/01/a', 'one', 'two');
    expect(outcome).toEqual({ kind: 'stored' });
    expect(files).toEqual(['inner/archive/2026/01/a']);
    expect(await readFile(join(inner, 'archive/2026/01/a'), 'utf8')).toBe('onetwo');
  });

  test.each([
    ['archive', '../../outside'],
    ['..', 'outside'],
    ['archive', '/etc/outside'],
    ['archive', './a/../../outside'],
    ['archive', 'a//b'],
    ['archive', 'a\0b'],
  ])('keeps an object of bucket %j with key %j below its bucket', async (bucket, key) => {
    const { outcome, files } = await stored(bucket, key, 'x');
    expect(outcome).toEqual({ kind: 'stored' });
    expect(files).toHaveLength(1);
    expect(files[0]).toMatch(/^inner\/(?:archive|%2E%2E)\//);
  });

  test('stores an object again under its name', async () => {
    const { store, inner } = await stored('archive', 'a', 'one');
    await store.put({ bucket: 'archive', key: 'a', pieces: [Buffer.from('two')] });
    expect(await readFile(join(inner, 'archive/a'), 'utf8')).toBe('two');
  });

  test('reports why an object cannot be stored, and leaves nothing behind', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'archive'));
    await writeFile(join(folder, 'archive', 'file'), '');
    const store = new FolderStore(folder, true);
    const outcome = await store.put({ bucket: 'archive', key: 'file/below', pieces: [Buffer.from('x')] });
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: expect.stringMatching(/^Folder\.E/) });
    expect(await readdir(join(folder, '.incoming')).catch(() => [])).toEqual([]);
  });
});
