import { numberedField } from '../../../../workloads/recording/lines-csv.ts';
import { directiveColumns, isFirstDirective, Words } from '../../../../workloads/recording/lines-log.ts';
import { LogTimes } from '../../../../workloads/recording/log-times.ts';
import { PlainLines } from '../../../../workloads/recording/plain-lines.ts';
import { runnerError } from '../../../errors.ts';
import type { FieldOptions } from './field-names.ts';
import {
  type FieldPlace,
  setPlace,
  type TraceBlock,
  type TraceLine,
  type TraceReader,
  type TraceSink,
  traceLine,
} from './trace-line.ts';

const ADDRESS = 'address';
/** The client's address in the W3C format. */
const W3C_KEY = 'c-ip';
const HASH = 35;
const DASH = 45;
const DIRECTIVE_BYTES = 20;

type Columns = ReadonlyMap<string, number>;

interface WantedWord {
  readonly place: FieldPlace;
  readonly word: number;
}

/**
 * Log lines: access logs, syslog, any other lines with a time that `LogTimes` knows, and the W3C extended format of CloudFront and IIS. The
 * key is the client's address: the first word, or the column `c-ip`. `$N` is word N. A record is the whole line, because that is what a
 * log shipper puts into a stream; the size in an access log is that of a response.
 */
export class LogReader implements TraceReader {
  readonly #sink: TraceSink;
  readonly #options: FieldOptions;
  readonly #where: string;
  readonly #times = new LogTimes();
  readonly #line: TraceLine = traceLine();
  #words: readonly WantedWord[] = [];
  #notes: readonly string[] = [];
  /** Columns of the W3C format; undefined for other logs. */
  #columns: Columns | undefined;
  #isW3c: boolean | undefined;
  #linesBefore = 0;

  constructor(sink: TraceSink, options: FieldOptions, where: string) {
    this.#sink = sink;
    this.#options = options;
    this.#where = where;
    if (options.time !== undefined && options.time !== 'time') {
      const fix = 'Remove --time-field: the time of a log line is found by its form.';
      throw runnerError('RUNNER_INPUT_FIELD', { what: 'log lines have no named field for the time', where, fix });
    }
  }

  notes(): readonly string[] {
    return this.#notes;
  }

  read({ bytes, start, isValid, encoding }: TraceBlock): number {
    if (this.#isW3c === undefined) {
      this.#isW3c = isFirstDirective(bytes, start, start + DIRECTIVE_BYTES);
      if (!this.#isW3c) this.#findWords(undefined);
    }
    const found = this.#line;
    found.bytes = bytes;
    found.isValid = isValid;
    const lines = new PlainLines({ bytes, start, encoding, isValid });
    const words = new Words(bytes);
    while (lines.next()) {
      if (this.#isW3c && bytes[lines.start] === HASH) {
        const columns = directiveColumns(bytes.toString('latin1', lines.start, lines.end));
        if (columns !== undefined) this.#findWords(columns);
        continue;
      }
      found.start = lines.start;
      found.end = lines.end;
      found.line = this.#linesBefore + lines.line;
      if (this.#columns === undefined) this.#placeTime(bytes, lines);
      else this.#placeDateAndTime(bytes, lines, words, this.#columns);
      for (const { place, word } of this.#words) {
        const isThere = words.find(word, lines.start, lines.end);
        const isNone = this.#isW3c && words.end === words.start + 1 && bytes[words.start] === DASH;
        if (isThere && !isNone) setPlace(place, words.start, words.end);
        else setPlace(place, -1, -1);
      }
      this.#sink.take(found);
    }
    this.#linesBefore += lines.line;
    return bytes.length;
  }

  #placeTime(bytes: Buffer, { start, end }: PlainLines): void {
    // The patterns are ASCII, so bytes as characters keep every index right whatever the encoding.
    const time = this.#times.find(bytes.toString('latin1', start, end));
    if (time === undefined) setPlace(this.#line.time, -1, -1);
    else setPlace(this.#line.time, start + time.index, start + time.index + time.text.length, time.text);
  }

  #placeDateAndTime(bytes: Buffer, { start, end }: PlainLines, words: Words, columns: Columns): void {
    const parts = ['date', 'time'].map((name) => {
      const column = columns.get(name);
      return column !== undefined && words.find(column, start, end)
        ? bytes.toString('latin1', words.start, words.end)
        : '';
    });
    if (parts.includes('')) setPlace(this.#line.time, -1, -1);
    else setPlace(this.#line.time, start, start, parts.join(' '));
  }

  /** Finds the words of the fields, again for each `#Fields:` line. */
  #findWords(columns: Columns | undefined): void {
    const { key, hash, size } = this.#options;
    this.#columns = columns;
    this.#line.hasSize = size !== undefined;
    const ownKey = columns?.has(W3C_KEY) === true ? W3C_KEY : ADDRESS;
    const keyName = key ?? (hash === undefined ? ownKey : undefined);
    const names = { key: keyName, hash, size } as const;
    this.#words = (['key', 'hash', 'size'] as const).flatMap((kind) => {
      const name = names[kind];
      return name === undefined ? [] : [{ place: this.#line[kind], word: this.#wordOf(name, columns) }];
    });
    const keyText =
      keyName === undefined ? `hash of the key is ${wordText(hash ?? '')}` : `key is ${wordText(keyName)}`;
    const sizeText = size === undefined ? "a record's data is its whole line" : `the size is ${wordText(size)}`;
    this.#notes = [`Log lines: the ${keyText}, ${sizeText}.`];
  }

  #wordOf(name: string, columns: Columns | undefined): number {
    const word = columns?.get(name) ?? (name === ADDRESS ? 0 : numberedField(name));
    if (word !== undefined) return word;
    const own = columns === undefined ? '' : `, or a column: ${[...columns.keys()].slice(0, 20).join(', ')}`;
    throw runnerError('RUNNER_INPUT_FIELD', {
      what: `log lines have no field '${name}'`,
      where: this.#where,
      fix: `Use address (the first word), $N for word N${own}.`,
    });
  }
}

function wordText(name: string): string {
  if (name === ADDRESS) return "the line's first word";
  return numberedField(name) === undefined ? `column ${name}` : `word ${name}`;
}
