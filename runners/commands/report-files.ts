import { basename, join, resolve } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { CsvGrouping } from '../../reports/export/csv.ts';
import type { NamedResult } from '../../reports/result/named-result.ts';
import { runnerError } from '../errors.ts';
import { type FormatName, type FormatOptions, formatOf } from './report-formats.ts';
import { writeText } from './write-text.ts';

/** Files that only measuring again could replace, also those that keepEarlier gave another name. */
const RECORD =
  /^(?:(?:result|gate|gate-calibration)(?:-\d{8}T\d{6}Z.*)?\.json|(?:unfinished|history)(?:-\d{8}T.*)?\.jsonl)$/u;

/** A report that is made and not yet written. */
export interface Report {
  readonly format: FormatName;
  readonly text: string;
}

/** What was read, and can be reported. */
export interface Reportable {
  readonly make: (style: FormatOptions) => Promise<Report[]>;
  /** What the command ends with when it is to judge; undefined for what has no verdict. */
  readonly ending: ExitCode | undefined;
}

export async function makeReports(
  results: readonly NamedResult[],
  formats: readonly FormatName[],
  options: FormatOptions,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const format of formats) reports.push({ format, text: await formatOf(format).render(results, options) });
  return reports;
}

/** How reports look in files. */
export function fileStyle(paths: readonly string[], csvBy: CsvGrouping = 'second'): FormatOptions {
  return { colours: false, width: 80, paths, csvBy };
}

/**
 * @param kept files that may not be overwritten: a slip of the fingers must not cost an hour's run.
 * @returns the files, in order. @throws RUNNER_FILE_EXISTS before any is written, RUNNER_FILE_NOT_WRITABLE
 */
export async function writeReports(
  reports: readonly Report[],
  fileOf: (format: FormatName) => string,
  kept: readonly string[] = [],
): Promise<string[]> {
  const files = reports.map(({ format }) => fileOf(format));
  refuseRecords(files, kept);
  for (const [index, { text }] of reports.entries()) await writeText(files[index]!, text);
  return files;
}

/** @throws RUNNER_FILE_EXISTS for a file that holds what was measured. */
export function refuseRecords(files: readonly string[], kept: readonly string[] = []): void {
  for (const file of files) {
    if (!RECORD.test(basename(file)) && !kept.some((path) => resolve(path) === resolve(file))) continue;
    const what = `${file} is where a result or a gate lies`;
    throw runnerError('RUNNER_FILE_EXISTS', { what, fix: 'Name another file with --out.' });
  }
}

export function inFolder(folder: string): (format: FormatName) => string {
  return (format) => join(folder, formatOf(format).fileName);
}
