import { numberedField } from '../../../../workloads/recording/lines-csv.ts';
import { Words } from '../../../../workloads/recording/lines-log.ts';
import { LogTimes } from '../../../../workloads/recording/log-times.ts';
import { PlainLines } from '../../../../workloads/recording/plain-lines.ts';
import { RunnerError } from '../../../errors.ts';
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

/**
 * Log lines: access logs, syslog, and any other lines with a time that `LogTimes` knows. The key is the line's first word, which is the
 * client's address in access logs; `$N` is word N. A record is the whole line, because that is what a log shipper puts into a stream; the
 * size in an access log is that of a response.
 */
export class LogReader implements TraceReader {
  readonly #sink: TraceSink;
  readonly #times = new LogTimes();
  readonly #line: TraceLine = traceLine();
  readonly #words: readonly { readonly place: FieldPlace; readonly word: number }[];
  readonly #notes: readonly string[];
  #linesBefore = 0;

  constructor(sink: TraceSink, { time, key, hash, size }: FieldOptions, where: string) {
    this.#sink = sink;
    if (time !== undefined && time !== 'time') {
      const fix = 'Remove --time-field: the time of a log line is found by its form.';
      throw new RunnerError('RUNNER_INPUT_FIELD', { what: 'log lines have no named field for the time', where, fix });
    }
    this.#line.hasSize = size !== undefined;
    const keyName = key ?? (hash === undefined ? ADDRESS : undefined);
    const names = { key: keyName, hash, size } as const;
    this.#words = (['key', 'hash', 'size'] as const).flatMap((kind) => {
      const name = names[kind];
      return name === undefined ? [] : [{ place: this.#line[kind], word: wordOf(name, where) }];
    });
    const keyText = keyName === undefined ? `hash of the key is word ${hash}` : `key is ${keyWords(keyName)}`;
    const sizeText = size === undefined ? "a record's data is its whole line" : `size is word ${size}`;
    this.#notes = [`Log lines: the ${keyText}, ${sizeText}.`];
  }

  notes(): readonly string[] {
    return this.#notes;
  }

  read({ bytes, start, isValid, encoding }: TraceBlock): number {
    const found = this.#line;
    found.bytes = bytes;
    found.isValid = isValid;
    const lines = new PlainLines({ bytes, start, encoding, isValid });
    const words = new Words(bytes);
    while (lines.next()) {
      found.start = lines.start;
      found.end = lines.end;
      found.line = this.#linesBefore + lines.line;
      // The patterns are ASCII, so bytes as characters keep every index right whatever the encoding.
      const time = this.#times.find(bytes.toString('latin1', lines.start, lines.end));
      if (time === undefined) setPlace(found.time, -1, -1);
      else setPlace(found.time, lines.start + time.index, lines.start + time.index + time.text.length, time.text);
      for (const { place, word } of this.#words) {
        if (words.find(word, lines.start, lines.end)) setPlace(place, words.start, words.end);
        else setPlace(place, -1, -1);
      }
      this.#sink.take(found);
    }
    this.#linesBefore += lines.line;
    return bytes.length;
  }
}

function wordOf(name: string, where: string): number {
  const word = name === ADDRESS ? 0 : numberedField(name);
  if (word !== undefined) return word;
  throw new RunnerError('RUNNER_INPUT_FIELD', {
    what: `log lines have no field '${name}'`,
    where,
    fix: 'Use address (the first word), or $N for word N.',
  });
}

const keyWords = (name: string): string => (name === ADDRESS ? "the line's first word" : `word ${name}`);
