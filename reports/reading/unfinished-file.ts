import { reportError } from '../errors.ts';
import type { Interval, Result } from '../result/result.ts';
import { INTERVALS_MAX } from '../result/result-limits.ts';
import { intervalSchema } from '../result/result-schema.ts';
import { UNFINISHED_HEAD } from '../result/unfinished-format.ts';
import { headOf } from './unfinished-head.ts';
import { unfinishedResult } from './unfinished-result.ts';

const NEWLINE = 10;
/** Bytes that isUnfinished looks at. */
export const UNFINISHED_HEAD_BYTES = 64;

/** Returns true for a file that a run appends its seconds to, whatever its name. */
export function isUnfinished(bytes: Buffer): boolean {
  return UNFINISHED_HEAD.test(bytes.toString('latin1', 0, UNFINISHED_HEAD_BYTES));
}

/**
 * Reads the seconds of a run that did not write its result. The first line that is torn, damaged or out of order and everything
 * after it are discarded, because a crash of the machine may leave zeros or old blocks there.
 * @throws RESULT_TRUNCATED if the head is not complete, RESULT_TOO_OLD, RESULT_TOO_NEW, RESULT_WRONG_SHAPE
 */
export function readUnfinished(bytes: Buffer, where: string): Result {
  const headEnd = bytes.indexOf(NEWLINE);
  if (headEnd < 0) {
    const what = `the file ends after ${bytes.length} bytes, within its first line`;
    throw reportError('RESULT_TRUNCATED', { where, what, fix: 'The run completed no second: run the scenario again.' });
  }
  const head = headOf(bytes.toString('utf8', 0, headEnd), where);
  const series: Interval[] = [];
  let at = headEnd + 1;
  for (const { second, end } of secondsIn(bytes, at)) {
    series.push(second);
    at = end;
  }
  return unfinishedResult(head, series, bytes.length - at);
}

/** Yields the seconds after an offset, up to the first one that is incomplete or out of order. */
export function* secondsIn(bytes: Buffer, from: number): Generator<{ second: Interval; end: number }> {
  let at = from;
  let untilNs = 0;
  for (let count = 0; count < INTERVALS_MAX; count++) {
    const lineEnd = bytes.indexOf(NEWLINE, at);
    if (lineEnd < 0) return;
    const second = secondOf(bytes.toString('utf8', at, lineEnd));
    if (second === undefined || second.startNs < untilNs || second.endNs < second.startNs) return;
    untilNs = second.endNs;
    at = lineEnd + 1;
    yield { second, end: at };
  }
}

function secondOf(line: string): Interval | undefined {
  try {
    return intervalSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
