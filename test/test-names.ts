/**
 * The rules for names of tests that a machine can check: a name must mean something in a log, where it appears without the
 * code and often without its group. `node test/test-names.ts FILE...` prints the names that break them.
 */

import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';

export interface NameFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly name: string;
  readonly rule: string;
}

const WORDS_MIN = 3;
/** A value of `test.each`, which is rarely shorter than two words: `%s`, `%j`, `$name`. */
const PLACEHOLDER = /%[a-z]|\$\w+/g;
/** A name that begins like this is a part of a sentence. */
const PARTIAL_OPENING =
  /^(?:and|as|because|but|even|for|from|how|if|in|not|of|on|or|so|that|than|though|to|told|unless|until|what|when|where|whether|which|while|who|whose|with|without)\b/i;
const TEST_FUNCTIONS = new Set(['test', 'it']);

/** @returns the rule that a name breaks, or undefined. */
export function brokenRule(name: string): string | undefined {
  if (name.replace(PLACEHOLDER, 'a value').trim().split(/\s+/).length < WORDS_MIN)
    return `has at least ${WORDS_MIN} words`;
  if (PARTIAL_OPENING.test(name)) return 'begins with its subject or its verb';
  if (/[.,;:]$/.test(name)) return 'ends without punctuation';
  return undefined;
}

export function nameFindings(file: string): NameFinding[] {
  const text = readFileSync(file, 'utf8');
  return namesIn(file, text).flatMap(({ name, at }) => {
    const rule = brokenRule(name);
    return rule === undefined ? [] : [{ file, line: text.slice(0, at).split('\n').length, name, rule }];
  });
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Names of all tests in a source, with their places. A part that is computed, such as `${type}`, appears as "%s". */
export function namesIn(file: string, text: string): { readonly name: string; readonly at: number }[] {
  const names: { readonly name: string; readonly at: number }[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    if (!isNode(part)) return;
    if (part.type === 'CallExpression' && Array.isArray(part.arguments) && TEST_FUNCTIONS.has(calledName(part))) {
      const [first] = part.arguments;
      const name = isNode(first) && part.arguments.length > 1 ? textOf(first) : undefined;
      if (name !== undefined) names.push({ name, at: part.start });
    }
    for (const [key, child] of Object.entries(part)) if (key !== 'parent') visit(child);
  };
  visit(parseSync(file, text).program);
  return names;
}

/** The leftmost name of a call: `test` of `test.each(rows)(name, body)`. */
function calledName(call: SyntaxNode): string {
  let part: unknown = call;
  while (isNode(part)) {
    if (part.type === 'Identifier') return String(part.name);
    part = part.type === 'MemberExpression' ? part.object : part.callee;
  }
  return '';
}

function textOf(node: SyntaxNode): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined;
  return node.quasis.map((quasi: { readonly value: { readonly cooked: string } }) => quasi.value.cooked).join('%s');
}

function isNode(part: unknown): part is SyntaxNode {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string';
}

if (import.meta.main) {
  for (const file of process.argv.slice(2)) {
    for (const { line, name, rule } of nameFindings(file))
      process.stdout.write(`${file}:${line} "${name}": a name ${rule}\n`);
  }
}
