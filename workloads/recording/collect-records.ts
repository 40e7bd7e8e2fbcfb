import type { ReplaySpec } from '../scenario.ts';
import { KEY_MAX_CHARACTERS } from '../schema-fields.ts';
import type { FieldValue, LineFacts, LineProblem, LineSink } from './field-value.ts';
import { GrowingDoubles, GrowingInts } from './growing-arrays.ts';
import { readCsv } from './lines-csv.ts';
import { readLog } from './lines-log.ts';
import { readNdjson } from './lines-ndjson.ts';
import { placeOf, type RecordingText } from './recording-text.ts';
import { TimeReader } from './time-reader.ts';

export interface ReplayNeeds {
  readonly keyField?: string;
  readonly needsTimes?: boolean;
  readonly maxRecordBytes: number;
}

/** Number of problems that are kept. If one line is malformed, many often are: the others are only counted. */
export const PROBLEMS_SHOWN = 5;

/** The records of a file in its order, by their offsets in it. */
export class Columns implements LineSink {
  readonly starts = new GrowingInts();
  readonly ends = new GrowingInts();
  /** For each record the index of its key in `keys`. */
  readonly keyIndexes = new GrowingInts();
  readonly keys = new Map<string, number>();
  readonly seconds = new GrowingDoubles();
  readonly nanos = new GrowingInts();
  readonly times: TimeReader;
  readonly problems: LineProblem[] = [];
  problemCount = 0;
  lastProblem: LineProblem | undefined;
  skippedWithoutKey = 0;
  skippedWithoutTime = 0;

  readonly #text: RecordingText;
  readonly #spec: ReplaySpec;
  readonly #needs: ReplayNeeds;
  readonly #timeFields: readonly string[];

  constructor(text: RecordingText, spec: ReplaySpec, needs: ReplayNeeds) {
    this.#text = text;
    this.#spec = spec;
    this.#needs = needs;
    this.#timeFields = timeFieldsOf(spec, needs);
    this.times = new TimeReader(spec);
  }

  get hasTimes(): boolean {
    return this.#timeFields.length > 0;
  }

  read(): LineFacts {
    const { keyField } = this.#needs;
    const names = [...(keyField === undefined ? [] : [keyField]), ...this.#timeFields];
    switch (this.#spec.format) {
      case 'ndjson':
        return readNdjson(this.#text, names, this);
      case 'csv':
        return readCsv(this.#text, this.#spec, names, this);
      case 'log':
        return readLog(this.#text, names, this);
    }
  }

  record(start: number, end: number, line: number, values: readonly FieldValue[]): void {
    const { keyField } = this.#needs;
    if (keyField !== undefined && !this.#takeKey(keyField, values[0]!, start, line)) return;
    if (this.hasTimes && !this.#takeTime(values, keyField === undefined ? 0 : 1, start, line)) {
      if (keyField !== undefined) this.keyIndexes.length -= 1;
      return;
    }
    this.starts.push(start);
    this.ends.push(end);
    const { maxRecordBytes } = this.#needs;
    if (end - start <= maxRecordBytes) return;
    const what = `has ${end - start} bytes, and the target accepts ${maxRecordBytes}.`;
    this.problem({
      code: 'RECORD_TOO_LARGE',
      line,
      what,
      fix: 'Shorten the line, or raise maxRecordBytes if the target has it.',
    });
  }

  problem(problem: LineProblem): void {
    if (this.problemCount < PROBLEMS_SHOWN) this.problems.push(problem);
    this.problemCount += 1;
    this.lastProblem = problem;
  }

  /** Returns false if the record is skipped or has a problem. */
  #takeKey(field: string, value: FieldValue, start: number, line: number): boolean {
    if (value.kind === 'missing') {
      if (this.#spec.missingKey === 'skip') {
        this.skippedWithoutKey += 1;
        return false;
      }
      const fix = 'Name a field that every record has, or set missingKey: skip to skip such records.';
      this.problem({ code: 'REPLAY_FIELD', line, what: `has no key in '${field}'.`, fix });
      return false;
    }
    if (value.kind === 'unusable') {
      this.#unusable(value, field, start, line);
      return false;
    }
    const { text, at } = value;
    if (text.length > KEY_MAX_CHARACTERS && [...text].length > KEY_MAX_CHARACTERS) {
      const place = placeOf(this.#text, start, line, at);
      const what = `has a key of over ${KEY_MAX_CHARACTERS} characters in '${field}'.`;
      this.problem({ code: 'KEY_TOO_LONG', ...place, what, fix: 'Name a field with shorter values.' });
      return false;
    }
    let index = this.keys.get(text);
    if (index === undefined) {
      index = this.keys.size;
      this.keys.set(text, index);
    }
    this.keyIndexes.push(index);
    return true;
  }

  #takeTime(values: readonly FieldValue[], from: number, start: number, line: number): boolean {
    const fields = this.#timeFields;
    let text = '';
    let at = start;
    for (const [i, field] of fields.entries()) {
      const value = values[from + i]!;
      if (value.kind === 'missing') {
        if (this.#spec.missingTime === 'skip') {
          this.skippedWithoutTime += 1;
          return false;
        }
        const fix = 'Name a field that every record has, or set missingTime: skip to skip such records.';
        this.problem({ code: 'REPLAY_TIME', line, what: `has no time in '${field}'.`, fix });
        return false;
      }
      if (value.kind === 'unusable') {
        this.#unusable(value, field, start, line);
        return false;
      }
      if (i === 0) at = value.at;
      text += i === 0 ? value.text : ` ${value.text}`;
    }
    const problem = this.times.read(text, line);
    if (problem !== undefined) {
      this.problem({ code: 'REPLAY_TIME', ...placeOf(this.#text, start, line, at), ...problem });
      return false;
    }
    this.seconds.push(this.times.seconds);
    this.nanos.push(this.times.nanos);
    return true;
  }

  #unusable(value: FieldValue & { readonly kind: 'unusable' }, field: string, start: number, line: number): void {
    const place = placeOf(this.#text, start, line, value.at);
    const { code, what, fix } = value;
    this.problem({ code, ...place, what: `${what}: field '${field}'.`, fix });
  }
}

/** The fields that hold the time: two for a date and a time of day. */
function timeFieldsOf({ timeField }: ReplaySpec, { needsTimes }: ReplayNeeds): readonly string[] {
  if (timeField === undefined) return needsTimes === true ? ['time'] : [];
  return typeof timeField === 'string' ? [timeField] : timeField;
}
