import { CsvRows } from '../../../../workloads/recording/csv-rows.ts';
import { findSeparator } from '../../../../workloads/recording/csv-separator.ts';
import { excelDirective, numberedField, separatorName } from '../../../../workloads/recording/lines-csv.ts';
import { runnerError } from '../../../errors.ts';
import { type FieldOptions, fieldText, findFields, type TraceFields } from './field-names.ts';
import {
  FIELD_KINDS,
  type FieldPlace,
  setPlace,
  type TraceBlock,
  type TraceLine,
  type TraceReader,
  type TraceSink,
  traceLine,
} from './trace-line.ts';

export interface CsvTraceOptions {
  /** One character; detected when undefined. */
  readonly separator?: string | undefined;
  /** False: quotes are ordinary characters. */
  readonly quotes?: boolean | undefined;
}

const QUOTE = 34;

interface Layout {
  readonly separator: number;
  readonly columnCount: number;
  readonly fields: TraceFields;
  readonly wanted: readonly { readonly place: FieldPlace; readonly columns: readonly number[] }[];
}

/** Rows of values. The first row names the columns, unless all fields are named by their numbers and it holds values. */
export class CsvReader implements TraceReader {
  readonly #sink: TraceSink;
  readonly #options: FieldOptions & CsvTraceOptions;
  readonly #where: string;
  readonly #isTime: (text: string) => boolean;
  readonly #line: TraceLine = traceLine();
  #layout: Layout | undefined;
  #linesBefore = 0;

  /** @param isTime whether a text can be read as a time. */
  constructor(
    sink: TraceSink,
    options: FieldOptions & CsvTraceOptions,
    where: string,
    isTime: (text: string) => boolean,
  ) {
    this.#sink = sink;
    this.#options = options;
    this.#where = where;
    this.#isTime = isTime;
  }

  notes(): string[] {
    if (this.#layout === undefined) return [];
    const { separator, columnCount, fields } = this.#layout;
    const name = separatorName(String.fromCharCode(separator));
    return [`Fields: ${fieldText(fields)}; ${columnCount} columns, separator ${name}.`];
  }

  read(block: TraceBlock): number {
    const { bytes, isValid } = block;
    let start = block.start;
    if (this.#layout === undefined) {
      const content = this.#open(block);
      if (content === undefined) return 0;
      start = content;
    }
    const { separator, columnCount } = this.#layout!;
    const rows = new CsvRows({ ...block, start }, separator, this.#hasQuotes);
    const found = this.#line;
    found.bytes = bytes;
    found.isValid = isValid;
    while (rows.next()) {
      // A quoted value that ends in the next block: its row is read again from its start.
      if (rows.problem === 'open-quote' && !block.isLast) {
        this.#linesBefore += rows.line - 1;
        return rows.start;
      }
      found.start = rows.start;
      found.end = rows.end;
      found.line = this.#linesBefore + rows.line;
      if (rows.problem !== undefined) this.#bad(found.line, rows);
      else if (rows.fieldCount !== columnCount) {
        const what = `has ${rows.fieldCount} values under ${columnCount} columns`;
        this.#sink.bad(found.line, what, 'Correct the row, or set --separator.');
      } else {
        this.#place(block, rows);
        this.#sink.take(found);
      }
    }
    this.#linesBefore += newlinesIn(bytes, start);
    return bytes.length;
  }

  get #hasQuotes(): boolean {
    return this.#options.quotes ?? true;
  }

  /** Reads the header. @returns where the rows begin; undefined if the header is not complete yet. */
  #open(block: TraceBlock): number | undefined {
    const directive = excelDirective(block);
    const content = { ...block, start: directive?.end ?? block.start };
    const wanted = directive?.separator ?? this.#options.separator;
    const separator = wanted?.charCodeAt(0) ?? this.#detect(content);
    const rows = new CsvRows(content, separator, this.#hasQuotes);
    if (!rows.next()) return undefined;
    if (rows.problem === 'open-quote' && !block.isLast) return undefined;
    const header = Array.from({ length: rows.fieldCount }, (_, i) => valueIn(block, rows, i, this.#hasQuotes));
    const isHeaderless = this.#isHeaderless(header);
    const names = isHeaderless ? header.map((_, i) => `$${i + 1}`) : header;
    const fields = findFields(names, this.#options, this.#where);
    this.#line.hasSize = fields.size !== undefined;
    const columnsOf = (name: string | readonly string[]) => [name].flat().map((one) => this.#column(one, names));
    this.#layout = {
      separator,
      columnCount: header.length,
      fields,
      wanted: FIELD_KINDS.flatMap((kind) => {
        const name = fields[kind];
        return name === undefined ? [] : [{ place: this.#line[kind], columns: columnsOf(name) }];
      }),
    };
    this.#linesBefore = directive === undefined ? 0 : 1;
    if (isHeaderless) return content.start;
    const end = Math.min(block.bytes.length, rows.end + (block.bytes[rows.end] === 13 ? 2 : 1));
    for (let at = content.start; at < end; at += 1) if (block.bytes[at] === 10) this.#linesBefore += 1;
    return end;
  }

  #detect(content: TraceBlock): number {
    const names = FIELD_KINDS.flatMap((kind) => this.#options[kind] ?? []);
    const found = findSeparator(content, this.#hasQuotes, names);
    if (found.kind === 'found') return found.separator;
    const candidates = found.separators.map((code) => separatorName(String.fromCharCode(code))).join(' or ');
    throw runnerError('RUNNER_INPUT_MALFORMED', {
      what: `every row has the same number of values with ${candidates} as separator`,
      where: this.#where,
      fix: "Set --separator, such as ';'.",
    });
  }

  /** All fields are named by number, and the first row has a time where the header would have a name. */
  #isHeaderless(header: readonly string[]): boolean {
    const names = FIELD_KINDS.flatMap((kind) => this.#options[kind] ?? []);
    const { time } = this.#options;
    if (time === undefined || names.some((name) => numberedField(name) === undefined)) return false;
    const text = [time].flat().map((name) => header[numberedField(name)!] ?? '');
    return this.#isTime(text.join(' '));
  }

  #column(name: string, names: readonly string[]): number {
    const column = names.indexOf(name);
    if (column >= 0 && names.indexOf(name, column + 1) < 0) return column;
    const numbered = numberedField(name, names.length);
    if (numbered !== undefined) return numbered;
    throw runnerError('RUNNER_INPUT_FIELD', {
      what: column >= 0 ? `two columns have the name '${name}'` : `there is no column '${name}'`,
      where: this.#where,
      fix:
        column >= 0
          ? `Name the column by its number: $${column + 1}.`
          : `Name one of its columns: ${names.slice(0, 20).join(', ')}.`,
    });
  }

  #place(block: TraceBlock, rows: CsvRows): void {
    const { bytes } = block;
    for (const { place, columns } of this.#layout!.wanted) {
      const column = columns[0]!;
      const start = rows.starts[column]!;
      const end = rows.ends[column]!;
      if (columns.length > 1) {
        const parts = columns.map((one) => valueIn(block, rows, one, this.#hasQuotes));
        setPlace(place, start, end, parts.includes('') ? undefined : parts.join(' '));
      } else if (this.#hasQuotes && bytes[start] === QUOTE && end > start) {
        const text = valueIn(block, rows, column, true);
        if (text === '') setPlace(place, -1, -1);
        else setPlace(place, start + 1, end - 1, text.includes('"') ? text : undefined);
      } else if (start === end) setPlace(place, -1, -1);
      else setPlace(place, start, end);
    }
  }

  #bad(line: number, { problem }: CsvRows): void {
    const what =
      problem === 'open-quote'
        ? 'opens a quoted value that never ends'
        : problem === 'after-quote'
          ? 'has text after a quoted value'
          : 'has a quote inside a value without quotes';
    this.#sink.bad(line, what, 'Correct the value, or set --no-quotes if quotes are ordinary characters.');
  }
}

/** A value without its quotes; doubled quotes are one. */
function valueIn({ bytes, encoding }: TraceBlock, rows: CsvRows, column: number, hasQuotes: boolean): string {
  const start = rows.starts[column]!;
  const end = rows.ends[column]!;
  if (!hasQuotes || bytes[start] !== QUOTE || end - start < 2) return bytes.toString(encoding, start, end);
  return bytes.toString(encoding, start + 1, end - 1).replaceAll('""', '"');
}

function newlinesIn(bytes: Buffer, start: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10, start); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
