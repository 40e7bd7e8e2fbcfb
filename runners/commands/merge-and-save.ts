import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { MergeOptions } from '../../reports/merge/merge-check.ts';
import { mergeResults } from '../../reports/merge/merge-results.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME, writeResult } from '../../reports/result/result-file.ts';
import { runnerError } from '../errors.ts';
import { mergeFiles } from '../merge/merge-files.ts';
import { folderName } from '../names/safe-name.ts';
import { DiskNotes, endAfterDisk } from './disk-notes.ts';
import { exitCodeOf } from './ending.ts';
import type { LargeFiles, MergeCommandOptions } from './merge-options.ts';
import { printResult } from './print-result.ts';
import { saveResultFile } from './save-result-file.ts';

/** Merges the parts of a run, judges the whole, and saves it as a result of its own. */
export async function mergeAndSave(options: MergeCommandOptions, large: LargeFiles | undefined): Promise<ExitCode> {
  let merged: Result;
  let resultPath: string;
  const disk = new DiskNotes(options.quiet === true);
  try {
    const how = { allowMissing: options['allow-missing'] === true, allowApart: options['allow-apart'] === true };
    const made =
      large === undefined ? undefined : await mergeFiles(large.files, how, large.threads, large.live.progress);
    merged = made?.result ?? (await mergeOneByOne(options.results, how, large));
    const outDir = options.out ?? join('results', `${folderName(merged.scenario.name)}-merged`);
    rejectOverwrite(outDir, options.results);
    large?.live.show('writing the result');
    const write = (dir: string) => writeResult(dir, merged, made);
    resultPath = await saveResultFile(outDir, RESULT_FILE_NAME, write, disk, { overwrite: options.force === true });
  } finally {
    large?.live.close();
  }
  await printResult(merged, resultPath, options);
  return endAfterDisk(exitCodeOf(merged), disk);
}

async function mergeOneByOne(
  paths: readonly string[],
  how: MergeOptions,
  large: LargeFiles | undefined,
): Promise<Result> {
  const sizes = (large?.files ?? []).map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  large?.live.progress.begin(sizes.reduce((sum, size) => sum + size, 0));
  const results = [];
  for (const [index, path] of paths.entries()) {
    results.push({ name: path, result: await readResult(path) });
    large?.live.progress.add(sizes[index] ?? 0);
  }
  return mergeResults(results, how);
}

/** @throws RUNNER_FILE_EXISTS if the output would replace an input, which would be lost. */
export function rejectOverwrite(outDir: string, paths: readonly string[]): void {
  const file = resolve(outDir, RESULT_FILE_NAME);
  const lost = paths.find((path) => [resolve(path), resolve(path, RESULT_FILE_NAME)].includes(file));
  if (lost === undefined) return;
  throw runnerError('RUNNER_FILE_EXISTS', {
    what: `${lost} is an input, and the output would replace it`,
    fix: 'Name another folder with --out.',
  });
}
