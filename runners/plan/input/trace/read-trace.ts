import { isFirstDirective } from '../../../../workloads/recording/lines-log.ts';
import { LOG_TIME_FORMATS } from '../../../../workloads/recording/log-times.ts';
import { TimeReader } from '../../../../workloads/recording/time-reader.ts';
import { type RunnerError, runnerError } from '../../../errors.ts';
import { BadLines, NO_BAD_LINES } from './bad-lines.ts';
import { openBytes } from './byte-blocks.ts';
import { readBlocks } from './read-blocks.ts';
import { CsvReader } from './read-csv.ts';
import { LogReader } from './read-log.ts';
import { NdjsonReader } from './read-ndjson.ts';
import type { TraceBlock, TraceReader } from './trace-line.ts';
import type { TraceFormat, TraceReadOptions } from './trace-options.ts';
import { type RecordSink, TraceRecords } from './trace-records.ts';

export interface TraceFacts {
  readonly records: number;
  /** Resolution of the times, ns. */
  readonly resolutionNs: number;
  /** Seconds since 1970 (UTC) of a record's `timeNs`. */
  secondsOf(timeNs: number): number;
  /** Sentences that describe how the file was read. */
  readonly notes: readonly string[];
}

const PROGRESS_EVERY_MS = 500;
const FORMAT_NAMES: Readonly<Record<TraceFormat, string>> = { ndjson: 'NDJSON', csv: 'CSV', log: 'log lines' };

/**
 * Reads a trace once, from its start to its end, in memory that does not depend on its size.
 * @param path a file, plain or compressed with gzip or zstd, or `-` for standard input.
 * @param sink gets each record in the order of the file.
 * @throws RunnerError RUNNER_INPUT_UNREADABLE, RUNNER_INPUT_MALFORMED, RUNNER_INPUT_FIELD, RUNNER_INPUT_EMPTY
 */
export async function readTrace(path: string, options: TraceReadOptions, sink: RecordSink): Promise<TraceFacts> {
  const source = await openBytes(path);
  const { name } = source;
  const encoding = options.encoding ?? 'utf-8';
  const badLines = new BadLines(options.badLines ?? NO_BAD_LINES, name);
  const records = new TraceRecords(sink, badLines, { encoding, times: options });
  let reader: TraceReader | undefined;
  let format = options.format;
  let shownAtMs = 0;
  await readBlocks(source.blocks, encoding, name, (block) => {
    if (reader === undefined) {
      format ??= formatOf(block);
      reader = readerOf(format, options, records, name);
    }
    const used = reader.read(block);
    const nowMs = performance.now();
    if (options.onProgress !== undefined && nowMs - shownAtMs > PROGRESS_EVERY_MS) {
      shownAtMs = nowMs;
      const { sizeBytes } = source;
      options.onProgress(
        sizeBytes === undefined ? undefined : source.readBytes() / Math.max(1, sizeBytes),
        records.facts.records,
      );
    }
    return used;
  });
  const { facts, times } = records;
  badLines.finish(facts.lines);
  if (facts.records === 0) throw empty(name, facts.lines);
  if (facts.zeroSizes === facts.records) throw allZero(name);
  const packed = source.compression === 'none' ? '' : `, decompressed from ${source.compression}`;
  const zero =
    facts.zeroSizes === 0
      ? []
      : [`${facts.zeroSizes.toLocaleString('en-US')} records have a size of 0 bytes; only their keys count.`];
  return {
    records: facts.records,
    resolutionNs: times.resolutionNs,
    secondsOf: (timeNs) => times.secondsOf(timeNs),
    notes: [
      `${name} holds ${facts.records.toLocaleString('en-US')} records as ${FORMAT_NAMES[format!]}${packed}.`,
      ...reader!.notes(),
      ...badLines.notes(facts.lines),
      ...zero,
    ],
  };
}

function readerOf(format: TraceFormat, options: TraceReadOptions, records: TraceRecords, where: string): TraceReader {
  const fields = options.fields ?? {};
  switch (format) {
    case 'ndjson':
      return new NdjsonReader(records, fields, where);
    case 'csv':
      return new CsvReader(
        records,
        { ...fields, separator: options.separator, quotes: options.quotes },
        where,
        (text) => {
          return new TimeReader(options).read(text, 1) === undefined;
        },
      );
    case 'log':
      return new LogReader(records, fields, where);
  }
}

/** By the first line that is not blank: an object is NDJSON, a line with a time where logs have it is a log, all others are CSV. */
function formatOf({ bytes, start }: TraceBlock): TraceFormat {
  const line = /\S[^\n]*/u.exec(bytes.toString('latin1', start, start + 65_536))?.[0] ?? '';
  if (line.startsWith('{')) return 'ndjson';
  const accessOrSyslog = LOG_TIME_FORMATS.slice(0, 3);
  if (isFirstDirective(bytes, start, bytes.length)) return 'log';
  const isLog = accessOrSyslog.some(({ pattern }) => pattern.test(line)) || looksLikeLog(line);
  return isLog ? 'log' : 'csv';
}

/** A line that begins with a time and goes on with words. A CSV row goes on with its separator. */
function looksLikeLog(line: string): boolean {
  const time = LOG_TIME_FORMATS.slice(3).find(({ pattern }) => pattern.test(line));
  const match = time?.pattern.exec(line);
  if (match === null || match === undefined) return false;
  return /^["\])]? /u.test(line.slice(match.index + match[0].length));
}

function empty(where: string, lines: number): RunnerError {
  return runnerError('RUNNER_INPUT_EMPTY', {
    what: lines === 0 ? 'the input holds no line' : `none of the ${lines} lines of the input is a record`,
    where,
    fix: 'Give a trace with at least one record.',
  });
}

function allZero(where: string): RunnerError {
  return runnerError('RUNNER_INPUT_FIELD', {
    what: 'every record has a size of 0 bytes',
    where,
    fix: 'Name the field with the size of the data: --size-field NAME.',
  });
}
