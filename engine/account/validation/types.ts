import { KinesisError } from '../errors.ts';
import type { Shape, Structure } from './shapes.ts';

/**
 * Checks that the members present have the types of the model. Returns true if a value is written in another form than the
 * SDK's, so that `inModelTypes` must convert it: null for an absent member, `"yes"` for true, 1.5 or 2^40 for an Integer.
 * @throws SerializationException in the words of AWS, which reads JSON in Java and names Java's types.
 */
export function checkTypes({ members }: Structure, value: object): boolean {
  let converts = false;
  for (const { name, shape } of members) {
    const member: unknown = Reflect.get(value, name);
    if (member === null) converts = true;
    else if (member !== undefined && checkType(shape, member)) converts = true;
  }
  return converts;
}

/** Range of Java's Integer: AWS cuts numbers to it, and drops fractions (kinesalite, from live responses). */
const INTEGER_MAX = 2 ** 31 - 1;
const INTEGER_MIN = -(2 ** 31);
const isInteger = (value: number): boolean => Number.isInteger(value) && value >= INTEGER_MIN && value <= INTEGER_MAX;

/** Texts that AWS takes for a Boolean, in any case. */
const BOOLEAN_TEXTS: Readonly<Record<string, boolean>> = {
  TRUE: true,
  FALSE: false,
  YES: true,
  NO: false,
  '1': true,
  '0': false,
};

function checkType(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'String':
      if (typeof value !== 'string') throw notConverted(value, 'an String');
      return false;
    case 'Integer':
      if (typeof value !== 'number' || Number.isNaN(value)) throw notConverted(value, 'an Integer');
      return !isInteger(value);
    case 'Double':
      if (typeof value !== 'number' || Number.isNaN(value)) throw notConverted(value, 'a Double');
      return false;
    case 'Boolean':
      if (typeof value === 'boolean') return false;
      if (typeof value === 'string' && Object.hasOwn(BOOLEAN_TEXTS, value.toUpperCase())) return true;
      throw notConverted(value, 'an Boolean');
    case 'Timestamp':
      if (value instanceof Date && !Number.isNaN(value.getTime())) return false;
      throw notConverted(value, 'milliseconds since epoch');
    case 'Blob':
      if (!(value instanceof Uint8Array)) throw notConverted(value, 'a Blob');
      return false;
    case 'List': {
      if (!Array.isArray(value)) throw notStarted(value, 'Expected list or null');
      const { member, isSound } = shape;
      if (member === 'records') return checkRecordTypes(value);
      return value.filter((item) => item != null && isSound?.(item) !== true && checkType(member, item)).length > 0;
    }
    case 'Map':
      if (!isPlainObject(value)) throw notStarted(value, 'Expected map or null');
      for (const item of Object.values(value)) if (item != null) checkType(shape.value, item);
      return false;
    case 'Structure':
      if (!isPlainObject(value)) throw notStarted(value, 'Expected null');
      return checkTypes(shape, value);
  }
}

/**
 * Checks the types of the records of a PutRecords call, up to 500 of them, with as little as can be done: whether their
 * values are any good the operation sees as it reads them. Returns whether a member is null.
 * @throws SerializationException
 */
function checkRecordTypes(records: readonly unknown[]): boolean {
  let hasNulls = false;
  for (const record of records) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      throw notStarted(record, 'Expected null');
    }
    const { Data, PartitionKey, ExplicitHashKey } = record as Readonly<Record<string, unknown>>;
    hasNulls ||= Data === null || PartitionKey === null || ExplicitHashKey === null;
    if (Data != null && !(Data instanceof Uint8Array)) throw notConverted(Data, 'a Blob');
    if (PartitionKey != null && typeof PartitionKey !== 'string') throw notConverted(PartitionKey, 'an String');
    if (ExplicitHashKey != null && typeof ExplicitHashKey !== 'string')
      throw notConverted(ExplicitHashKey, 'an String');
  }
  return hasNulls;
}

/** A copy of an input whose types were checked, with every value as the SDK's types have it, and no member that is null. */
export function inModelTypes({ members }: Structure, input: object): object {
  const shapes = new Map(members.map(({ name, shape }) => [name, shape]));
  const present = Object.entries(input).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([name, member]) => [name, converted(shapes.get(name), member)]));
}

function converted(shape: Shape | undefined, value: unknown): unknown {
  switch (shape?.kind) {
    case 'Integer':
      return typeof value === 'number' ? Math.max(INTEGER_MIN, Math.min(INTEGER_MAX, Math.trunc(value))) : value;
    case 'Boolean':
      return typeof value === 'string' ? BOOLEAN_TEXTS[value.toUpperCase()] : value;
    case 'List': {
      const { member } = shape;
      if (!Array.isArray(value)) return value;
      return value.map((item) => (member === 'records' ? withoutNulls(item) : converted(member, item)));
    }
    case 'Structure':
      return isPlainObject(value) ? inModelTypes(shape, value) : value;
    case 'Map':
      return withoutNulls(value);
    default:
      return value;
  }
}

const withoutNulls = (value: unknown): unknown =>
  isPlainObject(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) : value;

export const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

const serialization = (message: string): KinesisError => new KinesisError('SerializationException', message);

function notConverted(value: unknown, to: string): KinesisError {
  if (typeof value === 'object') return notStarted(value, '');
  if (typeof value === 'string' && to === 'an Boolean') {
    return serialization(`'${value.toUpperCase()}' can not be converted to an Boolean`);
  }
  return serialization(`${javaTypeOf(value)} can not be converted to ${to}`);
}

function notStarted(value: unknown, expected: string): KinesisError {
  if (Array.isArray(value)) return serialization('Start of list found where not expected');
  if (typeof value === 'object' && value !== null) {
    return serialization('Start of structure or map found where not expected.');
  }
  return serialization(expected);
}

function javaTypeOf(value: unknown): string {
  if (typeof value === 'string') return 'class java.lang.String';
  if (typeof value === 'boolean') return 'class java.lang.Boolean';
  return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
}
