import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../../reports/errors.ts';
import {
  type HistoryLine,
  historyLineOf,
  type Located,
  parseHistory,
  writeHistoryLine,
} from '../../reports/gate-history/history-line.ts';
import { readResult } from '../../reports/reading/read-result.ts';
import { makeFolder } from '../../reports/result/make-folder.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { writeWhole } from '../../reports/result/whole-file.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';

export const HISTORY_FILE_NAME = 'history.jsonl';

export interface HistoryFolder {
  readonly folder: string;
  readonly lines: readonly Located[];
  /** Place of an incomplete last line; it is skipped, and the next added line replaces it. */
  readonly torn: string | undefined;
  /** Complete results in the folder that belong to no history, with the reason. */
  readonly skipped: readonly string[];
}

/** Depth of folders that are searched for results: DIR/result.json, DIR/NAME/result.json, DIR/NAME/NAME/result.json. */
const DEPTH = 2;

/**
 * Reads `history.jsonl` and every `result.json` below the folder. A folder that is not there is an empty history.
 * @param onReading called before each whole result, which may take a while.
 * @throws HISTORY_DAMAGED, HISTORY_TOO_NEW, HISTORY_NOT_READABLE, and what readResult throws.
 */
export async function readHistory(
  folder: string,
  onReading: (file: string) => void = () => undefined,
): Promise<HistoryFolder> {
  const file = join(folder, HISTORY_FILE_NAME);
  const parsed = parseHistory(await readIfThere(file), HISTORY_FILE_NAME);
  const lines = [...parsed.lines];
  const skipped: string[] = [];
  for (const resultFile of await resultFilesIn(folder, DEPTH)) {
    onReading(resultFile);
    const result = await readResult(resultFile);
    const where = relative(folder, resultFile);
    // A history grows unattended, so an aborted run must not stop it.
    if (result.partial) skipped.push(`${where} is of a run that did not reach its end`);
    else lines.push({ line: lineOf(result), where });
  }
  return { folder, lines, torn: parsed.torn?.where, skipped };
}

/** A result as a line of a history. */
export function lineOf(result: Result) {
  return historyLineOf(result, loadHashOf(result));
}

/** Other seeds and thresholds make no other load. */
function loadHashOf({ scenario }: Result): string {
  return scenarioHash({ ...scenario, seed: 0, thresholds: [] });
}

/**
 * Adds a line at the file's end in one write, so that two writers do not mix; a reader sees all of it, or a torn line, which
 * it skips. The line is on the disk when this returns.
 * @throws HISTORY_NOT_WRITABLE
 */
export async function appendHistory(folder: string, line: HistoryLine): Promise<string> {
  const file = join(folder, HISTORY_FILE_NAME);
  try {
    await makeFolder(folder);
    const { content, isTorn } = await wholeLines(file);
    if (isTorn) await writeWhole(file, (handle) => handle.writeFile(content));
    const lead = content === '' || content.endsWith('\n') ? '' : '\n';
    await addTo(file, `${lead}${writeHistoryLine(line)}`);
    return file;
  } catch (cause) {
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
    throw reportError('HISTORY_NOT_WRITABLE', {
      where: file,
      what: reasonOf(cause),
      fix: 'Pass a writable folder with --history, or pass --no-add.',
      cause,
    });
  }
}

async function wholeLines(file: string): Promise<{ content: string; isTorn: boolean }> {
  const { whole, torn } = parseHistory(await readIfThere(file), HISTORY_FILE_NAME);
  return { content: whole, isTorn: torn !== undefined };
}

async function addTo(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    await handle.write(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return '';
    throw notReadable(file, cause);
  }
}

async function resultFilesIn(folder: string, depth: number): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw notReadable(folder, cause);
  }
  const files: string[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    // A file that vanishes meanwhile, for example a temporary one, was not a result.
    const kind = await stat(path).catch(() => undefined);
    if (kind?.isFile() === true && basename(path) === RESULT_FILE_NAME) files.push(path);
    if (kind?.isDirectory() === true && depth > 0) files.push(...(await resultFilesIn(path, depth - 1)));
  }
  return files;
}

function notReadable(where: string, cause: unknown): ReportError {
  return reportError('HISTORY_NOT_READABLE', {
    where,
    what: reasonOf(cause),
    cause,
  });
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
