import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME, readResult, writeResult } from '../../reports/result/result-file.ts';
import { RunnerError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { exitCodeOf } from './ending.ts';
import { type PrintOptions, printResult } from './print-result.ts';
import { folderName } from './run.ts';

/** Below it, starting threads takes longer than merging. */
const LARGE_BYTES = 32 * 1024 * 1024;

export interface MergeCommandOptions extends PrintOptions {
  readonly results: readonly string[];
  readonly out?: string | undefined;
  readonly 'allow-missing'?: boolean | undefined;
  readonly 'allow-apart'?: boolean | undefined;
}

/** Puts parts of a run together, judges the whole, and saves it as a result like any other. */
export async function commandMerge(options: MergeCommandOptions): Promise<ExitCode> {
  const { result: merged, seriesText } = await mergeAll(options);
  const outDir = options.out ?? join('results', `${folderName(merged.scenario.name)}-merged`);
  refuseToOverwrite(outDir, options.results);
  await writeResult(outDir, merged, seriesText);
  await printResult(merged, join(outDir, RESULT_FILE_NAME), options);
  return exitCodeOf(merged);
}

interface Merge {
  readonly result: Result;
  readonly seriesText?: readonly Uint8Array[];
}

/** Results of long runs by several threads, where that is possible; others one after the other. */
async function mergeAll(options: MergeCommandOptions): Promise<Merge> {
  const how = { allowMissing: options['allow-missing'] === true, allowApart: options['allow-apart'] === true };
  const files = await Promise.all(options.results.map(fileOf));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  if (sizes.reduce((sum, size) => sum + size, 0) >= LARGE_BYTES) {
    process.stderr.write(`merging ${files.length} results\n`);
    const { mergeFiles } = await import('../merge/merge-files.ts');
    const merged = await mergeFiles(files, how);
    if (merged !== undefined) return merged;
  }
  const { mergeResults } = await import('../../reports/merge/merge-results.ts');
  const results = [];
  for (const path of options.results) results.push({ name: path, result: await readResult(path) });
  return { result: mergeResults(results, how) };
}

async function fileOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true ? join(path, RESULT_FILE_NAME) : path;
}

/** What comes out must not take the place of what went in: nobody could look at it again. */
export function refuseToOverwrite(outDir: string, paths: readonly string[]): void {
  const file = resolve(outDir, RESULT_FILE_NAME);
  const lost = paths.find((path) => [resolve(path), resolve(path, RESULT_FILE_NAME)].includes(file));
  if (lost === undefined) return;
  throw new RunnerError('RUNNER_FILE_EXISTS', { what: `${lost} is read from there`, fix: 'Name another --out.' });
}
