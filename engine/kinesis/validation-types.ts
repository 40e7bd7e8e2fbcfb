import { KinesisError } from './errors.ts';
import type { Shape, Structure } from './validation-shapes.ts';

/**
 * Checks that what is there has the types of the model. Returns whether a member is null, which means that it is left
 * out.
 * @throws SerializationException in the words of AWS, which reads JSON in Java and names Java's types.
 */
export function checkTypes({ members }: Structure, value: object): boolean {
  let hasNulls = false;
  for (const { name, shape } of members) {
    const member: unknown = Reflect.get(value, name);
    if (member === null) hasNulls = true;
    else if (member !== undefined && checkType(shape, member)) hasNulls = true;
  }
  return hasNulls;
}

function checkType(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'String':
      if (typeof value !== 'string') throw notConverted(value, 'an String');
      return false;
    case 'Integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw notConverted(value, 'an Integer');
      return false;
    case 'Boolean':
      if (typeof value !== 'boolean') throw notConverted(value, 'an Boolean');
      return false;
    case 'Timestamp':
      if (value instanceof Date && !Number.isNaN(value.getTime())) return false;
      throw notConverted(value, 'milliseconds since epoch');
    case 'Blob':
      if (!(value instanceof Uint8Array)) throw notConverted(value, 'a Blob');
      return false;
    case 'List': {
      if (!Array.isArray(value)) throw notStarted(value, 'Expected list or null');
      const { member } = shape;
      if (member === 'records') return checkRecordTypes(value);
      return value.filter((item) => item != null && checkType(member, item)).length > 0;
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

/** A copy of an input without the members that are null, at any depth. */
export function withoutNulls<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, copied(member)]));
}

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
