import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readResult } from '../../../reports/reading/read-result.ts';
import type { SaveProblem } from '../../../runners/run/save-options.ts';
import { saveResult } from '../../../runners/run/save-result.ts';
import { exampleResult } from '../../reports/example-result.ts';

const result = exampleResult({ recordsPerSecond: 100 });

let folder: string;
let before: string | undefined;
beforeEach(() => {
  before = process.env.TMPDIR;
  folder = mkdtempSync(join(tmpdir(), 'streamgauge-save-'));
  process.env.TMPDIR = join(folder, 'tmp');
  mkdirSync(process.env.TMPDIR);
});
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});

/** A folder that cannot be made until the seconds are deleted, as on a disk that they fill. */
class Blocking {
  readonly #file: string;
  readonly closed: boolean[] = [];

  constructor(file: string) {
    this.#file = file;
    writeFileSync(file, '');
  }

  close(isSaved = false): Promise<void> {
    this.closed.push(isSaved);
    if (isSaved) rmSync(this.#file);
    return Promise.resolve();
  }
}

describe('a result whose folder cannot be written', () => {
  test('is written there in a second attempt, after it was saved elsewhere and the seconds were deleted', async () => {
    const seconds = new Blocking(join(folder, 'out'));
    const problems: SaveProblem[] = [];
    await saveResult(join(folder, 'out'), result, seconds, { onSaveProblem: (problem) => problems.push(problem) });
    expect(problems).toEqual([]);
    expect(seconds.closed).toEqual([true]);
    expect((await readResult(join(folder, 'out'))).startedAt).toBe(result.startedAt);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  test('keeps the seconds if it cannot be written elsewhere either', async () => {
    rmSync(join(folder, 'tmp'), { recursive: true });
    writeFileSync(join(folder, 'tmp'), '');
    const seconds = new Blocking(join(folder, 'out'));
    await expect(saveResult(join(folder, 'out'), result, seconds, {})).rejects.toThrow(
      /^RESULT_NOT_WRITABLE .*The temporary folder did not take it either\./,
    );
    expect(seconds.closed).toEqual([false]);
  });

  test('fails with an error that names the other place, for programs without a listener for problems', async () => {
    writeFileSync(join(folder, 'out'), '');
    await expect(saveResult(join(folder, 'out'), result, { close: () => Promise.resolve() }, {})).rejects.toThrow(
      /^RESULT_NOT_WRITABLE .*The result was saved as .*result\.json: copy it/,
    );
    const [saved] = readdirSync(join(folder, 'tmp'));
    expect(existsSync(join(folder, 'tmp', saved!, 'result.json'))).toBe(true);
  });
});
