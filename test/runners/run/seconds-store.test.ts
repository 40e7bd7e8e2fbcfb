import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Interval, Result } from '../../../reports/result/result.ts';
import {
  UNFINISHED_FILE_NAME,
  type UnfinishedHead,
  unfinishedSecondLine,
} from '../../../reports/result/unfinished-format.ts';
import type { SaveProblem } from '../../../runners/run/save-options.ts';
import { SecondsFile, SecondsInMemory } from '../../../runners/run/seconds-store.ts';
import { exampleResult } from '../../reports/example-result.ts';

const result = exampleResult({ recordsPerSecond: 50 });
const head = result as Result as UnfinishedHead;
const lines = (seconds: readonly Interval[]) => seconds.map(unfinishedSecondLine);
const folder = () => mkdtempSync(join(tmpdir(), 'streamgauge-seconds-'));

describe('seconds in a file', () => {
  test('are read back in order, and the file is deleted once they are saved', async () => {
    const dir = folder();
    const store = new SecondsFile(dir, head, {});
    for (const second of result.series) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    expect(readFileSync(join(dir, UNFINISHED_FILE_NAME), 'utf8').split('\n')).toHaveLength(result.series.length + 2);
    await store.close(true);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('stay on disk if they are not saved', async () => {
    const dir = folder();
    const empty = new SecondsFile(dir, head, {});
    await empty.close(false);
    expect(readdirSync(dir)).toEqual([]);
    const store = new SecondsFile(dir, head, {});
    store.append(result.series[0]!);
    await store.close(false);
    expect(readdirSync(dir)).toEqual([UNFINISHED_FILE_NAME]);
  });

  test('are read back although the folder was deleted', async () => {
    const dir = folder();
    const store = new SecondsFile(dir, head, {});
    for (const second of result.series.slice(0, 4)) store.append(second);
    await store.series();
    rmSync(dir, { recursive: true });
    for (const second of result.series.slice(4)) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    await store.close(true);
  });

  test('stay in memory if the file cannot be written, which is reported once', async () => {
    const dir = join(folder(), 'a-file');
    writeFileSync(dir, '');
    const problems: SaveProblem[] = [];
    const store = new SecondsFile(dir, head, { onSaveProblem: (problem) => problems.push(problem) });
    for (const second of result.series) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    expect(problems).toMatchObject([{ kind: 'seconds', error: { code: 'ENOTDIR' } }]);
    await store.close(false);
  });
});

test('seconds in memory are read back in order', async () => {
  const store = new SecondsInMemory();
  for (const second of exampleResult({ recordsPerSecond: 50 }).series) store.append(second);
  expect(lines(await store.series())).toEqual(lines(result.series));
});
