import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodError } from 'zod';
import { reportError } from '../errors.ts';
import type { Result } from '../result/result.ts';
import { RESULT_BYTES_MAX, RESULT_FILE_NAME } from '../result/result-file.ts';
import { SERIES_IN_MEMORY_BYTES } from '../result/result-limits.ts';
import { resultSchema } from '../result/result-schema.ts';
import { checkVersion } from '../result/schema-version.ts';
import { UNFINISHED_FILE_NAME } from '../result/unfinished-format.ts';
import { repeatProblem } from './result-repeats.ts';
import { seriesProblem, sumProblem } from './result-sums.ts';
import { isUnfinished, readUnfinished, UNFINISHED_HEAD_BYTES } from './unfinished-file.ts';

const SHOWN_PROBLEMS_MAX = 5;

/**
 * Reads a result and checks all of it: its shape, its histograms, and that its parts agree. The seconds of a run that died
 * before it wrote its result are read as a partial result.
 * @param path the file, or the folder that contains it.
 * @throws RESULT_NOT_FOUND, RESULT_NOT_READABLE, RESULT_TOO_LARGE, RESULT_TRUNCATED, RESULT_NOT_JSON, RESULT_TOO_OLD,
 *   RESULT_TOO_NEW, RESULT_WRONG_SHAPE, RESULT_SUMS_DISAGREE
 */
export async function readResult(path: string): Promise<Result> {
  const file = await fileAt(path);
  return (await isLong(file)) ? readLong(file) : readShort(file);
}

async function readShort(file: string): Promise<Result> {
  const bytes = await readBytes(file);
  if (isUnfinished(bytes)) return readUnfinished(bytes, file);
  // Decoding at once is faster than in pieces, as readFile does when it knows the encoding.
  return parseResult(bytes.toString('utf8'), file);
}

/** A series that is too long for memory stays on disk, if the file has the layout of writeResult: one line a second. */
async function readLong(file: string): Promise<Result> {
  const { openLongResult, openLongUnfinished } = await import('./long-file.ts');
  const size = await sizeOf(file);
  if (isUnfinished(await firstBytes(file))) return openLongUnfinished(file, size);
  const result = openLongResult(file, (text) => parseShape(text, file));
  if (result !== undefined) return checkAll(result, file);
  if (size <= RESULT_BYTES_MAX) return readShort(file);
  const what = `the file has ${size} bytes, and a file with another layout than the one that streamgauge writes may have ${RESULT_BYTES_MAX}`;
  throw reportError('RESULT_TOO_LARGE', {
    where: file,
    what,
    fix: 'Give the file as the run wrote it, or a cut of it.',
  });
}

/**
 * Parses and checks a result. @param where the name of the text in errors. @throws like readResult, except for file system errors.
 * @internal
 */
export function parseResult(text: string, where: string): Result {
  return checkAll(parseShape(text, where), where);
}

function checkAll(result: Result, where: string): Result {
  checkSeries(checkSums(result, where), where);
  return rejectProblem(repeatProblem(result), result, where);
}

/** Parses a result and checks its shape, but not that its parts agree. @throws like parseResult, except RESULT_SUMS_DISAGREE. */
export function parseShape(text: string, where: string): Result {
  const content = parseJson(text, where);
  checkVersion(content, where);
  const parsed = resultSchema.safeParse(content);
  if (!parsed.success) {
    throw reportError('RESULT_WRONG_SHAPE', {
      where,
      what: problemsOf(parsed.error),
      fix: 'Give a result.json as a run wrote it, or run again.',
    });
  }
  return parsed.data;
}

/** Checks that the summary is the sum of the cells. @throws RESULT_SUMS_DISAGREE */
export function checkSums(result: Result, where: string): Result {
  return rejectProblem(sumProblem(result), result, where);
}

/** Checks that the seconds add up to the cells. @throws RESULT_SUMS_DISAGREE */
export function checkSeries(result: Result, where: string): Result {
  return rejectProblem(seriesProblem(result), result, where);
}

function rejectProblem(problem: string | undefined, result: Result, where: string): Result {
  if (problem === undefined) return result;
  const fix = 'Restore the file from its source, or run the scenario again.';
  throw reportError('RESULT_SUMS_DISAGREE', { where, what: `${problem}.`, fix });
}

async function isLong(file: string): Promise<boolean> {
  return (await sizeOf(file)) > SERIES_IN_MEMORY_BYTES;
}

const sizeOf = (file: string): Promise<number> => orReported(file, async () => (await stat(file)).size);

const readBytes = (file: string): Promise<Buffer> => orReported(file, () => readFile(file));

const firstBytes = (file: string): Promise<Buffer> =>
  orReported(file, async () => {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(UNFINISHED_HEAD_BYTES), 0, UNFINISHED_HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  });

/** @throws RESULT_NOT_FOUND, RESULT_NOT_READABLE instead of the errors of the file system */
async function orReported<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw reportError('RESULT_NOT_FOUND', { where: path, what: 'there is no result', cause });
    }
    throw reportError('RESULT_NOT_READABLE', { where: path, what: reasonOf(cause), cause });
  }
}

/** Returns the result file of a folder, or the unfinished file if there is no result. */
async function fileAt(path: string): Promise<string> {
  if (!(await orReported(path, () => stat(path))).isDirectory()) return path;
  const files = [RESULT_FILE_NAME, UNFINISHED_FILE_NAME].map((name) => join(path, name));
  for (const file of files) if ((await stat(file).catch(() => undefined)) !== undefined) return file;
  return files[0]!;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isCut(text, reasonOf(cause))) {
      const what = `the file ends in the middle, after ${text.length} characters`;
      const fix = 'Copy the file again. If it was never complete, run the scenario again.';
      throw reportError('RESULT_TRUNCATED', { where, what, fix, cause });
    }
    throw reportError('RESULT_NOT_JSON', { where, what: `the file is not JSON: ${reasonOf(cause)}`, cause });
  }
}

/** A file was cut if V8 reached its end; V8's message contains the position at which it stopped. */
function isCut(text: string, reason: string): boolean {
  if (!/^\s*(\{|$)/u.test(text)) return false;
  const position = /at position (\d+)/u.exec(reason)?.[1];
  return position === undefined ? reason.includes('end of JSON') : Number(position) >= text.trimEnd().length;
}

function problemsOf({ issues }: ZodError): string {
  const shown = issues
    .slice(0, SHOWN_PROBLEMS_MAX)
    .map(({ path, message }) => `${path.join('.') || 'file'}: ${message.replace(/\.$/u, '')}`);
  const more = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause);
}
