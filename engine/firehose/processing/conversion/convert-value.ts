import { decimalOf } from './decimal.ts';
import type { Deserializer } from './deserializer.ts';
import type { HiveType } from './hive-type.ts';
import { KeyFinder } from './key-finder.ts';

/** A value that does not fit its type. */
export const UNFIT: unique symbol = Symbol('unfit');

/** @returns the value for the Parquet writer: null, or UNFIT. Never called with undefined. */
export type ValueConverter = (value: unknown) => unknown;

const INTEGER_RANGES = {
  tinyint: [-128, 127],
  smallint: [-32_768, 32_767],
  int: [-2_147_483_648, 2_147_483_647],
} as const;
const BIGINT_MAX = 2n ** 63n;
const MS_PER_DAY = 86_400_000;
const WHOLE_NUMBER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;

/** Makes the converter of a type. It throws nothing: a record that does not fit is an everyday thing. */
export function converterOf(type: HiveType, deserializer: Deserializer): ValueConverter {
  const convert = notNull(type, deserializer);
  return (value) => (value === null ? null : convert(value));
}

function notNull(type: HiveType, deserializer: Deserializer): ValueConverter {
  const { isLenient, timestampOf } = deserializer;
  switch (type.kind) {
    case 'boolean':
      return (value) => booleanOf(value, isLenient);
    case 'tinyint':
    case 'smallint':
    case 'int': {
      const [min, max] = INTEGER_RANGES[type.kind];
      return (value) => {
        const number = isLenient && typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value;
        return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
          ? number
          : UNFIT;
      };
    }
    case 'bigint':
      return (value) => bigintOf(value, isLenient);
    case 'float':
    case 'double':
      return (value) => doubleOf(value, isLenient);
    case 'string':
      return (value) => textOf(value, isLenient);
    case 'char':
    case 'varchar': {
      const { lengthMax } = type;
      return (value) => {
        const text = textOf(value, isLenient);
        return typeof text === 'string' && text.length > lengthMax ? [...text].slice(0, lengthMax).join('') : text;
      };
    }
    case 'binary':
      return (value) => {
        const text = textOf(value, isLenient);
        return typeof text === 'string' ? new Uint8Array(Buffer.from(text)) : text;
      };
    case 'timestamp':
      return (value) => timestampOf(value) ?? UNFIT;
    case 'date':
      return dateOf;
    case 'decimal':
      return (value) => {
        if (typeof value === 'string' && !isLenient) return UNFIT;
        return decimalOf(value, type.precision, type.scale) ?? UNFIT;
      };
    case 'array': {
      const convert = converterOf(type.element, deserializer);
      return (value) => (Array.isArray(value) ? allOf(value, convert) : UNFIT);
    }
    case 'map': {
      const key = converterOf(type.key, { ...deserializer, isLenient: true });
      const convert = converterOf(type.value, deserializer);
      return (value) => (isObject(value) ? mapOf(value, key, convert) : UNFIT);
    }
    case 'struct': {
      const finder = new KeyFinder(
        type.fields.map(({ name }) => name),
        deserializer,
      );
      const fields = type.fields.map((field) => ({ name: field.name, convert: converterOf(field.type, deserializer) }));
      return (value) => (isObject(value) ? structOf(value, finder, fields) : UNFIT);
    }
  }
}

function booleanOf(value: unknown, isLenient: boolean): unknown {
  if (typeof value === 'boolean') return value;
  if (!isLenient || typeof value !== 'string') return UNFIT;
  const text = value.toLowerCase();
  return text === 'true' || text === 'false' ? text === 'true' : UNFIT;
}

function bigintOf(value: unknown, isLenient: boolean): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : UNFIT;
  const whole =
    isLenient && typeof value === 'string' && WHOLE_NUMBER.test(value) ? BigInt(value.replace('+', '')) : value;
  return typeof whole === 'bigint' && whole >= -BIGINT_MAX && whole < BIGINT_MAX ? whole : UNFIT;
}

function doubleOf(value: unknown, isLenient: boolean): unknown {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return isLenient && typeof value === 'string' && NUMBER.test(value) ? Number(value) : UNFIT;
}

/** Nested values become JSON again. Only OpenX takes them for a text. */
function textOf(value: unknown, isLenient: boolean): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  return isLenient ? jsonOf(value) : UNFIT;
}

/** JSON.rawJSON keeps the digits of whole numbers beyond 2^53. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? rawJson(String(each)) : each));
}

const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** @returns days since 1970. */
function dateOf(value: unknown): unknown {
  const match = typeof value === 'string' ? DATE.exec(value) : null;
  if (match === null) return UNFIT;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const isPossible = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isPossible ? Date.UTC(year, month - 1, day) / MS_PER_DAY : UNFIT;
}

function allOf(values: readonly unknown[], convert: ValueConverter): unknown {
  const converted = values.map(convert);
  return converted.includes(UNFIT) ? UNFIT : converted;
}

function mapOf(value: object, convertKey: ValueConverter, convert: ValueConverter): unknown {
  const entries = Object.entries(value).map(([key, each]) => ({ key: convertKey(key), value: convert(each) }));
  return entries.some(({ key, value: each }) => key === UNFIT || key === null || each === UNFIT) ? UNFIT : entries;
}

function structOf(
  value: object,
  finder: KeyFinder,
  fields: readonly { readonly name: string; readonly convert: ValueConverter }[],
): unknown {
  const struct: Record<string, unknown> = {};
  for (const { name } of fields) struct[name] = null;
  for (const [key, each] of Object.entries(value)) {
    const field = fields[finder.indexOf(key)];
    if (field === undefined) continue;
    const converted = field.convert(each);
    if (converted === UNFIT) return UNFIT;
    struct[field.name] = converted;
  }
  return struct;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
