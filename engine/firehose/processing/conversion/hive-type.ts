/** A type of a column, as Glue and Hive write it. */
export type HiveType =
  | { readonly kind: HivePrimitive }
  | { readonly kind: 'char' | 'varchar'; readonly lengthMax: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly element: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly HiveField[] };

export interface HiveField {
  readonly name: string;
  readonly type: HiveType;
}

const PRIMITIVES = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'string',
  'binary',
  'timestamp',
  'date',
] as const;
export type HivePrimitive = (typeof PRIMITIVES)[number];

/** The largest precision of Hive. */
const DIGITS_MAX = 38;
const DEFAULT_DECIMAL = { precision: 10, scale: 0 };

/**
 * Reads a type such as `array<struct<name:string,price:decimal(10,2)>>`.
 * @returns the type, or undefined if the text is none.
 */
export function readHiveType(text: string): HiveType | undefined {
  const reader = new TypeReader(text.toLowerCase().replace(/\s+/g, ''));
  const type = reader.type();
  return reader.isAtEnd ? type : undefined;
}

/** Reads from left to right; undefined is a text that is no type, and stays so. */
class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  type(): HiveType | undefined {
    const name = this.#word();
    switch (name) {
      case 'integer':
        return { kind: 'int' };
      case 'decimal':
        return this.#decimal();
      case 'char':
      case 'varchar': {
        const [lengthMax] = this.#numbers() ?? [];
        return lengthMax === undefined ? undefined : { kind: name, lengthMax };
      }
      case 'array': {
        const [element] = this.#inner(() => [this.type()]) ?? [];
        return element === undefined ? undefined : { kind: 'array', element };
      }
      case 'map': {
        const [key, value] = this.#inner(() => [this.type(), this.#skip(',') ? this.type() : undefined]) ?? [];
        return key === undefined || value === undefined ? undefined : { kind: 'map', key, value };
      }
      case 'struct':
        return this.#struct();
      default: {
        const kind = PRIMITIVES.find((each) => each === name);
        return kind === undefined ? undefined : { kind };
      }
    }
  }

  #struct(): HiveType | undefined {
    const fields: HiveField[] = [];
    if (!this.#skip('<')) return undefined;
    do {
      const name = this.#word();
      const type = this.#skip(':') ? this.type() : undefined;
      if (name === '' || type === undefined) return undefined;
      fields.push({ name, type });
    } while (this.#skip(','));
    return this.#skip('>') ? { kind: 'struct', fields } : undefined;
  }

  #decimal(): HiveType | undefined {
    if (this.#text[this.#at] !== '(') return { kind: 'decimal', ...DEFAULT_DECIMAL };
    const [precision = 0, scale = 0] = this.#numbers() ?? [];
    const isPossible = precision >= 1 && precision <= DIGITS_MAX && scale <= precision;
    return isPossible ? { kind: 'decimal', precision, scale } : undefined;
  }

  /** One or two numbers in parentheses. */
  #numbers(): readonly number[] | undefined {
    const match = /^\((\d{1,5})(?:,(\d{1,5}))?\)/.exec(this.#text.slice(this.#at));
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match
      .slice(1)
      .filter((part) => part !== undefined)
      .map(Number);
  }

  #inner<T>(read: () => T): T | undefined {
    if (!this.#skip('<')) return undefined;
    const result = read();
    return this.#skip('>') ? result : undefined;
  }

  #skip(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #word(): string {
    const word = /^[^<>(),:]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += word.length;
    return word;
  }
}
