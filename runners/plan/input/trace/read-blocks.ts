import { isUtf8 } from 'node:buffer';
import { openText } from '../../../../workloads/recording/recording-text.ts';
import { type RunnerError, runnerError } from '../../../errors.ts';
import type { TraceBlock } from './trace-line.ts';

const NEWLINE = 10;
/** A line, or a CSV row with newlines in quotes, may be this long. */
const LINE_MAX_BYTES = 64 * 2 ** 20;

/**
 * Cuts a stream of bytes into blocks of whole lines and passes them on; keeps what is left for the next block.
 * @param read uses a block, and returns how many of its bytes it used.
 * @throws RunnerError RUNNER_INPUT_MALFORMED for another encoding, or a line that is too long.
 */
export async function readBlocks(
  source: AsyncIterable<Buffer>,
  encoding: 'utf-8' | 'latin1',
  where: string,
  read: (block: TraceBlock) => number,
): Promise<void> {
  let left: Buffer = Buffer.alloc(0);
  let isFirst = true;
  const use = (bytes: Buffer, isLast: boolean): void => {
    const start = isFirst ? startOfText(bytes, encoding, where) : 0;
    const isValid = encoding === 'latin1' || isUtf8(bytes);
    const used = read({ bytes, start, isLast, encoding, isValid });
    if (used > 0) isFirst = false;
    left = left.subarray(used);
  };
  for await (const block of source) {
    left = left.length === 0 ? block : Buffer.concat([left, block]);
    const end = left.lastIndexOf(NEWLINE) + 1;
    if (end > 0) use(left.subarray(0, end), false);
    if (left.length > LINE_MAX_BYTES) throw tooLong(where);
  }
  if (left.length > 0 || isFirst) use(left, true);
}

function startOfText(bytes: Buffer, encoding: 'utf-8' | 'latin1', where: string): number {
  const opened = openText(bytes, encoding);
  if (opened.kind === 'text') return opened.text.start;
  const { what, fix } = opened;
  throw runnerError('RUNNER_INPUT_MALFORMED', { what: `the input ${what}`, where, fix });
}

function tooLong(where: string): RunnerError {
  return runnerError('RUNNER_INPUT_MALFORMED', {
    what: 'a line, or a row with an open quote, has more than 64 MiB',
    where,
    fix: 'Give a file with one record on each line; set --no-quotes if quotes are ordinary characters.',
  });
}
