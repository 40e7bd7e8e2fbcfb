import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../reports/result/make-folder.ts';

test('several callers can create folders below a new one at the same time', async () => {
  for (let round = 0; round < 50; round++) {
    const above = join(await mkdtemp(join(tmpdir(), 'make-folder-')), 'results', 'deeper');
    const paths = Array.from({ length: 8 }, (_, i) => join(above, `part-${i % 4}`));
    await Promise.all(paths.map((path) => makeFolder(path)));
    for (const path of paths) expect((await stat(path)).isDirectory()).toBe(true);
  }
});

test('throws the error of the system below a file', async () => {
  await expect(makeFolder(join(import.meta.filename, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});
