import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS, type ReportError, reportError } from '../errors.ts';
import { makeFolder } from './make-folder.ts';
import type { Result } from './result.ts';
import { intervalForFile } from './series-format.ts';
import { textOnDisk } from './series-on-disk.ts';
import { writeWhole } from './whole-file.ts';

export const RESULT_FILE_NAME = 'result.json';

/** JavaScript holds a text of at most 2^29 characters. */
export const RESULT_BYTES_MAX = 2 ** 29 - 1024;
/** An empty file fits on a full disk; the smallest result does not. */
const PROBE_BYTES = 16 * 1024;

/** The empty series in the text of a result. resultLines writes the intervals between its brackets, one line each. */
const EMPTY_SERIES = ',"series": []';
export const SERIES_HEAD = ',"series": [\n';
export const SERIES_TAIL = ']';

/** A series that is already encoded. */
export interface MadeSeries {
  /** The text between the brackets of the series in the file. */
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
    if (isErrorOf(REPORT_ERRORS, cause)) throw cause;
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

/**
 * JSON with one line for each cell and interval: it can be read by eye and by line tools, and never is one huge text.
 * @internal
 */
export function* resultLines(result: Result): Generator<string> {
  let lead = '{';
  for (const [name, value] of Object.entries(result)) {
    if (value === undefined) continue;
    if (!Array.isArray(value) || value.length === 0) {
      yield `${lead}${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    } else {
      yield `${lead}${JSON.stringify(name)}: [`;
      for (const [index, item] of itemTexts(name, value)) yield `${item}${index < value.length - 1 ? ',' : ']'}`;
    }
    lead = ',';
  }
  yield '}';
}

function* itemTexts(name: string, items: readonly unknown[]): Generator<readonly [number, string]> {
  if (name !== 'series') {
    for (const [index, item] of items.entries()) yield [index, JSON.stringify(item)];
    return;
  }
  const series = items as Result['series'];
  for (let index = 0; index < series.length; index++) {
    yield [index, textOnDisk(series, index) ?? JSON.stringify(intervalForFile(series[index]!))];
  }
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

export function notWritable(dir: string, cause: unknown): ReportError {
  return reportError('RESULT_NOT_WRITABLE', {
    where: dir,
    what: reasonOf(cause),
    cause,
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/u, '') : String(cause);
}
