import { parseExact } from '../exact-json.ts';
import { jsonValuesIn } from '../json-values.ts';
import { converterOf, UNFIT, type ValueConverter } from './convert-value.ts';
import type { Deserializer } from './deserializer.ts';
import type { HiveField, HiveType } from './hive-type.ts';
import { KeyFinder } from './key-finder.ts';

/** Rows of a record, each with one value for each column; or why it has none. */
export type ReadRows =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly errorMessage: string };

/** Turns records of JSON into rows of a table. */
export class RowReader {
  readonly #columns: readonly HiveField[];
  readonly #converters: readonly ValueConverter[];
  readonly #finder: KeyFinder;
  readonly #parse: (text: string) => unknown;

  constructor(columns: readonly HiveField[], deserializer: Deserializer) {
    this.#columns = columns;
    this.#converters = columns.map(({ type }) => converterOf(type, deserializer));
    this.#finder = new KeyFinder(
      columns.map(({ name }) => name),
      deserializer,
    );
    this.#parse = columns.some(({ type }) => needsExactNumbers(type)) ? parseExact : JSON.parse;
  }

  /** A record may hold several objects, one after the other; an array is none. */
  read(data: Buffer): ReadRows {
    const values = this.#valuesIn(data);
    if (values === undefined || !values.every(isObject)) {
      const errorMessage = `The record is not one or more objects of JSON, one after the other.`;
      return { kind: 'failed', errorCode: 'DataFormatConversion.ParseError', errorMessage };
    }
    const rows: unknown[][] = [];
    for (const value of values) {
      const row = new Array<unknown>(this.#columns.length).fill(null);
      const unfit = this.#fill(row, value);
      if (unfit !== undefined) return this.#malformed(unfit.index, unfit.value);
      rows.push(row);
    }
    return { kind: 'rows', rows };
  }

  #valuesIn(data: Buffer): readonly unknown[] | undefined {
    try {
      return [this.#parse(data.toString())];
    } catch {
      const parts = jsonValuesIn(data);
      if (parts === undefined || parts.length < 2) return undefined;
      try {
        return parts.map((part) => this.#parse(Buffer.from(part.buffer, part.byteOffset, part.length).toString()));
      } catch {
        return undefined;
      }
    }
  }

  /** @returns the first value that does not fit. */
  #fill(
    row: unknown[],
    value: Readonly<Record<string, unknown>>,
  ): { readonly index: number; readonly value: unknown } | undefined {
    for (const key in value) {
      const index = this.#finder.indexOf(key);
      if (index === -1) continue;
      const converted = this.#converters[index]!(value[key]);
      if (converted === UNFIT) return { index, value: value[key] };
      row[index] = converted;
    }
    return undefined;
  }

  #malformed(index: number, value: unknown): ReadRows {
    const { name, type } = this.#columns[index]!;
    const shown = typeof value === 'object' ? 'an object or an array' : JSON.stringify(String(value)).slice(0, 100);
    return {
      kind: 'failed',
      errorCode: 'DataFormatConversion.MalformedData',
      errorMessage: `The value of column ${name} does not fit the type ${type.kind}: ${shown}.`,
    };
  }
}

function needsExactNumbers(type: HiveType): boolean {
  switch (type.kind) {
    case 'bigint':
    case 'decimal':
    case 'string':
    case 'char':
    case 'varchar':
      return true;
    case 'array':
      return needsExactNumbers(type.element);
    case 'map':
      return needsExactNumbers(type.key) || needsExactNumbers(type.value);
    case 'struct':
      return type.fields.some((field) => needsExactNumbers(field.type));
    default:
      return false;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
