import { type DateText, readDatePattern } from './date-pattern.ts';
import { UTC, zonedTime } from './zoned-time.ts';

/** A part of a prefix: text, or an expression `!{NAMESPACE:VALUE}`. */
export type PrefixPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'timestamp'; readonly textAt: DateText }
  | { readonly kind: 'random-string' }
  | { readonly kind: 'error-output-type' }
  | { readonly kind: 'partition-key'; readonly source: KeySource; readonly key: string };

export type KeySource = 'fromQuery' | 'fromLambda';

export type ReadPrefix =
  | { readonly kind: 'prefix'; readonly parts: readonly PrefixPart[] }
  | { readonly kind: 'problem'; readonly problem: string };

const OPENING = '!{';
export const RANDOM_LENGTH = 11;
/** Characters of a prefix with its expressions replaced. Source: guide, custom prefixes. */
export const EVALUATED_LENGTH_MAX = 512;

/** @param name of the setting, for problems: `Prefix` or `ErrorOutputPrefix`. */
export function readPrefix(prefix: string, name: string): ReadPrefix {
  const parts: PrefixPart[] = [];
  let at = 0;
  while (at < prefix.length) {
    const open = prefix.indexOf(OPENING, at);
    if (open !== at) parts.push({ kind: 'text', text: prefix.slice(at, open === -1 ? undefined : open) });
    if (open === -1) break;
    const close = prefix.indexOf('}', open);
    if (close === -1)
      return problem(`${name} has "!{" without "}" at position ${open + 1}. End the expression, or remove "!{".`);
    const part = readExpression(prefix.slice(open + OPENING.length, close), name);
    if (typeof part === 'string') return problem(part);
    parts.push(part);
    at = close + 1;
  }
  return { kind: 'prefix', parts };
}

/** Characters that a prefix will have, without the values of its partition keys. */
export function evaluatedLength(parts: readonly PrefixPart[]): number {
  const now = zonedTime(0, UTC);
  return parts.reduce((length, part) => {
    if (part.kind === 'text') return length + part.text.length;
    if (part.kind === 'timestamp') return length + part.textAt(now).length;
    return length + (part.kind === 'random-string' ? RANDOM_LENGTH : 0);
  }, 0);
}

export const hasExpressions = (parts: readonly PrefixPart[]): boolean => parts.some(({ kind }) => kind !== 'text');

const problem = (text: string): ReadPrefix => ({ kind: 'problem', problem: text });

/** @returns the part, or the problem as text. */
function readExpression(expression: string, name: string): PrefixPart | string {
  const colon = expression.indexOf(':');
  const namespace = colon === -1 ? expression : expression.slice(0, colon);
  const value = colon === -1 ? '' : expression.slice(colon + 1);
  const shown = `"!{${expression}}"`;
  switch (namespace) {
    case 'timestamp': {
      const pattern = readDatePattern(value);
      return pattern.kind === 'pattern'
        ? { kind: 'timestamp', textAt: pattern.textAt }
        : `${name} has ${shown}, which is not a pattern of Java's DateTimeFormatter. ${pattern.problem}`;
    }
    case 'firehose':
      if (value === 'random-string' || value === 'error-output-type') return { kind: value };
      return `${name} has ${shown}. The namespace firehose has random-string and error-output-type.`;
    case 'partitionKeyFromQuery':
    case 'partitionKeyFromLambda':
      if (value === '') return `${name} has ${shown}. Name a partition key after the colon.`;
      return {
        kind: 'partition-key',
        source: namespace === 'partitionKeyFromQuery' ? 'fromQuery' : 'fromLambda',
        key: value,
      };
    default:
      return `${name} has ${shown}. The namespaces are timestamp, firehose, partitionKeyFromQuery and partitionKeyFromLambda.`;
  }
}
