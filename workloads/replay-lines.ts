import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import type { ProblemCode } from './errors.ts';
import { parseTimeMs, timeOfLogLine } from './recorded-time.ts';
import type { ReplaySpec } from './scenario.ts';

/** One record of a recording, as it stands in the file: its bytes are its payload. */
export interface RecordedLine {
  readonly bytes: Uint8Array;
  /** From 1. */
  readonly line: number;
  /** The value of a field; undefined when the record does not have it. */
  readonly field: (name: string) => unknown;
}

export interface LineProblem {
  readonly code: ProblemCode;
  readonly line: number;
  readonly what: string;
  readonly fix: string;
}

export interface LineSink {
  record(record: RecordedLine): void;
  problem(problem: LineProblem): void;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const TRUNCATED_FIX = 'Copy the file again, or cut off its last line.';

export function readLines(bytes: Uint8Array, format: ReplaySpec['format'], sink: LineSink): void {
  if (format === 'csv') readCsv(bytes, sink);
  else readPlainLines(bytes, format === 'ndjson' ? jsonLine : logLine, sink);
}

/** Time of a record, whose place depends on the format: a named field, or the bracketed time of a log line. */
export function timeOf(record: RecordedLine, timeField: string | undefined): number | undefined {
  return parseTimeMs(record.field(timeField ?? 'time'));
}

type LineReader = (text: string, isCut: boolean) => ((name: string) => unknown) | Omit<LineProblem, 'line'>;

function readPlainLines(bytes: Uint8Array, read: LineReader, sink: LineSink): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const next = newline < 0 ? bytes.length : newline + 1;
    let end = newline < 0 ? bytes.length : newline;
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
    const text = buffer.toString('utf8', start, end);
    if (text.trim() !== '') {
      const found = read(text, newline < 0);
      if (typeof found === 'function') sink.record({ bytes: bytes.subarray(start, end), line, field: found });
      else sink.problem({ ...found, line });
    }
    start = next;
  }
}

function jsonLine(text: string, isCut: boolean): ReturnType<LineReader> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const fields = new Map(Object.entries(value));
      return (name) => fields.get(name);
    }
    return { code: 'REPLAY_MALFORMED', what: 'is JSON and not an object.', fix: 'Put one JSON object on each line.' };
  } catch {
    if (isCut) return { code: 'REPLAY_TRUNCATED', what: 'ends in the middle of a record.', fix: TRUNCATED_FIX };
    return { code: 'REPLAY_MALFORMED', what: 'is not JSON.', fix: 'Correct the line, or state another format.' };
  }
}

function logLine(text: string, isCut: boolean): ReturnType<LineReader> {
  if (text.includes('\0')) {
    return { code: 'REPLAY_MALFORMED', what: 'is not text.', fix: 'Replay a text file with one record a line.' };
  }
  const opensTime = /\[\d{1,2}\/[A-Z][a-z]{2}\/[^\]]*$/u.test(text);
  if (isCut && (opensTime || (text.split('"').length - 1) % 2 === 1)) {
    return { code: 'REPLAY_TRUNCATED', what: 'ends in the middle of a record.', fix: TRUNCATED_FIX };
  }
  return (name) =>
    name === 'address' ? text.trim().split(/\s+/u, 1)[0] : name === 'time' ? timeOfLogLine(text) : undefined;
}

interface CsvInfo {
  readonly raw: string;
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** The first row names the columns. A row's payload is its own text, without the line's end. */
function readCsv(bytes: Uint8Array, sink: LineSink): void {
  const endsOpen = bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE;
  let header: ReadonlyMap<string, number> | undefined;
  let rows: CsvInfo[];
  try {
    rows = parseCsv(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as CsvInfo[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const isCut = error.code === 'CSV_QUOTE_NOT_CLOSED';
    const line = typeof error.lines === 'number' ? error.lines : 1;
    if (isCut)
      sink.problem({ code: 'REPLAY_TRUNCATED', line, what: 'ends inside a quoted value.', fix: TRUNCATED_FIX });
    else sink.problem({ code: 'REPLAY_MALFORMED', line, what: `is not CSV: ${error.code}.`, fix: 'Correct the line.' });
    return;
  }
  for (const [rowIndex, row] of rows.entries()) {
    if (header === undefined) {
      header = new Map(row.record.map((name, column) => [name, column]));
      continue;
    }
    const columns = header;
    const line = row.info.lines;
    if (row.record.length === columns.size) {
      const text = row.raw.replace(/^[\r\n]+|[\r\n]+$/gu, '');
      sink.record({ bytes: Buffer.from(text), line, field: (name) => row.record[columns.get(name) ?? -1] });
    } else if (endsOpen && rowIndex === rows.length - 1 && row.record.length < columns.size) {
      sink.problem({ code: 'REPLAY_TRUNCATED', line, what: 'ends in the middle of a row.', fix: TRUNCATED_FIX });
    } else {
      const what = `has ${row.record.length} values under ${columns.size} columns.`;
      sink.problem({ code: 'REPLAY_MALFORMED', line, what, fix: 'Correct the row, or state another format.' });
    }
  }
}
