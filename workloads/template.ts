import type { PathPart } from './errors.ts';
import { normalQuantile } from './quantiles.ts';
import type { RandomStream } from './random.ts';

/**
 * JSON templates with seeded placeholders. A text that is only one number placeholder becomes a JSON number.
 *
 *   { "id": "{{uuid}}", "user": "user-{{int 1 5000}}", "price": "{{normal 20 5}}", "seq": "{{seq}}" }
 *
 *   {{int 1 100}} whole number, both ends included   {{float 0 1}} number   {{normal mean sd}} number
 *   {{uuid}} version 4   {{pick a b c}} one of the words   {{seq}} number of the payload in its pool, from 0
 *   {{time}} an ISO time, one second later for each payload of the pool; it does not depend on the clock
 */
export interface CompiledTemplate {
  render(random: RandomStream, sequence: number): string;
}

export interface TemplateProblem {
  readonly path: readonly PathPart[];
  readonly what: string;
  readonly fix: string;
}

type Draw = (random: RandomStream, sequence: number) => string;

interface Placeholder {
  readonly isNumber: boolean;
  readonly draw: Draw;
}

const TIME_BASE_MS = Date.UTC(2026, 0, 1);
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/gu;

const KINDS: ReadonlyMap<string, (words: readonly string[]) => Placeholder | string> = new Map([
  ['int', (words) => twoNumbers(words, 'int 1 100', intBetween)],
  ['float', (words) => twoNumbers(words, 'float 0 1', floatBetween)],
  ['normal', (words) => twoNumbers(words, 'normal 20 5', normalAround)],
  ['uuid', (words) => noWords(words, 'uuid', { isNumber: false, draw: uuid })],
  ['seq', (words) => noWords(words, 'seq', { isNumber: true, draw: (_, sequence) => String(sequence) })],
  ['time', (words) => noWords(words, 'time', { isNumber: false, draw: isoTime })],
  ['pick', (words) => (words.length === 0 ? 'Write the words to pick from: {{pick a b c}}.' : pickOf(words))],
]);

/** @returns The template ready to render, or its problems. */
export function compileTemplate(
  template: unknown,
):
  | { readonly kind: 'compiled'; readonly template: CompiledTemplate }
  | { readonly kind: 'problems'; readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const pieces: (string | Draw)[] = [];
  writeValue(template, [], pieces, problems);
  if (problems.length > 0) return { kind: 'problems', problems };
  const merged = mergeTexts(pieces);
  return {
    kind: 'compiled',
    template: {
      render: (random, sequence) => {
        let text = '';
        for (const piece of merged) text += typeof piece === 'string' ? piece : piece(random, sequence);
        return text;
      },
    },
  };
}

function writeValue(value: unknown, path: PathPart[], pieces: (string | Draw)[], problems: TemplateProblem[]): void {
  if (typeof value === 'string') writeText(value, path, pieces, problems);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      pieces.push(index === 0 ? '[' : ',');
      writeValue(item, [...path, index], pieces, problems);
    }
    pieces.push(value.length === 0 ? '[]' : ']');
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    for (const [index, [key, item]] of entries.entries()) {
      pieces.push(index === 0 ? '{' : ',', `${JSON.stringify(key)}:`);
      writeValue(item, [...path, key], pieces, problems);
    }
    pieces.push(entries.length === 0 ? '{}' : '}');
  } else pieces.push(JSON.stringify(value) ?? 'null');
}

function writeText(
  text: string,
  path: readonly PathPart[],
  pieces: (string | Draw)[],
  problems: TemplateProblem[],
): void {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [name = '', ...words] = (match[1] ?? '').split(/\s+/u);
    const kind = KINDS.get(name);
    const placeholder = kind === undefined ? `Use one of ${[...KINDS.keys()].join(', ')}.` : kind(words);
    if (typeof placeholder !== 'string') parts.push(placeholder);
    else problems.push({ path, what: `'${match[0]}' cannot be filled.`, fix: placeholder });
  }
  if (end < text.length) parts.push(text.slice(end));
  if (parts.some((part) => typeof part === 'string' && (part.includes('{{') || part.includes('}}')))) {
    problems.push({ path, what: `'${text}' has an open placeholder.`, fix: 'Close it: {{int 1 100}}.' });
  }
  const only = parts.length === 1 ? parts[0] : undefined;
  if (typeof only === 'object' && only.isNumber) {
    pieces.push(only.draw);
    return;
  }
  pieces.push('"');
  for (const part of parts) pieces.push(typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part.draw);
  pieces.push('"');
}

function mergeTexts(pieces: readonly (string | Draw)[]): (string | Draw)[] {
  const merged: (string | Draw)[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  return merged;
}

function noWords(words: readonly string[], name: string, placeholder: Placeholder): Placeholder | string {
  return words.length === 0 ? placeholder : `Write {{${name}}} without words.`;
}

function twoNumbers(
  words: readonly string[],
  example: string,
  make: (first: number, second: number) => Placeholder | string,
): Placeholder | string {
  const [first, second] = words.map(Number);
  const isRight = words.length === 2 && Number.isFinite(first) && Number.isFinite(second);
  return isRight ? make(first!, second!) : `Write two numbers: {{${example}}}.`;
}

function intBetween(min: number, max: number): Placeholder | string {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
    return 'Write two whole numbers, the smaller one first: {{int 1 100}}.';
  }
  return { isNumber: true, draw: (random) => String(min + Math.floor(random.uniform() * (max - min + 1))) };
}

function floatBetween(min: number, max: number): Placeholder | string {
  if (max < min) return 'Write the smaller number first: {{float 0 1}}.';
  return { isNumber: true, draw: (random) => short(min + random.uniform() * (max - min)) };
}

function normalAround(mean: number, deviation: number): Placeholder | string {
  if (deviation < 0) return 'Write a standard deviation of at least 0: {{normal 20 5}}.';
  return {
    isNumber: true,
    draw: (random) => short(mean + deviation * normalQuantile((random.below(2 ** 32) + 0.5) / 2 ** 32)),
  };
}

function pickOf(words: readonly string[]): Placeholder {
  const texts = words.map((word) => JSON.stringify(word).slice(1, -1));
  return { isNumber: false, draw: (random) => texts[random.below(texts.length)]! };
}

/** Formats a number with six significant digits, as a sensor would send it. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function isoTime(_: RandomStream, sequence: number): string {
  return new Date(TIME_BASE_MS + sequence * 1000).toISOString();
}

function uuid(random: RandomStream): string {
  const hex = (bits: number) => (bits >>> 0).toString(16).padStart(8, '0');
  const first = hex(random.bits());
  const second = hex((random.bits() & 0xffff0fff) | 0x4000);
  const third = hex((random.bits() & 0x3fffffff) | 0x80000000);
  const fourth = hex(random.bits());
  return `${first}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${fourth}`;
}
