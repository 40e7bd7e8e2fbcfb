import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CSV_GROUPINGS, type CsvGrouping } from '../../reports/export/csv.ts';
import type { NamedResult } from '../../reports/export/named-result.ts';
import { RESULT_FILE_NAME, readResult } from '../../reports/result/result-file.ts';
import { judgeAgain } from '../../reports/verdict/judge-again.ts';
import { wantsColours } from '../colours.ts';
import { RunnerError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { exitCodeOfVerdict } from './ending.ts';
import { fileStyle, inFolder, makeReports, writeReports } from './report-files.ts';
import { type FormatName, parseFormats } from './report-formats.ts';
import { resultNames } from './result-names.ts';
import { meant } from './usage.ts';

export interface ReportCommandOptions {
  readonly results: readonly string[];
  readonly format?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly 'csv-by'?: string | undefined;
  readonly threshold?: readonly string[] | undefined;
  readonly judge?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** A file of this size takes most of a second to read. */
const SLOW_BYTES = 8e6;

/** From result files alone. Nothing is written before every result is read and every report made. */
export async function commandReport(options: ReportCommandOptions): Promise<ExitCode> {
  const formats = chosenFormats(options);
  const csvBy = parseGrouping(options['csv-by'] ?? 'second');
  if (formats.length > 1 && options.out === undefined) {
    const fix = 'Name a folder for them with --out, or one format.';
    throw new RunnerError('RUNNER_USAGE', { what: `${formats.length} formats do not fit on stdout`, fix });
  }
  const files = await Promise.all(options.results.map(fileOf));
  try {
    const results = await readResults(files, options.threshold ?? []);
    await giveOut(results, files, formats, csvBy, options.out);
    return options.judge === true ? worstEnding(results) : ExitCode.passed;
  } catch (error) {
    tell('');
    throw error;
  }
}

async function giveOut(
  results: readonly NamedResult[],
  files: readonly string[],
  formats: readonly FormatName[],
  csvBy: CsvGrouping,
  out: string | undefined,
): Promise<void> {
  if (out === undefined || out === '-') {
    const style = { colours: wantsColours(process.stdout), width: process.stdout.columns ?? 80, paths: files, csvBy };
    const made = await makeReports(results, formats, style);
    tell('');
    for (const { text } of made) process.stdout.write(text);
    return;
  }
  const reports = await makeReports(results, formats, fileStyle(files, csvBy));
  const isFolder = formats.length > 1 || /[\\/]$/.test(out) || (await isDirectory(out));
  tell('');
  const written = await writeReports(reports, isFolder ? inFolder(out) : () => out, files);
  for (const file of written) process.stdout.write(`Wrote ${file}\n`);
}

function chosenFormats({ format = [], json = false }: ReportCommandOptions): FormatName[] {
  const formats = parseFormats([...format, ...(json ? ['json'] : [])]);
  return formats.length === 0 ? ['terminal'] : formats;
}

function parseGrouping(text: string): CsvGrouping {
  const found = CSV_GROUPINGS.find((name) => name === text);
  if (found !== undefined) return found;
  const fix = `${meant(text, CSV_GROUPINGS)}There are ${CSV_GROUPINGS.join(', ')}.`;
  throw new RunnerError('RUNNER_USAGE', { what: `--csv-by is "${text}"`, fix });
}

async function readResults(files: readonly string[], thresholds: readonly string[]): Promise<NamedResult[]> {
  const results: NamedResult[] = [];
  const names = resultNames(files);
  for (const [index, file] of files.entries()) {
    const read = await readAloud(file);
    const result = thresholds.length === 0 ? read : judgeAgain(read, thresholds);
    results.push({ name: files.length === 1 ? result.scenario.name : names[index]!, result });
  }
  return results;
}

/** On a terminal a large file is named while it is read; the line stays until the reports are made. */
async function readAloud(file: string): ReturnType<typeof readResult> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > SLOW_BYTES) tell(`working on ${file} ...`);
  return readResult(file);
}

/** Takes the place of what was told before, and leaves nothing in a log. */
function tell(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\x1b[K${text}`);
}

/** The worst of several: one that failed says more than one that says nothing. */
function worstEnding(results: readonly NamedResult[]): ExitCode {
  const endings = results.map(({ result }) => exitCodeOfVerdict(result.verdict.kind));
  const order: readonly ExitCode[] = [ExitCode.threshold, ExitCode.invalid, ExitCode.inconclusive];
  return order.find((ending) => endings.includes(ending)) ?? ExitCode.passed;
}

async function fileOf(path: string): Promise<string> {
  return (await isDirectory(path)) ? join(path, RESULT_FILE_NAME) : path;
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
