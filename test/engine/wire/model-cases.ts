import { RECORD_ENTRY } from '../../../engine/account/validation/records.ts';
import type { Shape, Structure, TextShape } from '../../../engine/account/validation/shapes.ts';

/** One value for one member of one operation's input, and the service's expected response. */
export interface ModelCase {
  readonly operation: string;
  /** Path as in messages: `records.1.member.partitionKey`. */
  readonly path: string;
  readonly what: string;
  readonly input: object;
  /** A part of the message of ValidationException, or of SerializationException; undefined for a value that is in the model. */
  readonly validation?: string;
  readonly serialization?: string;
}

/** A value that the model accepts, for each pattern that the letter `a` does not match. */
const SAMPLES: readonly string[] = [
  'a',
  '0',
  '000000000000',
  'arn:aws:kinesis:us-east-1:000000000000:stream/a',
  'arn:aws:kinesis:us-east-1:000000000000:channel/a',
  'arn:aws:kinesis:us-east-1:000000000000:stream/a/consumer/a:1',
  'aaaaaaaaaaaaaaaaaaaa-aaa',
  'arn:aws:s3:::aaa',
  'arn:aws:iam::000000000000:role/a',
  'arn:aws:glue:us-east-1:000000000000:schema/a/a',
  'arn:aws:s3tables:us-east-1:000000000000:bucket/aaa',
  'arn:aws:glue:us-east-1:000000000000:catalog',
  'arn:aws:kms:us-east-1:000000000000:key/a',
  'arn:aws:es:us-east-1:000000000000:domain/aaa',
  'arn:aws:secretsmanager:us-east-1:000000000000:secret:a',
  'https://a',
  's3://a',
  '.a',
  '0'.repeat(256),
  'jdbc:redshift://a.redshift.a:1/a',
  'account-name.a.snowflakecomputing.com',
  'aaaa.aaaa.vpce.us-east-1.vpce-svc-aaaaaaaaaaaaaaaaa',
];

/** Texts of which each pattern of the model rejects at least one. */
const FOREIGN: readonly string[] = [' ', '\u00e9', ':', 'not one', '\n', '\0'];

/** Below, at and above every limit, outside every pattern and set, and of another type, for every member of every input. */
export function modelCases(inputs: ReadonlyMap<string, Structure>): readonly ModelCase[] {
  return [...inputs].flatMap(([operation, structure]) =>
    [...membersOf(structure, '', [])].flatMap(({ path, keys, shape }) =>
      [...casesOf(shape, path)].map(({ value, ...rest }) => ({
        operation,
        path,
        ...rest,
        input: withValue(sample(structure) as object, keys, value),
      })),
    ),
  );
}

type Key = string | number;
type Case = Omit<ModelCase, 'operation' | 'path' | 'input'> & { readonly value: unknown };

function* membersOf(
  { members }: Structure,
  parent: string,
  keys: readonly Key[],
): Generator<{ path: string; keys: readonly Key[]; shape: Shape }> {
  for (const { name, path, shape } of members) {
    const here = { path: parent + path, keys: [...keys, name], shape };
    yield here;
    const item = itemOf(shape);
    if (shape.kind === 'Structure') yield* membersOf(shape, `${here.path}.`, here.keys);
    if (item?.kind === 'Structure') yield* membersOf(item, `${here.path}.1.member.`, [...here.keys, 0]);
  }
}

function itemOf(shape: Shape): Shape | undefined {
  if (shape.kind !== 'List') return undefined;
  return shape.member === 'records' ? RECORD_ENTRY : shape.member;
}

function* casesOf(shape: Shape, path: string): Generator<Case> {
  const broken = (constraint: string) => ({ validation: `at '${path}' failed to satisfy constraint: ${constraint}` });
  if (shape.required === true) yield { what: 'left out', value: undefined, ...broken('Member must not be null') };
  yield* wrongTypes(shape);
  switch (shape.kind) {
    case 'String':
      yield* textCases(shape, broken);
      return;
    case 'Integer':
    case 'Double':
      if (shape.min !== undefined) {
        yield {
          what: 'below',
          value: shape.min - 1,
          ...broken(`Member must have value greater than or equal to ${shape.min}`),
        };
        yield { what: 'at the least', value: shape.min };
      }
      if (shape.max !== undefined) {
        yield { what: 'at the most', value: shape.max };
        yield {
          what: 'above',
          value: shape.max + 1,
          ...broken(`Member must have value less than or equal to ${shape.max}`),
        };
      }
      return;
    case 'Blob':
      yield { what: 'empty', value: Buffer.alloc(0) };
      yield {
        what: 'above',
        value: Buffer.alloc(shape.max + 1),
        ...broken(`Member must have length less than or equal to ${shape.max}`),
      };
      return;
    case 'List': {
      const item = sample(itemOf(shape)!);
      if ((shape.min ?? 0) > 0) {
        yield { what: 'empty', value: [], ...broken(`Member must have length greater than or equal to ${shape.min}`) };
      }
      yield { what: 'of one', value: [item] };
      if (shape.max === undefined) return;
      yield {
        what: 'above',
        value: new Array(shape.max + 1).fill(item),
        ...broken(`Member must have length less than or equal to ${shape.max}`),
      };
      return;
    }
    case 'Map': {
      const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
      if (shape.min === undefined || shape.max === undefined) return;
      yield { what: 'empty', value: {}, ...broken(`Member must have length greater than or equal to ${shape.min}`) };
      yield { what: 'at the most', value: entries(shape.max) };
      yield {
        what: 'above',
        value: entries(shape.max + 1),
        ...broken(`Member must have length less than or equal to ${shape.max}`),
      };
      const keyMax = shape.key.max!;
      yield { what: 'with a long key', value: { ['k'.repeat(keyMax + 1)]: 'v' }, ...broken('Map keys must satisfy') };
      yield { what: 'with a long value', value: { k: 'v'.repeat(shape.value.max! + 1) }, ...broken('Map value must') };
      return;
    }
    default:
      return;
  }
}

function* textCases(shape: TextShape, broken: (constraint: string) => Pick<Case, 'validation'>): Generator<Case> {
  const { min, max, pattern, values } = shape;
  if (values !== undefined) {
    yield {
      what: 'outside the set',
      value: 'NEVER',
      ...broken(`Member must satisfy enum value set: [${values.join(', ')}]`),
    };
    for (const value of values) yield { what: `of the set, ${value}`, value };
    return;
  }
  const base = sample(shape) as string;
  const padded = (length: number) => base.padEnd(length, base.at(-1));
  if (min !== undefined && min > 0) yield { what: 'below', value: base.slice(0, min - 1), ...broken('Member must') };
  if (max !== undefined) {
    if (shape.matcher?.test(padded(max)) !== false) yield { what: 'at the most', value: padded(max) };
    yield { what: 'above', value: padded(max + 1), ...broken('Member must') };
  }
  if (pattern === undefined) return;
  const foreign = FOREIGN.find((text) => shape.matcher?.test(text) === false)!;
  yield {
    what: 'outside the pattern',
    value: foreign,
    ...broken(`Member must satisfy regular expression pattern: ${pattern}`),
  };
}

function* wrongTypes({ kind }: Shape): Generator<Case> {
  const list = { what: 'a list', value: [['a']], serialization: 'Start of list found where not expected' };
  const structure = { value: { a: 1 }, serialization: 'Start of structure or map found where not expected.' };
  if (kind !== 'List') yield list;
  if (kind !== 'Map' && kind !== 'Structure') yield { what: 'a structure', ...structure };
  const number = 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
  const converted: Partial<Record<Shape['kind'], string>> = {
    String: 'an String',
    Integer: 'an Integer',
    Double: 'a Double',
    Blob: 'a Blob',
    Timestamp: 'milliseconds since epoch',
  };
  const to = converted[kind];
  if (to !== undefined) {
    yield { what: 'a boolean', value: true, serialization: `class java.lang.Boolean can not be converted to ${to}` };
    if (kind === 'Integer' || kind === 'Double' || kind === 'Timestamp')
      yield { what: 'a text', value: 'x', serialization: `class java.lang.String can not be converted to ${to}` };
    else yield { what: 'a number', value: 7, serialization: `${number} can not be converted to ${to}` };
  } else if (kind === 'Boolean') {
    yield { what: 'a text', value: 'maybe', serialization: "'MAYBE' can not be converted to an Boolean" };
    yield { what: 'a number', value: 7, serialization: `${number} can not be converted to an Boolean` };
  } else {
    const expected = { List: 'Expected list or null', Map: 'Expected map or null', Structure: 'Expected null' };
    yield { what: 'a text', value: 'x', serialization: expected[kind as keyof typeof expected] };
  }
}

/** A value in the model: of structures the required members, of the rest one of few shapes. */
function sample(shape: Shape): unknown {
  switch (shape.kind) {
    case 'String': {
      if (shape.values !== undefined) return shape.values[0];
      const found = SAMPLES.find((text) => shape.matcher?.test(text) !== false && text.length >= (shape.min ?? 0));
      if (found === undefined) throw new Error(`no sample matches ${shape.pattern}`);
      return found;
    }
    case 'Integer':
    case 'Double':
      return shape.min ?? 24;
    case 'Boolean':
      return false;
    case 'Timestamp':
      return 0;
    case 'Blob':
      return Buffer.from('a');
    case 'List':
      return [sample(itemOf(shape)!)];
    case 'Map':
      return { k: 'v' };
    case 'Structure':
      return Object.fromEntries(
        shape.members.flatMap((member) =>
          member.shape.required === true ? [[member.name, sample(member.shape)]] : [],
        ),
      );
  }
}

/** A copy with one member, at any depth, set to a value; what is not there on the way is made from the model's samples. */
function withValue(input: object, [key, ...rest]: readonly Key[], value: unknown): object {
  const copy: Record<Key, unknown> | unknown[] = Array.isArray(input) ? [...input] : { ...input };
  const inner: unknown = Reflect.get(copy, key!);
  const [next] = rest;
  const at = (inner ?? (typeof next === 'number' ? [] : {})) as object;
  Reflect.set(copy, key!, rest.length === 0 ? value : withValue(at, rest, value));
  return copy;
}
