import { join, resolve } from 'node:path';
import { RESULT_FILE_NAME, readResult, writeResult } from '../../reports/result/result-file.ts';
import { RunnerError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { exitCodeOf } from './ending.ts';
import { type PrintOptions, printResult } from './print-result.ts';
import { folderName } from './run.ts';

export interface MergeCommandOptions extends PrintOptions {
  readonly results: readonly string[];
  readonly out?: string | undefined;
  readonly 'allow-missing'?: boolean | undefined;
  readonly 'allow-apart'?: boolean | undefined;
}

/** Puts parts of a run together, judges the whole, and saves it as a result like any other. */
export async function commandMerge(options: MergeCommandOptions): Promise<ExitCode> {
  const { mergeResults } = await import('../../reports/merge/merge-results.ts');
  const results = [];
  for (const path of options.results) results.push({ name: path, result: await readResult(path) });
  const merged = mergeResults(results, {
    allowMissing: options['allow-missing'] === true,
    allowApart: options['allow-apart'] === true,
  });
  const outDir = options.out ?? join('results', `${folderName(merged.scenario.name)}-merged`);
  refuseToOverwrite(outDir, options.results);
  await writeResult(outDir, merged);
  await printResult(merged, join(outDir, RESULT_FILE_NAME), options);
  return exitCodeOf(merged);
}

/** What comes out must not take the place of what went in: nobody could look at it again. */
export function refuseToOverwrite(outDir: string, paths: readonly string[]): void {
  const file = resolve(outDir, RESULT_FILE_NAME);
  const lost = paths.find((path) => [resolve(path), resolve(path, RESULT_FILE_NAME)].includes(file));
  if (lost === undefined) return;
  throw new RunnerError('RUNNER_FILE_EXISTS', { what: `${lost} is read from there`, fix: 'Name another --out.' });
}
