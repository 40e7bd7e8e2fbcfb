import { stat } from 'node:fs/promises';
import { ExitCode } from '../../errors/exit-code.ts';
import { CSV_GROUPINGS, type CsvGrouping } from '../../reports/export/csv.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import type { NamedResult } from '../../reports/result/named-result.ts';
import { judgeAgain } from '../../reports/verdict/judge-again.ts';
import { runnerError } from '../errors.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { exitCodeOfVerdict, worstEnding } from './ending.ts';
import { fileStyle, inFolder, makeReports, type Reportable, writeReports } from './report-files.ts';
import { type FormatName, parseFormats } from './report-formats.ts';
import { type ReportSubject, subjectOf } from './report-subject.ts';
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

/** From saved files alone: results, gates, calibrations. Nothing is written before every result is read and every report made. */
export async function commandReport(options: ReportCommandOptions): Promise<ExitCode> {
  const formats = chosenFormats(options);
  const csvBy = parseGrouping(options['csv-by'] ?? 'second');
  if (formats.length > 1 && options.out === undefined) {
    const fix = 'Name a folder for them with --out, or one format.';
    throw runnerError('RUNNER_USAGE', { what: `${formats.length} formats do not fit on stdout`, fix });
  }
  const subjects = await Promise.all(options.results.map(subjectOf));
  const files = subjects.map(({ file }) => file);
  try {
    const read = await readSubjects(subjects, formats, options);
    await giveOut(read, files, formats, csvBy, options.out);
    return (options.judge === true ? read.ending : undefined) ?? ExitCode.passed;
  } catch (error) {
    tell('');
    throw error;
  }
}

/** Results stand beside one another, gates one after the other: a report is of one kind. */
async function readSubjects(
  subjects: readonly ReportSubject[],
  formats: readonly FormatName[],
  options: ReportCommandOptions,
): Promise<Reportable> {
  const [{ kind } = { kind: 'result' }, ...others] = subjects;
  const other = others.find((subject) => subject.kind !== kind);
  const files = subjects.map(({ file }) => file);
  if (other !== undefined) {
    const what = `${files[0]} is a ${kind} and ${other.file} a ${other.kind}`;
    throw runnerError('RUNNER_USAGE', { what, fix: 'Make a report of each kind by itself.' });
  }
  if (kind === 'result') {
    const results = await readResults(files, options.threshold ?? []);
    const endings = results.map(({ result }) => exitCodeOfVerdict(result.verdict.kind));
    return { make: (style) => makeReports(results, formats, style), ending: worstEnding(endings) };
  }
  const words = kind === 'gate' ? (['threshold', 'csv-by'] as const) : (['threshold', 'csv-by', 'judge'] as const);
  const given = words.find((word) => options[word] !== undefined);
  if (given !== undefined) {
    const fix = 'It is for results of runs.';
    throw runnerError('RUNNER_USAGE', { what: `a report of a ${kind} takes no --${given}`, fix });
  }
  const { reportableCalibrations, reportableGates } = await import('./report-gates.ts');
  return kind === 'gate' ? reportableGates(files, formats) : reportableCalibrations(files, formats);
}

async function giveOut(
  read: Reportable,
  files: readonly string[],
  formats: readonly FormatName[],
  csvBy: CsvGrouping,
  out: string | undefined,
): Promise<void> {
  if (out === undefined || out === '-') {
    const style = { colours: wantsColours(process.stdout), width: widthOf(process.stdout), paths: files, csvBy };
    const made = await read.make(style);
    tell('');
    for (const { text } of made) process.stdout.write(text);
    return;
  }
  const reports = await read.make(fileStyle(files, csvBy));
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
  throw runnerError('RUNNER_USAGE', { what: `--csv-by is "${text}"`, fix });
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

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
