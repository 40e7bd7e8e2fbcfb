import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodError } from 'zod';
import { ReportError } from '../errors.ts';
import { repeatProblem } from '../reading/result-repeats.ts';
import { seriesProblem, sumProblem } from '../reading/result-sums.ts';
import { isUnfinished, readUnfinished } from '../reading/unfinished-file.ts';
import { makeFolder } from './make-folder.ts';
import type { Result } from './result.ts';
import { resultSchema } from './result-schema.ts';
import { checkVersion } from './schema-version.ts';
import { intervalForFile } from './series-format.ts';
import { UNFINISHED_FILE_NAME } from './unfinished-format.ts';
import { writeWhole } from './whole-file.ts';

export const RESULT_FILE_NAME = 'result.json';

/** JavaScript holds a text of at most 2^29 characters. */
export const MAX_RESULT_BYTES = 2 ** 29 - 1024;
const MAX_SHOWN_PROBLEMS = 5;
/** An empty file fits on a full disk; the smallest result does not. */
const PROBE_BYTES = 16 * 1024;

/** How the series stands in a file as resultLines writes it: one line an interval. */
const EMPTY_SERIES = ',"series": []';
export const SERIES_HEAD = ',"series": [\n';
export const SERIES_TAIL = ']';

/**
 * Reads a result and checks all of it: shape, histograms, and that the summary is the sum of the cells. The seconds of a run
 * that died before it wrote its result are read as a partial result.
 * @param path the file, or the folder that holds it.
 * @throws RESULT_NOT_FOUND, RESULT_NOT_READABLE, RESULT_TOO_LARGE, RESULT_TRUNCATED, RESULT_NOT_JSON, RESULT_TOO_OLD,
 *   RESULT_TOO_NEW, RESULT_WRONG_SHAPE, RESULT_SUMS_DISAGREE
 */
export async function readResult(path: string): Promise<Result> {
  const { file, bytes } = await readBytes(path);
  if (isUnfinished(bytes)) return readUnfinished(bytes, file);
  // Decoding at once is faster than in pieces, as readFile does when it knows the encoding.
  return parseResult(bytes.toString('utf8'), file);
}

/** @param where how to call the text in errors. @throws as readResult, without those of the file system. */
export function parseResult(text: string, where: string): Result {
  const result = checkSeries(checkSums(parseShape(text, where), where), where);
  return refuseProblem(repeatProblem(result), result, where);
}

/** The same but for the sums. */
export function parseShape(text: string, where: string): Result {
  const content = parseJson(text, where);
  checkVersion(content, where);
  const parsed = resultSchema.safeParse(content);
  if (!parsed.success) {
    throw new ReportError('RESULT_WRONG_SHAPE', {
      where,
      what: problemsOf(parsed.error),
      todo: 'Give a result.json as a run wrote it, or run again.',
    });
  }
  return parsed.data;
}

/** That the summary is the sum of the cells. @throws RESULT_SUMS_DISAGREE */
export function checkSums(result: Result, where: string): Result {
  return refuseProblem(sumProblem(result), result, where);
}

/** That the seconds are the sum of the cells. @throws RESULT_SUMS_DISAGREE */
export function checkSeries(result: Result, where: string): Result {
  return refuseProblem(seriesProblem(result), result, where);
}

function refuseProblem(problem: string | undefined, result: Result, where: string): Result {
  if (problem === undefined) return result;
  const todo = 'Take the file from its source again, or run again.';
  throw new ReportError('RESULT_SUMS_DISAGREE', { where, what: `${problem}.`, todo });
}

/** A series that stands in texts already. */
export interface MadeSeries {
  /** As in the file, between its brackets. */
  readonly seriesText: readonly Uint8Array[];
  /** Called while they are being written; when it throws, there is no file. */
  readonly check: () => void;
}

/**
 * Writes `result.json` into `dir`, which is made if need be. Another process sees the old file or the new one, never a part.
 * A run cannot be made again, so that its result is on the disk before this returns; what was made from files can.
 * @returns the path of the file. @throws RESULT_NOT_WRITABLE
 */
export async function writeResult(dir: string, result: Result, made?: MadeSeries): Promise<string> {
  const file = join(dir, RESULT_FILE_NAME);
  try {
    const write = (handle: FileHandle) =>
      made === undefined ? writeLines(handle, resultLines(result)) : writeAround(handle, result, made);
    await writeWhole(file, write, { flushed: made === undefined });
    return file;
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    throw notWritable(dir, cause);
  }
}

/** To be called before a run starts: better no run than a run without its result. @throws RESULT_NOT_WRITABLE */
export async function checkWritable(dir: string): Promise<void> {
  const probe = join(dir, `.${RESULT_FILE_NAME}.${process.pid}.probe`);
  try {
    await makeFolder(dir);
    const handle = await open(probe, 'w');
    try {
      await handle.writeFile(Buffer.alloc(PROBE_BYTES));
    } finally {
      await handle.close();
      await rm(probe);
    }
    const existing = await stat(join(dir, RESULT_FILE_NAME)).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error(`${RESULT_FILE_NAME} is a folder`);
  } catch (cause) {
    throw notWritable(dir, cause);
  }
}

/** JSON with one line for each cell and interval: it can be read by eye and by line tools, and never is one huge text. */
export function* resultLines(result: Result): Generator<string> {
  let lead = '{';
  for (const [name, value] of Object.entries(result)) {
    if (value === undefined) continue;
    if (!Array.isArray(value) || value.length === 0) {
      yield `${lead}${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    } else {
      yield `${lead}${JSON.stringify(name)}: [`;
      for (const [index, item] of value.entries()) {
        const inFile = name === 'series' ? intervalForFile(item) : item;
        yield `${JSON.stringify(inFile)}${index < value.length - 1 ? ',' : ']'}`;
      }
    }
    lead = ',';
  }
  yield '}';
}

async function writeLines(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  const BLOCK_CHARACTERS = 1 << 20;
  let block = '';
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < BLOCK_CHARACTERS) continue;
    await handle.appendFile(block);
    block = '';
  }
  await handle.appendFile(block);
}

async function writeAround(handle: FileHandle, result: Result, { seriesText, check }: MadeSeries): Promise<void> {
  const lines = [...resultLines({ ...result, series: [] })];
  const place = lines.indexOf(EMPTY_SERIES);
  const before = [...lines.slice(0, place), SERIES_HEAD].join('\n');
  const after = [SERIES_TAIL, ...lines.slice(place + 1), ''].join('\n');
  const writing = writeAll(handle, [Buffer.from(before), ...seriesText, Buffer.from(after)]);
  try {
    check();
  } catch (error) {
    await writing.catch(() => undefined);
    throw error;
  }
  await writing;
}

/** Each where it belongs and several at a time: most of it is copying, which the threads of the file system share. */
async function writeAll(handle: FileHandle, blocks: readonly Uint8Array[]): Promise<void> {
  let position = 0;
  await Promise.all(
    blocks.map(async (block) => {
      let at = position;
      position += block.length;
      for (let rest = block; rest.length > 0; ) {
        const { bytesWritten } = await handle.write(rest, 0, rest.length, at);
        at += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    }),
  );
}

async function readBytes(path: string): Promise<{ file: string; bytes: Buffer }> {
  try {
    const file = await fileAt(path);
    const { size } = await stat(file);
    if (size > MAX_RESULT_BYTES) {
      const what = `sizeBytes=${size} limitBytes=${MAX_RESULT_BYTES}.`;
      throw new ReportError('RESULT_TOO_LARGE', { where: file, what, todo: 'Split the run into shorter ones.' });
    }
    return { file, bytes: await readFile(file) };
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      const todo = 'Give the folder of a run (--out) or its result.json.';
      throw new ReportError('RESULT_NOT_FOUND', { where: path, what: 'There is no result.', todo, cause });
    }
    const todo = 'Check the permissions of the file.';
    throw new ReportError('RESULT_NOT_READABLE', { where: path, what: `${reasonOf(cause)}.`, todo, cause });
  }
}

/** In a folder the result, or what a run wrote that has not finished. */
async function fileAt(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const files = [RESULT_FILE_NAME, UNFINISHED_FILE_NAME].map((name) => join(path, name));
  for (const file of files) if ((await stat(file).catch(() => undefined)) !== undefined) return file;
  return files[0]!;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isCut(text, reasonOf(cause))) {
      const what = `The file ends after ${text.length} characters, in the middle.`;
      const todo = 'Copy the file again; if it never was whole, run again.';
      throw new ReportError('RESULT_TRUNCATED', { where, what, todo, cause });
    }
    const todo = 'Give the result.json of a run.';
    throw new ReportError('RESULT_NOT_JSON', { where, what: `${reasonOf(cause)}.`, todo, cause });
  }
}

/** V8 says where it stopped: a cut file is one in which it came to the end. */
function isCut(text: string, reason: string): boolean {
  if (!/^\s*(\{|$)/u.test(text)) return false;
  const position = /at position (\d+)/u.exec(reason)?.[1];
  return position === undefined ? reason.includes('end of JSON') : Number(position) >= text.trimEnd().length;
}

function problemsOf({ issues }: ZodError): string {
  const shown = issues
    .slice(0, MAX_SHOWN_PROBLEMS)
    .map(({ path, message }) => `${path.join('.') || 'file'}: ${message.replace(/\.$/u, '')}`);
  const more = issues.length > shown.length ? `; and ${issues.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}.`;
}

export function notWritable(dir: string, cause: unknown): ReportError {
  return new ReportError('RESULT_NOT_WRITABLE', {
    where: dir,
    what: `${reasonOf(cause)}.`,
    todo: 'Give a folder that can be written with --out, or free some space.',
    cause,
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause);
}
