import { closeSync, openSync, readSync } from 'node:fs';
import { reportError } from '../errors.ts';
import { lineStarts } from '../result/line-starts.ts';
import type { Interval, Result } from '../result/result.ts';
import { INTERVALS_MAX } from '../result/result-limits.ts';
import { openResultLines } from '../result/result-lines.ts';
import { intervalSchema } from '../result/result-schema.ts';
import { type LinesOnDisk, seriesOnDisk, textOnDisk } from '../result/series-on-disk.ts';
import { headOf } from './unfinished-head.ts';
import { unfinishedResult } from './unfinished-result.ts';

const NEWLINE = 10;
const HEAD_BLOCK_BYTES = 64 * 1024;

/**
 * Opens a result whose series is too long for memory. Each of its seconds has been checked by itself, and that their parts agree has
 * not.
 * @param parse parses and checks a result with an empty series.
 * @returns undefined for another layout than writeResult's. @throws RESULT_WRONG_SHAPE, the errors of `parse` and of the file system
 */
export function openLongResult(path: string, parse: (text: string) => Result): Result | undefined {
  const opened = openResultLines(path);
  if (opened === undefined) return undefined;
  const series = seriesOnDisk(opened.lines);
  const result = parse(opened.text);
  for (const [index] of opened.lines.starts.subarray(1).entries()) {
    const problem = index < INTERVALS_MAX ? problemOf(series, index) : `there are more than ${INTERVALS_MAX} seconds`;
    if (problem === undefined) continue;
    const fix = 'Give a result.json as a run wrote it, or run again.';
    throw reportError('RESULT_WRONG_SHAPE', { where: path, what: `series.${index}: ${problem}`, fix });
  }
  return { ...result, series };
}

/**
 * Opens the seconds of a run that died, as readUnfinished does, without having them in memory.
 * @throws as readUnfinished
 */
export function openLongUnfinished(path: string, size: number): Result {
  const file = openSync(path, 'r');
  const head = firstLine(file);
  if (head === undefined) {
    closeSync(file);
    const what = `the file ends after ${size} bytes, within its first line`;
    throw reportError('RESULT_TRUNCATED', {
      where: path,
      what,
      fix: 'The run completed no second: run the scenario again.',
    });
  }
  const lines: LinesOnDisk = { file, starts: lineStarts(file, head.length + 1), separatorBytes: 1 };
  const parsed = headOf(head.toString(), path);
  const starts = lines.starts.subarray(0, 1 + goodSeconds(seriesOnDisk(lines)));
  const series = seriesOnDisk({ file: openSync(path, 'r'), starts: starts.slice(), separatorBytes: 1 });
  return unfinishedResult(parsed, series, size - starts.at(-1)!);
}

/** The number of seconds before the first one that is damaged or out of order. */
function goodSeconds(series: readonly Interval[]): number {
  let untilNs = 0;
  const count = Math.min(series.length, INTERVALS_MAX);
  for (let index = 0; index < count; index++) {
    if (problemOf(series, index) !== undefined) return index;
    const { startNs, endNs } = series[index]!;
    if (startNs < untilNs || endNs < startNs) return index;
    untilNs = endNs;
  }
  return count;
}

function problemOf(series: readonly Interval[], index: number): string | undefined {
  try {
    const [issue] = intervalSchema.safeParse(JSON.parse(textOnDisk(series, index) ?? '')).error?.issues ?? [];
    return issue === undefined ? undefined : `${issue.path.join('.')}: ${issue.message}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the first line without its line break, or undefined if it has none. */
function firstLine(file: number): Buffer | undefined {
  const blocks: Buffer[] = [];
  for (let at = 0; ; ) {
    const block = Buffer.allocUnsafe(HEAD_BLOCK_BYTES);
    const read = readSync(file, block, 0, HEAD_BLOCK_BYTES, at);
    if (read === 0) return undefined;
    const end = block.subarray(0, read).indexOf(NEWLINE);
    blocks.push(block.subarray(0, end < 0 ? read : end));
    if (end >= 0) return Buffer.concat(blocks);
    at += read;
  }
}
