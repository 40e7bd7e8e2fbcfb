import { z } from 'zod';
import { type PathPart, PROBLEM_MEANINGS, type Problem, type ProblemCode, pathText } from './errors.ts';
import { nearest } from './nearest.ts';

/**
 * Turns the schema's issues into problems that a person can act on.
 *
 * Some places accept several forms (`keys: { zipf } | { hot } | ...`), and the schema reports the issues of every form. This
 * guesses the intended form, the one with the fewest issues, and reports only its problems.
 */
export function schemaProblems(error: z.ZodError, schema: z.core.$ZodType, value: unknown): Problem[] {
  const context: Context = { schema, value };
  return error.issues.flatMap((issue) => issueProblems(issue, [], context));
}

interface Context {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
}

type Issue = z.core.$ZodIssue;

function issueProblems(issue: Issue, base: readonly PathPart[], context: Context): Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const value = valueAt(context.value, path);
  const problem = (code: ProblemCode, what: string, fix: string): Problem[] => [
    { code, path: pathText(path), what, fix },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, context));
    case 'invalid_union':
      return value === undefined ? missing(path, context) : unionProblems(issue.errors, path, context);
    case 'custom':
      return problem(codeOf(issue.params?.code), issue.message, String(issue.params?.fix ?? ''));
    case 'invalid_type':
      if (value === undefined) return missing(path, context);
      return problem('WRONG_TYPE', `${shown(value)} is not ${named(issue.expected)}.`, helpAt(path, context));
    case 'invalid_value':
      if (value === undefined) return missing(path, context);
      return problem('NOT_A_CHOICE', `${shown(value)} is not allowed here.`, choiceFix(value, issue.values));
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string')
        return problem('EMPTY', 'is empty.', helpAt(path, context));
      return problem('OUT_OF_RANGE', `${shown(value)} is too small.`, `Write ${least(issue)} ${issue.minimum}.`);
    case 'too_big':
      if (issue.origin === 'string')
        return problem('OUT_OF_RANGE', 'is too long.', `Use at most ${issue.maximum} characters.`);
      if (issue.origin === 'array') return problem('OUT_OF_RANGE', 'has too many items.', `Write ${issue.maximum}.`);
      return problem('OUT_OF_RANGE', `${shown(value)} is too large.`, `Write at most ${issue.maximum}.`);
    case 'invalid_format':
      return problem(
        'BAD_NAME',
        `${shown(value)} ${issue.message}.`,
        'Use letters, digits, space, dot, dash, underscore.',
      );
    default:
      return problem('WRONG_TYPE', issue.message, helpAt(path, context));
  }
}

function least(issue: { readonly inclusive?: boolean | undefined }): string {
  return issue.inclusive === false ? 'more than' : 'at least';
}

function unionProblems(branches: readonly Issue[][], path: readonly PathPart[], context: Context): Problem[] {
  const scores = branches.map((issues) => issues.reduce((sum, issue) => sum + weight(issue, path, context), 0));
  const best = Math.min(...scores);
  const meant = branches.filter((_, i) => scores[i] === best);
  const first = meant[0] ?? [];
  if (best >= WRONG_KIND_WEIGHT) {
    const value = shown(valueAt(context.value, path));
    return [
      { code: 'WRONG_TYPE', path: pathText(path), what: `${value} does not fit here.`, fix: helpAt(path, context) },
    ];
  }
  const unknown = first.filter((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0);
  const lacksKey = first.some((issue) => issue.path.length === 1 && isMissing(issue, path, context));
  // A misspelt key is both an unknown key and a missing one. The unknown key is the more useful problem.
  if (unknown.length > 0 && lacksKey) return unknown.flatMap((issue) => issueProblems(issue, path, context));
  if (meant.length > 1 && lacksKey) {
    const lacking = meant.map(
      (issues) => issues.find((issue) => isMissing(issue, path, context))?.path.map(String) ?? [],
    );
    const [key] = lacking;
    const isSame = lacking.every((other) => pathText(other) === pathText(key ?? []));
    return missing(isSame && key !== undefined ? [...path, ...key] : path, context);
  }
  if (meant.length > 1) return mergeChoices(meant, path, context);
  return first.flatMap((issue) => issueProblems(issue, path, context));
}

/** Joins the issues of forms that differ by one word, such as `kind: engine | noop`, into one problem with all words. */
function mergeChoices(meant: readonly Issue[][], path: readonly PathPart[], context: Context): Problem[] {
  const choices = meant.flat().filter((issue) => issue.code === 'invalid_value');
  return (meant[0] ?? []).flatMap((issue) => {
    if (issue.code !== 'invalid_value') return issueProblems(issue, path, context);
    const alike = choices.filter((choice) => pathText(choice.path.map(String)) === pathText(issue.path.map(String)));
    return issueProblems({ ...issue, values: alike.flatMap((choice) => choice.values) }, path, context);
  });
}

const WRONG_KIND_WEIGHT = 100;
const WRONG_TAG_WEIGHT = 50;
const WRONG_KEY_WEIGHT = 5;

/** Evidence of one issue against its form being the intended one: the larger, the less likely. */
function weight(issue: Issue, base: readonly PathPart[], context: Context): number {
  const value = valueAt(context.value, [...base, ...issue.path.map(String)]);
  if (issue.code === 'unrecognized_keys') return WRONG_KEY_WEIGHT * issue.keys.length;
  if (issue.path.length === 0) {
    if (issue.code === 'invalid_type') return WRONG_KIND_WEIGHT;
    if (issue.code === 'invalid_value') return typeof value === 'string' ? 20 : WRONG_KIND_WEIGHT;
    if (issue.code === 'custom')
      return typeof value === 'object' ? WRONG_KIND_WEIGHT : typeof value === 'number' ? 1 : 10;
    return 1;
  }
  if (isMissing(issue, base, context)) return WRONG_KEY_WEIGHT;
  return issue.code === 'invalid_value' && issue.path[0] === 'kind' ? WRONG_TAG_WEIGHT : 1;
}

function isMissing(issue: Issue, base: readonly PathPart[], context: Context): boolean {
  if (issue.code === 'unrecognized_keys') return false;
  return valueAt(context.value, [...base, ...issue.path.map(String)]) === undefined;
}

function missing(path: readonly PathPart[], context: Context): Problem[] {
  return [{ code: 'MISSING', path: pathText(path), what: 'is missing or incomplete.', fix: missingFix(path, context) }];
}

function missingFix(path: readonly PathPart[], context: Context): string {
  const words = schemasAt(context.schema, path).flatMap(wordsOf);
  return words.length > 1 ? `Write ${words.join(' or ')}.` : helpAt(path, context);
}

function wordsOf(schema: z.core.$ZodType): string[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'literal') return def.values.map(String);
  return def.type === 'enum' ? Object.values(def.entries).map(String) : [];
}

function unknownKey(key: string, path: readonly PathPart[], context: Context): Problem {
  const known = [...new Set(schemasAt(context.schema, path).flatMap(keysOf))];
  if (known.includes(key)) {
    const what = `'${key}' cannot be combined with the other keys here.`;
    return { code: 'UNKNOWN_KEY', path: pathText([...path, key]), what, fix: helpAt(path, context) };
  }
  const near = nearest(key, known);
  const fix = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean '${near}'?`;
  return { code: 'UNKNOWN_KEY', path: pathText([...path, key]), what: `'${key}' is not a known key.`, fix };
}

function choiceFix(value: unknown, choices: readonly unknown[]): string {
  const words = choices.map(String);
  const near = typeof value === 'string' ? nearest(value, words) : undefined;
  return near === undefined ? `Write ${words.join(' or ')}.` : `Did you mean '${near}'? Possible: ${words.join(', ')}.`;
}

/** The description of the field, and the keys that belong there. */
function helpAt(path: readonly PathPart[], context: Context): string {
  const schemas = schemasAt(context.schema, path);
  const description = schemas.map(descriptionOf).find((text) => text !== undefined);
  const keys = [...new Set(schemas.flatMap(keysOf))];
  const parts = [description, keys.length > 0 ? `Keys here: ${keys.join(', ')}.` : undefined];
  return parts.filter((part) => part !== undefined).join(' ') || 'Add it, or correct it.';
}

function descriptionOf(schema: z.core.$ZodType): string | undefined {
  const description = z.globalRegistry.get(schema)?.description;
  if (description !== undefined) return description;
  const inner = innerOf(schema);
  return inner === undefined ? undefined : descriptionOf(inner);
}

function keysOf(schema: z.core.$ZodType): string[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'object') return Object.keys(def.shape);
  if (def.type === 'union') return def.options.flatMap(keysOf);
  const inner = innerOf(schema);
  return inner === undefined ? [] : keysOf(inner);
}

/** All schemas that a value at this path may have. */
function schemasAt(schema: z.core.$ZodType, path: readonly PathPart[]): z.core.$ZodType[] {
  const [part, ...rest] = path;
  if (part === undefined) return [schema];
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'union') return def.options.flatMap((option) => schemasAt(option, path));
  if (def.type === 'array') return schemasAt(def.element, rest);
  if (def.type === 'tuple') return def.items.flatMap((item) => schemasAt(item, rest));
  if (def.type === 'object') {
    const field = def.shape[part];
    return field === undefined ? [] : schemasAt(field, rest);
  }
  const inner = innerOf(schema);
  return inner === undefined ? [] : schemasAt(inner, path);
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault') return def.innerType;
  return def.type === 'pipe' ? def.in : undefined;
}

export function valueAt(value: unknown, path: readonly PathPart[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = new Map(Object.entries(at)).get(String(part));
  }
  return at;
}

function codeOf(code: unknown): ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEM_MEANINGS, code) ? (code as ProblemCode) : 'OUT_OF_RANGE';
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['object', 'a group of settings'],
  ['array', 'a list'],
  ['tuple', 'a list'],
]);

function named(type: string): string {
  return TYPE_NAMES.get(type) ?? type;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
