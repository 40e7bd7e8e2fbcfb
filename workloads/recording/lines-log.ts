import { type FieldValue, type LineFacts, type LineSink, MISSING, TRUNCATED_FIX, textValue } from './field-value.ts';
import { numberedField } from './lines-csv.ts';
import { LogTimes } from './log-times.ts';
import { PlainLines } from './plain-lines.ts';
import { decode, placeOf, type RecordingText } from './recording-text.ts';

const SPACE = 32;
const TAB = 9;
const HASH = 35;
const LOG_FIELDS = 'address (the first word), time, or $N for word N';

/**
 * Reads log lines. The payload of a line is its bytes. Its fields are `address`, the first word; `time`; `$3`, the third word; and
 * the columns of a W3C file by name, in which `-` is an empty value.
 */
export function readLog(text: RecordingText, names: readonly string[], sink: LineSink): LineFacts {
  const lines = new PlainLines(text);
  const times = new LogTimes();
  const words = new Words(text.bytes);
  const values: FieldValue[] = [];
  let columns: ReadonlyMap<string, number> | undefined;
  let directiveLines = 0;
  let nul = text.bytes.indexOf(0);
  while (lines.next()) {
    const { start, end, line } = lines;
    if (text.bytes[start] === HASH && (directiveLines > 0 || isFirstDirective(text.bytes, start, end))) {
      columns = directiveColumns(text.bytes.toString('latin1', start, end)) ?? columns;
      directiveLines += 1;
      continue;
    }
    if (nul >= 0 && nul < start) nul = text.bytes.indexOf(0, start);
    if (nul >= 0 && nul < end) {
      const fix = 'Replay a text file with one record per line. A NUL byte is not text.';
      sink.problem({ code: 'REPLAY_MALFORMED', ...placeOf(text, start, line, nul), what: 'is not text.', fix });
      continue;
    }
    if (lines.isCut && isTorn(text.bytes.toString('latin1', start, end))) {
      sink.problem({ code: 'REPLAY_TRUNCATED', line, what: 'ends in the middle of a record.', fix: TRUNCATED_FIX });
      continue;
    }
    for (const [i, name] of names.entries()) {
      const named = columns?.get(name);
      const column = named ?? (name === 'address' ? 0 : numberedField(name));
      if (named !== undefined && name === 'time' && columns?.has('date') === true && !names.includes('date')) {
        values[i] = dateAndTime(text, words, columns, start, end);
      } else if (column !== undefined) {
        const value = wordAt(text, words, column, start, end);
        values[i] = named !== undefined && value.kind === 'text' && value.text === '-' ? MISSING : value;
      } else if (name === 'time') values[i] = timeOf(text, times, start, end);
      else values[i] = unknownField(columns, start);
    }
    sink.record(start, end, line, values);
  }
  return { blankLines: lines.blankLines, directiveLines };
}

function timeOf(text: RecordingText, times: LogTimes, start: number, end: number): FieldValue {
  // The patterns are ASCII, so with one character per byte every index is right in any encoding.
  const line = text.bytes.toString('latin1', start, end);
  const found = times.find(line);
  if (found !== undefined) return { kind: 'text', text: found.text, at: start + found.index };
  const other = times.other(line);
  if (other === undefined) return MISSING;
  const what = `has a time of another format (${other.other}) than the first line (${other.own})`;
  return { kind: 'unusable', code: 'REPLAY_TIME', what, fix: 'Cut the recording where the format changes.', at: start };
}

/** A W3C file has the date and the time of day in two columns. */
function dateAndTime(
  text: RecordingText,
  words: Words,
  columns: ReadonlyMap<string, number>,
  start: number,
  end: number,
): FieldValue {
  const date = wordAt(text, words, columns.get('date') ?? 0, start, end);
  const time = wordAt(text, words, columns.get('time') ?? 0, start, end);
  if (date.kind !== 'text') return date;
  return time.kind === 'text' ? { kind: 'text', text: `${date.text} ${time.text}`, at: date.at } : time;
}

function wordAt(text: RecordingText, words: Words, column: number, start: number, end: number): FieldValue {
  return words.find(column, start, end) ? textValue(decode(text, words.start, words.end), words.start) : MISSING;
}

function unknownField(columns: ReadonlyMap<string, number> | undefined, at: number): FieldValue {
  const own = columns === undefined ? '' : `, or a column: ${[...columns.keys()].slice(0, 20).join(', ')}`;
  const fix = `Log lines have the fields ${LOG_FIELDS}${own}.`;
  return { kind: 'unusable', code: 'REPLAY_FIELD', what: 'is not a field of log lines', fix, at };
}

/** True for a first line such as `#Software: ...` of the W3C extended log format, which IIS and CloudFront write. */
export function isFirstDirective(bytes: Buffer, start: number, end: number): boolean {
  return /^#(?:Software|Version|Fields|Date|Start-Date|Remark):/u.test(
    bytes.toString('latin1', start, Math.min(end, start + 20)),
  );
}

export function directiveColumns(directive: string): ReadonlyMap<string, number> | undefined {
  const names = /^#Fields:\s*(.*)$/u.exec(directive)?.[1]?.trim().split(/\s+/u);
  return names === undefined ? undefined : new Map(names.map((name, column) => [name, column]));
}

/** True for a line that ends within the brackets of a time or within quotes. */
function isTorn(line: string): boolean {
  return /\[\d{1,2}\/[A-Z][a-z]{2}\/[^\]]*$/u.test(line) || (line.split('"').length - 1) % 2 === 1;
}

/** Finds words between spaces and tabs, by their offsets. */
export class Words {
  readonly #bytes: Buffer;
  start = 0;
  end = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  find(index: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = start;
    for (let word = 0; ; word += 1) {
      while (at < end && isSpace(bytes[at])) at += 1;
      if (at === end) return false;
      this.start = at;
      while (at < end && !isSpace(bytes[at])) at += 1;
      this.end = at;
      if (word === index) return true;
    }
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
