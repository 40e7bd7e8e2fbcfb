import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { NamedResult } from '../../reports/export/named-result.ts';
import { RESULT_FILE_NAME, readResult } from '../../reports/result/result-file.ts';
import { judgeAgain } from '../../reports/verdict/judge-again.ts';
import { RunnerError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { wantsColours } from './colours.ts';
import { exitCodeOfVerdict } from './ending.ts';
import { type FormatName, type FormatOptions, formatOf, parseFormats } from './report-formats.ts';
import { resultNames } from './result-names.ts';
import { writeText } from './write-text.ts';

export interface ReportCommandOptions {
  readonly results: readonly string[];
  readonly format?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly threshold?: readonly string[] | undefined;
  readonly judge?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** From result files alone. Nothing is written before every result is read and every report made. */
export async function commandReport(options: ReportCommandOptions): Promise<ExitCode> {
  const formats = chosenFormats(options);
  if (formats.length > 1 && options.out === undefined) {
    const fix = 'Name a folder for them with --out, or one format.';
    throw new RunnerError('RUNNER_USAGE', { what: `${formats.length} formats do not fit on stdout`, fix });
  }
  const files = await Promise.all(options.results.map(fileOf));
  const results = await readResults(files, options.threshold ?? []);
  await writeReports(results, files, formats, options.out);
  return options.judge === true ? worstEnding(results) : ExitCode.passed;
}

function chosenFormats({ format = [], json = false }: ReportCommandOptions): FormatName[] {
  const formats = parseFormats([...format, ...(json ? ['json'] : [])]);
  return formats.length === 0 ? ['terminal'] : formats;
}

async function readResults(files: readonly string[], thresholds: readonly string[]): Promise<NamedResult[]> {
  const results: NamedResult[] = [];
  const names = resultNames(files);
  for (const [index, file] of files.entries()) {
    const read = await readResult(file);
    const result = thresholds.length === 0 ? read : judgeAgain(read, thresholds);
    results.push({ name: files.length === 1 ? result.scenario.name : names[index]!, result });
  }
  return results;
}

async function writeReports(
  results: readonly NamedResult[],
  paths: readonly string[],
  formats: readonly FormatName[],
  out: string | undefined,
): Promise<void> {
  const toTerminal = out === undefined || out === '-';
  const style: FormatOptions = toTerminal
    ? { colours: wantsColours(process.stdout), width: process.stdout.columns ?? 80, paths }
    : { colours: false, width: 80, paths };
  const texts: [FormatName, string][] = [];
  for (const format of formats) texts.push([format, await formatOf(format).render(results, style)]);
  if (toTerminal) {
    for (const [, text] of texts) process.stdout.write(text);
    return;
  }
  const isFolder = formats.length > 1 || /[\\/]$/.test(out) || (await isDirectory(out));
  const targets = texts.map(([format, text]) => {
    return { file: isFolder ? join(out, formatOf(format).fileName) : out, text };
  });
  for (const { file } of targets) refuseToOverwrite(file, paths);
  for (const { file, text } of targets) {
    await writeText(file, text);
    process.stdout.write(`Wrote ${file}\n`);
  }
}

/** A slip of the fingers must not cost an hour's run. */
function refuseToOverwrite(file: string, paths: readonly string[]): void {
  if (basename(file) !== RESULT_FILE_NAME && !paths.some((path) => resolve(path) === resolve(file))) return;
  throw new RunnerError('RUNNER_FILE_EXISTS', {
    what: `${file} is where a result lies`,
    fix: 'Name another file with --out.',
  });
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
