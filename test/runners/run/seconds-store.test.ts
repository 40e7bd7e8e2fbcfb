import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Interval, Result } from '../../../reports/result/result.ts';
import { textOnDisk } from '../../../reports/result/series-on-disk.ts';
import {
  UNFINISHED_FILE_NAME,
  type UnfinishedHead,
  unfinishedSecondLine,
} from '../../../reports/result/unfinished-format.ts';
import type { SaveProblem } from '../../../runners/run/save-options.ts';
import { SecondsFile } from '../../../runners/run/seconds-store.ts';
import { exampleResult } from '../../reports/example-result.ts';

const result = exampleResult({ recordsPerSecond: 50 });
const head = result as Result as UnfinishedHead;
const lines = (seconds: readonly Interval[]) => seconds.map(unfinishedSecondLine);
const folder = () => mkdtempSync(join(tmpdir(), 'streamgauge-seconds-'));

describe('seconds in a file', () => {
  test('are read back in order, and the file is deleted once they are saved', async () => {
    const dir = folder();
    const store = new SecondsFile({ dir, options: {} }, head);
    for (const second of result.series) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    expect(readFileSync(join(dir, UNFINISHED_FILE_NAME), 'utf8').split('\n')).toHaveLength(result.series.length + 2);
    await store.close(true);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('stay on disk if they are not saved', async () => {
    const dir = folder();
    const empty = new SecondsFile({ dir, options: {} }, head);
    await empty.close(false);
    expect(readdirSync(dir)).toEqual([]);
    const store = new SecondsFile({ dir, options: {} }, head);
    store.append(result.series[0]!);
    await store.close(false);
    expect(readdirSync(dir)).toEqual([UNFINISHED_FILE_NAME]);
  });

  test('are read back although the folder was deleted', async () => {
    const dir = folder();
    const store = new SecondsFile({ dir, options: {} }, head);
    for (const second of result.series.slice(0, 4)) store.append(second);
    await store.series();
    rmSync(dir, { recursive: true });
    for (const second of result.series.slice(4)) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    await store.close(true);
  });

  test('are read one by one from a long file, also when it was deleted because they were saved', async () => {
    const dir = folder();
    const store = new SecondsFile({ dir, options: {} }, head, 1000);
    for (const second of result.series) store.append(second);
    const series = await store.series();
    await store.close(true);
    expect(readdirSync(dir)).toEqual([]);
    expect(textOnDisk(series, 0)).toBeDefined();
    expect(lines(series)).toEqual(lines(result.series));
    expect(store.notes()).toEqual([]);
  });

  test('are named in a note if somebody damaged them', async () => {
    const dir = folder();
    const store = new SecondsFile({ dir, options: {} }, head);
    for (const second of result.series) store.append(second);
    await store.series();
    truncateSync(join(dir, UNFINISHED_FILE_NAME), statSync(join(dir, UNFINISHED_FILE_NAME)).size - 100);
    expect(await store.series()).toHaveLength(result.series.length - 1);
    expect(store.notes()).toEqual(['Seconds of the series that could not be read back: 1.']);
    await store.close(true);
  });

  test('stay in memory if the file cannot be written, which is reported once', async () => {
    const dir = join(folder(), 'a-file');
    writeFileSync(dir, '');
    const problems: SaveProblem[] = [];
    const store = new SecondsFile({ dir, options: { onSaveProblem: (problem) => problems.push(problem) } }, head);
    for (const second of result.series) store.append(second);
    expect(lines(await store.series())).toEqual(lines(result.series));
    expect(problems).toMatchObject([{ kind: 'seconds', error: { code: 'ENOTDIR' } }]);
    await store.close(false);
  });
});

test('seconds of a run without a folder are read back in order, and leave no file', async () => {
  const before = readdirSync(tmpdir());
  const store = new SecondsFile('temporary', head);
  for (const second of result.series) store.append(second);
  expect(lines(await store.series())).toEqual(lines(result.series));
  await store.close(false);
  expect(
    readdirSync(tmpdir()).filter((name) => name.startsWith('streamgauge-seconds-') && !before.includes(name)),
  ).toEqual([]);
});
