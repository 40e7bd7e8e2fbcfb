import { validationError } from '../errors.ts';
import { INPUTS } from './inputs.ts';
import { isSoundEntry, RECORD_ENTRY } from './records.ts';
import type { DoubleShape, IntegerShape, ListShape, MapShape, Shape, Structure, TextShape } from './shapes.ts';
import { checkTypes, inModelTypes, isPlainObject } from './types.ts';

/** AWS reports at most this many problems of one call (kinesalite, from live responses). */
export const PROBLEMS_MAX = 10;

/**
 * Checks an input against the service's model before an operation sees it.
 *
 * @param input in the SDK's types; members that the model does not know pass, as they do on AWS.
 * @returns the input, or a copy in the SDK's types if values were written in another form that AWS accepts: null for an absent
 *   member, `"true"`, 1.5 for 1.
 * @throws SerializationException if a member has the wrong type; ValidationException with every violated constraint, in AWS's
 *   words, joined by "; ".
 */
export function checkInput(operation: string, input: object): object {
  const structure = INPUTS.get(operation);
  return structure === undefined ? input : checkStructure(structure, input);
}

/** Checks an input against its structure, as `checkInput` does. */
export function checkStructure(structure: Structure, input: object): object {
  const checked = checkTypes(structure, input) ? inModelTypes(structure, input) : input;
  const problems: string[] = [];
  checkMembers(structure, checked, '', problems);
  if (problems.length === 0) return checked;
  throw validationError(summaryOf(problems));
}

/** The message of a ValidationException with these problems. */
export const summaryOf = (problems: readonly string[]): string =>
  `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`;

/** @param shown the value as AWS shows it, with a space before it; empty where AWS shows none. */
export const problemText = (shown: string, path: string, constraint: string): string =>
  `Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`;

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
    case 'Double':
      if (typeof value === 'number')
        for (const broken of numberProblems(shape, value)) report(problems, shape, value, path, broken);
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
  const { member, isSound } = shape;
  if (member === 'records') {
    value.forEach((entry, i) => {
      if (!isSoundEntry(entry)) check(RECORD_ENTRY, entry, `${path}.${i + 1}.member`, problems);
    });
  } else if (member.kind === 'Structure') {
    const required: Shape = { ...member, required: true };
    value.forEach((item, i) => {
      if (isSound?.(item) !== true) check(required, item, `${path}.${i + 1}.member`, problems);
    });
  } else if (member.kind === 'String' && value.some((item) => typeof item !== 'string' || breaks(member, item))) {
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
  const problems = lengthProblems(shape, charactersOf(value, max));
  // A pattern with several stars takes the square of the length: what is too long anyway is not matched.
  const matchable = max === undefined || value.length <= max || pattern?.includes('.*') !== true;
  if (matcher === undefined || !matchable || matcher.test(value)) return problems;
  return [matching(shape), ...problems];
}

/** Smithy counts a text's length in Unicode characters; UTF-16 units are at least as many, so few texts are looked at. */
const charactersOf = (value: string, max: number | undefined): number =>
  max !== undefined && value.length > max && value.length <= 2 * max ? [...value].length : value.length;

function lengthProblems(shape: { readonly min?: number; readonly max?: number }, length: number): readonly string[] {
  if (shape.min !== undefined && length < shape.min) return [atLeast(shape)];
  if (shape.max !== undefined && length > shape.max) return [atMost(shape)];
  return NONE;
}

function numberProblems({ min, max }: IntegerShape | DoubleShape, value: number): readonly string[] {
  if (min !== undefined && value < min) return [`Member must have value greater than or equal to ${min}`];
  if (max !== undefined && value > max) return [`Member must have value less than or equal to ${max}`];
  return NONE;
}

/** Constraints that every member of a list or map must satisfy, in AWS's notation. */
function textConstraints(shape: TextShape): string {
  if (shape.values !== undefined) return inSet(shape);
  const { pattern } = shape;
  return [atMost(shape), atLeast(shape), ...(pattern === undefined ? [] : [matching(shape)])].join(', ');
}

function report(problems: string[], shape: Shape, value: unknown, path: string, broken: string): void {
  if (problems.length >= PROBLEMS_MAX) return;
  problems.push(problemText(shownValue(shape, value), path, broken));
}

/** AWS writes no value for a list of structures, such as 501 records. */
function shownValue(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return ' null';
  const hasStructures = shape.kind === 'List' && (shape.member === 'records' || shape.member.kind === 'Structure');
  if (hasStructures && Array.isArray(value) && value.length > 0) return '';
  return ` '${valueText(value)}'`;
}

/** A value as Java writes it. */
function valueText(value: unknown): string {
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  if (isPlainObject(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${item}`)
      .join(', ')}}`;
  }
  return String(value);
}
