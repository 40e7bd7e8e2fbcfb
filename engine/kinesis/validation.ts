import { KinesisError, validationError } from './errors.ts';
import { INPUTS } from './validation-inputs.ts';
import type { IntegerShape, ListShape, MapShape, Shape, Structure, TextShape } from './validation-shapes.ts';

/** AWS reports this many problems of one call at most (kinesalite, from live answers). */
const MOST_PROBLEMS = 10;

/**
 * Checks an input against the service's model before an operation sees it.
 *
 * @param input as the SDK's types have it; members that the model does not know are let pass, as AWS lets them.
 * @throws SerializationException when a member is of the wrong type; ValidationException with every constraint that is
 *   not held, in AWS's words, joined by "; ".
 */
export function checkInput(operation: string, input: object): void {
  const structure = INPUTS.get(operation);
  if (structure === undefined) return;
  checkTypes(structure, input);
  const problems: string[] = [];
  checkMembers(structure, input, '', problems);
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length > 1 ? 's' : ''}`;
  throw validationError(`${count} detected: ${problems.join('; ')}`);
}

function checkTypes({ members }: Structure, value: object): void {
  for (const { name, shape } of members) {
    const member = Reflect.get(value, name);
    if (member !== undefined && member !== null) checkType(shape, member);
  }
}

function checkType(shape: Shape, value: unknown): void {
  switch (shape.kind) {
    case 'String':
      if (typeof value !== 'string') throw notConverted(value, 'an String');
      return;
    case 'Integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw notConverted(value, 'an Integer');
      return;
    case 'Boolean':
      if (typeof value !== 'boolean') throw notConverted(value, 'an Boolean');
      return;
    case 'Timestamp':
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
        throw notConverted(value, 'milliseconds since epoch');
      }
      return;
    case 'Blob':
      if (!(value instanceof Uint8Array)) throw notConverted(value, 'a Blob');
      return;
    case 'List':
      if (!Array.isArray(value)) throw notStarted(value, 'Expected list or null');
      if (shape.member !== undefined) for (const member of value) if (member != null) checkType(shape.member, member);
      return;
    case 'Map':
      if (!isPlainObject(value)) throw notStarted(value, 'Expected map or null');
      for (const member of Object.values(value)) if (member != null) checkType(shape.value, member);
      return;
    case 'Structure':
      if (!isPlainObject(value)) throw notStarted(value, 'Expected null');
      checkTypes(shape, value);
      return;
  }
}

function checkMembers({ members }: Structure, value: object, parent: string, problems: string[]): void {
  for (const { name, path, shape } of members) check(shape, Reflect.get(value, name), parent + path, problems);
}

/** The types hold already; what is left are the constraints. */
function check(shape: Shape, value: unknown, path: string, problems: string[]): void {
  if (value === undefined || value === null) {
    if (shape.required === true) report(problems, shape, value, path, 'Member must not be null');
    return;
  }
  switch (shape.kind) {
    case 'String':
      if (typeof value === 'string')
        for (const broken of textProblems(shape, value)) report(problems, shape, value, path, broken);
      return;
    case 'Integer':
      if (typeof value === 'number')
        for (const broken of integerProblems(shape, value)) report(problems, shape, value, path, broken);
      return;
    case 'Blob':
      if (value instanceof Uint8Array && value.length > shape.max) report(problems, shape, value, path, atMost(shape));
      return;
    case 'List':
      if (Array.isArray(value)) checkList(shape, value, path, problems);
      return;
    case 'Map':
      checkMap(shape, value, path, problems);
      return;
    case 'Structure':
      if (isPlainObject(value)) checkMembers(shape, value, `${path}.`, problems);
      return;
    default:
      return;
  }
}

function checkList(shape: ListShape, value: readonly unknown[], path: string, problems: string[]): void {
  for (const broken of lengthProblems(shape, value.length)) report(problems, shape, value, path, broken);
  const { member } = shape;
  if (member?.kind === 'Structure') {
    value.forEach((item, i) => {
      check(member, item, `${path}.${i + 1}.member`, problems);
    });
  } else if (member?.kind === 'String' && value.some((item) => typeof item !== 'string' || breaks(member, item))) {
    report(problems, shape, value, path, `Member must satisfy constraint: [${textConstraints(member)}]`);
  }
}

function checkMap(shape: MapShape, value: object, path: string, problems: string[]): void {
  const entries = Object.entries(value);
  for (const broken of lengthProblems(shape, entries.length)) report(problems, shape, value, path, broken);
  if (entries.some(([key]) => breaks(shape.key, key))) {
    report(problems, shape, value, path, `Map keys must satisfy constraint: [${textConstraints(shape.key)}]`);
  }
  if (entries.some(([, item]) => typeof item !== 'string' || breaks(shape.value, item))) {
    report(problems, shape, value, path, `Map value must satisfy constraint: [${textConstraints(shape.value)}]`);
  }
}

const atLeast = ({ min }: { readonly min?: number }) => `Member must have length greater than or equal to ${min}`;
const atMost = ({ max }: { readonly max?: number }) => `Member must have length less than or equal to ${max}`;
const matching = ({ pattern }: TextShape) => `Member must satisfy regular expression pattern: ${pattern}`;
const inSet = ({ values = [] }: TextShape) => `Member must satisfy enum value set: [${values.join(', ')}]`;

const breaks = (shape: TextShape, value: string): boolean => textProblems(shape, value).length > 0;

const NONE: readonly string[] = [];

function textProblems(shape: TextShape, value: string): readonly string[] {
  const { values, matcher, pattern, max } = shape;
  if (values !== undefined) return values.includes(value) ? NONE : [inSet(shape)];
  const problems = lengthProblems(shape, value.length);
  // A pattern with several stars takes the square of the length: what is too long anyway is not matched.
  const matchable = max === undefined || value.length <= max || pattern?.includes('.*') !== true;
  if (matcher === undefined || !matchable || matcher.test(value)) return problems;
  return [matching(shape), ...problems];
}

function lengthProblems(shape: { readonly min?: number; readonly max?: number }, length: number): readonly string[] {
  if (shape.min !== undefined && length < shape.min) return [atLeast(shape)];
  if (shape.max !== undefined && length > shape.max) return [atMost(shape)];
  return NONE;
}

function integerProblems({ min, max }: IntegerShape, value: number): readonly string[] {
  if (min !== undefined && value < min) return [`Member must have value greater than or equal to ${min}`];
  if (max !== undefined && value > max) return [`Member must have value less than or equal to ${max}`];
  return NONE;
}

/** What every member of a list or map has to hold, as AWS lists it. */
function textConstraints(shape: TextShape): string {
  if (shape.values !== undefined) return inSet(shape);
  const { pattern } = shape;
  return [atMost(shape), atLeast(shape), ...(pattern === undefined ? [] : [matching(shape)])].join(', ');
}

function report(problems: string[], shape: Shape, value: unknown, path: string, broken: string): void {
  if (problems.length >= MOST_PROBLEMS) return;
  const shown = value === undefined || value === null ? 'null' : `'${valueText(shape, value)}'`;
  problems.push(`Value ${shown} at '${path}' failed to satisfy constraint: ${broken}`);
}

/** A value as Java writes it. Structures in a list are only counted: AWS writes their addresses. */
function valueText(shape: Shape, value: unknown): string {
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) {
    const isShort = value.length === 0 || (shape.kind === 'List' && shape.member?.kind === 'String');
    return isShort ? `[${value.join(', ')}]` : `[${value.length} members]`;
  }
  if (isPlainObject(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${item}`)
      .join(', ')}}`;
  }
  return String(value);
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

const serialization = (message: string): KinesisError => new KinesisError('SerializationException', message);

/** AWS parses JSON in Java and names the Java types. */
function notConverted(value: unknown, to: string): KinesisError {
  if (typeof value === 'object') return notStarted(value, '');
  if (typeof value === 'string' && to === 'an Boolean') {
    return serialization(`'${value.toUpperCase()}' can not be converted to an Boolean`);
  }
  return serialization(`${javaTypeOf(value)} can not be converted to ${to}`);
}

function notStarted(value: unknown, expected: string): KinesisError {
  if (Array.isArray(value)) return serialization('Start of list found where not expected');
  if (typeof value === 'object') return serialization('Start of structure or map found where not expected.');
  return serialization(expected);
}

function javaTypeOf(value: unknown): string {
  if (typeof value === 'string') return 'class java.lang.String';
  if (typeof value === 'boolean') return 'class java.lang.Boolean';
  return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
}
