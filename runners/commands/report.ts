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

/** A file of this size takes almost a second to read. */
const SLOW_BYTES = 8e6;

/** Reports saved results, gates or calibrations. It writes files only after it has read every input and made every report. */
export async function commandReport(options: ReportCommandOptions): Promise<ExitCode> {
  const formats = chosenFormats(options);
  const csvBy = parseGrouping(options['csv-by'] ?? 'second');
  if (formats.length > 1 && options.out === undefined) {
    const fix = 'Name a folder with --out, or use one format.';
    throw runnerError('RUNNER_USAGE', { what: `report prints one format only, got ${formats.length}`, fix });
  }
  const subjects = await Promise.all(options.results.map(subjectOf));
  const files = subjects.map(({ file }) => file);
  try {
    const read = await readSubjects(subjects, formats, options);
    await writeOrPrint(read, files, formats, csvBy, options.out);
    return (options.judge === true ? read.ending : undefined) ?? ExitCode.passed;
  } catch (error) {
    showProgress('');
    throw error;
  }
}

/** Reads the inputs, which must be of one kind: a report shows results side by side, and gates one after the other. */
async function readSubjects(
  subjects: readonly ReportSubject[],
  formats: readonly FormatName[],
  options: ReportCommandOptions,
): Promise<Reportable> {
  const [{ kind } = { kind: 'result' }, ...others] = subjects;
  const other = others.find((subject) => subject.kind !== kind);
  const files = subjects.map(({ file }) => file);
  if (other !== undefined) {
    const what = `report needs inputs of one kind, got the ${kind} ${files[0]} and the ${other.kind} ${other.file}`;
    throw runnerError('RUNNER_USAGE', { what, fix: 'Report each kind on its own.' });
  }
  if (kind === 'result') {
    const results = await readResults(files, options.threshold ?? []);
    const endings = results.map(({ result }) => exitCodeOfVerdict(result.verdict.kind));
    return { make: (style) => makeReports(results, formats, style), ending: worstEnding(endings) };
  }
  const words = kind === 'gate' ? (['threshold', 'csv-by'] as const) : (['threshold', 'csv-by', 'judge'] as const);
  const given = words.find((word) => options[word] !== undefined);
  if (given !== undefined) {
    const fix = `Remove --${given}.`;
    throw runnerError('RUNNER_USAGE', { what: `--${given} has no effect on a ${kind}`, fix });
  }
  const { reportableCalibrations, reportableGates } = await import('./report-gates.ts');
  return kind === 'gate' ? reportableGates(files, formats) : reportableCalibrations(files, formats);
}

async function writeOrPrint(
  read: Reportable,
  files: readonly string[],
  formats: readonly FormatName[],
  csvBy: CsvGrouping,
  out: string | undefined,
): Promise<void> {
  if (out === undefined || out === '-') {
    const style = { colours: wantsColours(process.stdout), width: widthOf(process.stdout), paths: files, csvBy };
    const made = await read.make(style);
    showProgress('');
    for (const { text } of made) process.stdout.write(text);
    return;
  }
  const reports = await read.make(fileStyle(files, csvBy));
  const isFolder = formats.length > 1 || /[\\/]$/.test(out) || (await isDirectory(out));
  showProgress('');
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
  const what = `--csv-by must be one of ${CSV_GROUPINGS.join(', ')}, got "${text}"`;
  throw runnerError('RUNNER_USAGE', { what, fix: `${meant(text, CSV_GROUPINGS)}See streamgauge report --help.` });
}

async function readResults(files: readonly string[], thresholds: readonly string[]): Promise<NamedResult[]> {
  const results: NamedResult[] = [];
  const names = resultNames(files);
  for (const [index, file] of files.entries()) {
    const read = await readWithProgress(file);
    const result = thresholds.length === 0 ? read : judgeAgain(read, thresholds);
    results.push({ name: files.length === 1 ? result.scenario.name : names[index]!, result });
  }
  return results;
}

/** Reads a result. On a terminal, a progress line names a large file until the reports are made. */
async function readWithProgress(file: string): ReturnType<typeof readResult> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > SLOW_BYTES) showProgress(`working on ${file} ...`);
  return readResult(file);
}

/** Replaces the progress line. It needs a terminal: a log needs no progress. */
function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\x1b[K${text}`);
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
