import { CsvRows } from './csv-rows.ts';
import { findSeparator } from './csv-separator.ts';
import { type FieldValue, type LineFacts, type LineSink, MISSING, TRUNCATED_FIX, textValue } from './field-value.ts';
import { decode, placeOf, type RecordingText } from './recording-text.ts';

export interface CsvOptions {
  /** One character. Absent: detected. */
  readonly separator?: string | undefined;
  /** False: quotes are ordinary characters. */
  readonly quotes?: boolean | undefined;
}

const QUOTE = 34;
const SEPARATOR_NAMES: ReadonlyMap<string, string> = new Map([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'vertical bar'],
  [' ', 'space'],
]);

export function separatorName(character: string): string {
  return SEPARATOR_NAMES.get(character) ?? JSON.stringify(character);
}

/** Reads CSV with a header row. The payload of a row is its bytes with quotes and separators, without the line end. */
export function readCsv(
  text: RecordingText,
  { separator: wanted, quotes = true }: CsvOptions,
  names: readonly string[],
  sink: LineSink,
): LineFacts {
  const directive = excelDirective(text);
  const content = directive === undefined ? text : { ...text, start: directive.end };
  const found = separatorOf(content, wanted ?? directive?.separator, quotes, names);
  const directiveLines = directive === undefined ? 0 : 1;
  if (found.kind === 'ambiguous') {
    const candidates = found.separators.map((code) => separatorName(String.fromCharCode(code))).join(' or ');
    const what = `has the same number of values in every row with ${candidates} as separator.`;
    sink.problem({ code: 'REPLAY_MALFORMED', line: 1 + directiveLines, what, fix: "Set separator, such as ';'." });
    return { blankLines: 0, directiveLines };
  }
  const rows = new CsvRows(content, found.separator, quotes);
  const separator = { character: String.fromCharCode(found.separator), isDetected: wanted === undefined };
  const header = rows.next()
    ? headerOf(content, rows, { names, quotes, linesBefore: directiveLines }, sink)
    : undefined;
  const columnCount = header?.count ?? 0;
  const values: FieldValue[] = [];
  while (header !== undefined && rows.next()) {
    if (checkRow(content, rows, columnCount, directiveLines, sink)) {
      for (const [i, column] of header.wanted.entries()) {
        values[i] = column === undefined ? MISSING : valueAt(content, rows, column, quotes);
      }
      sink.record(rows.start, rows.end, rows.line + directiveLines, values);
    }
  }
  const duplicateColumns = header?.duplicates ?? [];
  return { blankLines: rows.blankLines, directiveLines, separator, columnCount, duplicateColumns };
}

function separatorOf(text: RecordingText, separator: string | undefined, quotes: boolean, names: readonly string[]) {
  if (separator !== undefined) return { kind: 'found', separator: separator.charCodeAt(0) } as const;
  return findSeparator(text, quotes, names);
}

/** Reads the first line `sep=;` that Excel writes into some files. */
export function excelDirective({
  bytes,
  start,
}: Pick<RecordingText, 'bytes' | 'start'>): { separator: string; end: number } | undefined {
  const match = /^sep=([^\r\n"])\r?\n/u.exec(bytes.toString('latin1', start, start + 8));
  return match === null ? undefined : { separator: match[1]!, end: start + match[0].length };
}

interface Header {
  readonly count: number;
  /** For each wanted name its column; undefined if there is none. */
  readonly wanted: readonly (number | undefined)[];
  readonly duplicates: readonly string[];
}

interface HeaderOptions {
  readonly names: readonly string[];
  readonly quotes: boolean;
  readonly linesBefore: number;
}

function headerOf(
  text: RecordingText,
  rows: CsvRows,
  { names, quotes, linesBefore }: HeaderOptions,
  sink: LineSink,
): Header | undefined {
  if (rows.problem !== undefined) {
    sink.problem(problemOf(text, rows, linesBefore));
    return undefined;
  }
  const line = rows.line + linesBefore;
  const columns: string[] = [];
  let hint = '';
  for (let i = 0; i < rows.fieldCount; i += 1) {
    const value = valueAt(text, rows, i, quotes);
    columns.push(value.kind === 'text' ? value.text : '');
    if (value.kind === 'unusable') hint = ` ${value.fix}`;
  }
  const places = Map.groupBy(columns.keys(), (i) => columns[i]!);
  const duplicates = [...places].filter(([name, at]) => name !== '' && at.length > 1);
  let isUsable = true;
  const wanted = names.map((name) => {
    const at = places.get(name) ?? [];
    if (at.length > 1) {
      const numbers = at.map((i) => i + 1);
      const what = `names ${at.length} columns '${name}' (columns ${numbers.join(' and ')}).`;
      const fix = `Name the column by its number, such as $${numbers[0]}, or rename one of them.`;
      sink.problem({ code: 'REPLAY_FIELD', line, what, fix });
      isUsable = false;
    }
    return at[0] ?? numberedField(name, columns.length);
  });
  for (const [i, name] of names.entries()) {
    if (wanted[i] !== undefined) continue;
    const what = `names no column '${name}'.`;
    const fix = `Name one of its columns: ${columns.slice(0, 20).join(', ')}.${hint}`;
    sink.problem({ code: 'REPLAY_FIELD', line, what, fix });
    isUsable = false;
  }
  return isUsable ? { count: columns.length, wanted, duplicates: duplicates.map(([name]) => name) } : undefined;
}

/** Index of a numbered field (`$3` is the third one, as in awk); undefined for other names, or if there are fewer fields. */
export function numberedField(name: string, count = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = /^\$([1-9][0-9]{0,5})$/u.exec(name)?.[1];
  return number === undefined || Number(number) > count ? undefined : Number(number) - 1;
}

function checkRow(text: RecordingText, rows: CsvRows, columns: number, linesBefore: number, sink: LineSink): boolean {
  if (rows.problem !== undefined) {
    sink.problem(problemOf(text, rows, linesBefore));
    return false;
  }
  if (rows.fieldCount === columns) return true;
  const line = rows.line + linesBefore;
  if (rows.isCut && rows.fieldCount < columns) {
    sink.problem({ code: 'REPLAY_TRUNCATED', line, what: 'ends in the middle of a row.', fix: TRUNCATED_FIX });
  } else {
    const what = `has ${rows.fieldCount} values under ${columns} columns.`;
    const fix = 'Correct the row, set separator, or state another format.';
    sink.problem({ code: 'REPLAY_MALFORMED', line, what, fix });
  }
  return false;
}

function problemOf(text: RecordingText, rows: CsvRows, linesBefore: number) {
  const place = placeOf(text, rows.start, rows.line + linesBefore, rows.problemAt);
  if (rows.problem === 'open-quote') {
    const fix = `${TRUNCATED_FIX} If quotes are ordinary characters in this file, set quotes: false.`;
    return { code: 'REPLAY_TRUNCATED', ...place, what: 'opens a quoted value that never ends.', fix } as const;
  }
  const what =
    rows.problem === 'after-quote' ? 'has text after a quoted value.' : 'has a quote inside a value without quotes.';
  const fix = 'Correct the value, set separator, or set quotes: false if quotes are ordinary characters.';
  return { code: 'REPLAY_MALFORMED', ...place, what, fix } as const;
}

/** Returns a value without its quotes, with doubled quotes as one. */
function valueAt(text: RecordingText, rows: CsvRows, column: number, quotes: boolean): FieldValue {
  const start = rows.starts[column]!;
  const end = rows.ends[column]!;
  if (!quotes || text.bytes[start] !== QUOTE || end - start < 2) return textValue(decode(text, start, end), start);
  return textValue(decode(text, start + 1, end - 1)?.replaceAll('""', '"'), start);
}
