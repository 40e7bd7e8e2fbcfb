import { basename, join, resolve } from 'node:path';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { CsvGrouping } from '../../reports/export/csv.ts';
import type { NamedResult } from '../../reports/result/named-result.ts';
import { runnerError } from '../errors.ts';
import { type FormatName, type FormatOptions, formatOf } from './report-formats.ts';
import { writeText } from './write-text.ts';

/** Files with measurements, which only another run could replace. keepEarlier renames such files; these names match too. */
const MEASUREMENT =
  /^(?:(?:result|gate|gate-calibration)(?:-\d{8}T\d{6}Z.*)?\.json|(?:unfinished|history)(?:-\d{8}T.*)?\.jsonl)$/u;

/** The text of a report, before it is written. */
export interface Report {
  readonly format: FormatName;
  readonly text: string;
}

/** Results, gates or calibrations that were read, and can be reported. */
export interface Reportable {
  readonly make: (style: FormatOptions) => Promise<Report[]>;
  /** Exit code for --judge; undefined for calibrations, which have no verdict. */
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

/** Format options of reports in files. */
export function fileStyle(paths: readonly string[], csvBy: CsvGrouping = 'second'): FormatOptions {
  return { colours: false, width: 80, paths, csvBy };
}

/**
 * @param kept inputs, which may not be overwritten: a typing error must not destroy the result of a long run.
 * @returns the files in the order of the reports.
 * @throws RUNNER_FILE_EXISTS before any file is written, RUNNER_FILE_NOT_WRITABLE
 */
export async function writeReports(
  reports: readonly Report[],
  fileOf: (format: FormatName) => string,
  kept: readonly string[] = [],
): Promise<string[]> {
  const files = reports.map(({ format }) => fileOf(format));
  rejectMeasurements(files, kept);
  for (const [index, { text }] of reports.entries()) await writeText(files[index]!, text);
  return files;
}

/** @throws RUNNER_FILE_EXISTS for a file with measurements. */
export function rejectMeasurements(files: readonly string[], kept: readonly string[] = []): void {
  for (const file of files) {
    if (!MEASUREMENT.test(basename(file)) && !kept.some((path) => resolve(path) === resolve(file))) continue;
    const what = `a report must not replace measurements, got ${file}`;
    throw runnerError('RUNNER_FILE_EXISTS', { what, fix: 'Name another file with --out.' });
  }
}

export function inFolder(folder: string): (format: FormatName) => string {
  return (format) => join(folder, formatOf(format).fileName);
}
