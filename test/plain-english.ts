/**
 * The rules of plain English that a machine can check. `node test/plain-english.ts PATH...` prints what breaks them.
 *
 * Read by the rules: comments, texts of messages and help (strings with at least three words), names of tests and
 * identifiers in sources; prose of Markdown outside of code; comments of YAML, shell, Python, Go, Java, C and XML files.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseSync } from 'vite';

export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly instead: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** Words and phrases that a reader has to read twice, or that mean two things. */
export const PHRASES: readonly Rule[] = [
  { pattern: /\banswer(?:s|ed|ing)?\b/i, instead: 'response, respond, or acknowledgement' },
  { pattern: /(?<!connections? )(?<!ECONN)\brefus(?:e|es|ed|ing|al|als)\b/i, instead: 'reject, or throttle for rate' },
  { pattern: /\b(?:say|says|saying|said)\b/i, instead: 'report, print, state or show' },
  { pattern: /\b(?:tell|tells|telling|told)\b/i, instead: 'report, show or call' },
  { pattern: /\balone\b/i, instead: 'only' },
  { pattern: /\banew\b/i, instead: 'again' },
  { pattern: /\b(?:give|gives|gave|given|giving) up\b/i, instead: 'stop, fail, discard or abandon' },
  { pattern: /\b(?:leave|leaves|left|leaving) out\b/i, instead: 'omit or skip' },
  { pattern: /\b(?:take|takes|took|taken|taking) away\b/i, instead: 'delete, remove or clean up' },
  { pattern: /\b(?:ask|asks|asked|asking) (?:for|again)\b/i, instead: 'request, need or retry' },
  { pattern: /\b(?:stand|stands|stood|standing)\b(?!-)/i, instead: 'is, lies, wait or point' },
  { pattern: /\b(?:hold|holds|held|holding) (?:\w+ )?against\b/i, instead: 'compare with' },
  { pattern: /\b(?:go|goes|went|going) by\b/i, instead: 'follow, use or pass' },
  { pattern: /\b(?:is|are|was|were) to (?!(?!be\b)\w+ (?:as|what)\b)[a-z]/i, instead: 'must or needs to' },
  { pattern: /\bin (?:the|its|their|his) (?:place|stead) of\b/i, instead: 'instead of' },
  { pattern: /\b(?:anybody|everybody|whoever|wherein|hitherto|thereby|therein|thereof)\b/i, instead: 'a plain word' },
  { pattern: /\b(?:nobody has said|and nowhere to|by and by|but for|save for|for naught)\b/i, instead: 'a plain word' },
];

/** Openings of comments that make a fragment: a relative clause, or a genitive whose noun is the code below. */
const OPENING: Rule = {
  pattern: /^(?:Of|What|Whatever|Whether|As|Told|How|Whose|Which|Whom)\b(?! (?:if|follows)\b)/,
  instead: 'a whole sentence, or a noun phrase',
};

const IDENTIFIERS: readonly Rule[] = [
  { pattern: /answer/i, instead: 'response' },
  { pattern: /^(?:told|tells?|said|says?)$/i, instead: 'report, or a noun of what was reported' },
  { pattern: /(?:^|_)(?:MOST|LEAST|FEWEST)(?:_|$)/, instead: 'X_MAX or X_MIN' },
  { pattern: /^of$/, instead: 'shardIndex, recordIndex or another noun' },
];

/** Words of others: messages that AWS words, methods of libraries, names of the language. */
const FOREIGN_TEXTS = /^(?:engine\/account\/|engine\/wire\/|test\/)/;
const IDENTIFIER_TYPES = new Set(['Identifier', 'PrivateIdentifier']);
const FOREIGN_IDENTIFIERS = new Set(['Array.of', 'setAnswer']);

export function findingsOf(file: string): Finding[] {
  const text = readFileSync(file, 'utf8');
  switch (extname(file)) {
    case '.ts':
    case '.js':
      return inSource(file, text);
    case '.md':
      return inProse(file, withoutCode(text));
    case '.yaml':
    case '.yml':
    case '.sh':
      return inProse(file, text.replace(/^(?!\s*#(?!!)).*$/gm, ''));
    case '.py':
      return inComments(file, text, PYTHON_TOKENS);
    case '.go':
    case '.java':
    case '.c':
      return inComments(file, text, C_TOKENS);
    case '.xml':
      return inComments(file, text, XML_TOKENS);
    default:
      return [];
  }
}

/** Strings, which are skipped, and comments. A Python string that begins a statement documents it. */
const PYTHON_TOKENS =
  /^[ \t]*(?<doc>"""[\s\S]*?""")|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?<comment>#.*)/gm;
const C_TOKENS = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)/g;
const XML_TOKENS = /(?<comment><!--[\s\S]*?-->)/g;

/** Checks the comments of a language of which only strings and comments are parsed. */
function inComments(file: string, text: string, tokens: RegExp): Finding[] {
  const lineAt = lineFinder(text);
  const comments = [...text.matchAll(tokens)].flatMap(({ index, groups, 0: token }) => {
    const comment = groups?.comment ?? groups?.doc;
    return comment === undefined ? [] : [{ comment, at: index + token.length - comment.length }];
  });
  const openings = comments.flatMap(({ comment, at }, i) => {
    const previous = comments[i - 1];
    const continues = previous !== undefined && text.slice(previous.at + previous.comment.length, at).trim() === '';
    const words = comment.replace(/^[\s*/#"<!-]+/, '');
    return continues || !OPENING.pattern.test(words)
      ? []
      : [{ file, line: lineAt(at), text: excerpt(words, 0), instead: OPENING.instead }];
  });
  let blanked = text.replace(/[^\n]/g, ' ');
  for (const { comment, at } of comments)
    blanked = blanked.slice(0, at) + withoutQuotedCode(comment) + blanked.slice(at + comment.length);
  return [...inProse(file, blanked), ...openings];
}

function inSource(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const lineAt = lineFinder(text);
  const check = (rules: readonly Rule[], subject: string, at: number, shown = subject) => {
    for (const { pattern, instead } of rules) {
      const match = pattern.exec(subject);
      if (match === null) continue;
      const line = lineAt(at + (shown === subject ? match.index : 0));
      findings.push({ file, line, text: excerpt(shown, shown === subject ? match.index : 0), instead });
    }
  };
  const { program, comments } = parseSync(file, text);
  for (const group of commentGroups(comments, text)) {
    check(PHRASES, withoutQuotedCode(group.text), group.at);
    check([OPENING], group.text.replace(/^[\s*/]+/, ''), group.at, group.text.replace(/^[\s*/]+/, ''));
    for (const tag of group.text.matchAll(/(?:@param \w+|@returns|@throws \w+)\s+([A-Z][^\n]*)/g))
      check([OPENING], tag[1]!, group.at);
  }
  for (const node of nodesOf(program)) {
    if (IDENTIFIER_TYPES.has(node.type) && isDeclared(node))
      check(FOREIGN_IDENTIFIERS.has(String(node.name)) ? [] : IDENTIFIERS, String(node.name), node.start);
    const isName = isTestName(node);
    if (FOREIGN_TEXTS.test(file) && !isName) continue;
    const words = textOf(node);
    if (words !== undefined && words.split(/\s+/).length >= 3) check(PHRASES, words, node.start);
  }
  return findings;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly name?: unknown;
  readonly value?: unknown;
  parent?: Node;
  role?: string;
}

function* nodesOf(root: unknown, parent?: Node, role?: string): Generator<Node> {
  if (Array.isArray(root)) {
    for (const part of root) yield* nodesOf(part, parent, role);
    return;
  }
  if (typeof root !== 'object' || root === null) return;
  if (!('type' in root) || typeof root.type !== 'string') return;
  const node = root as Node;
  if (parent !== undefined) node.parent = parent;
  if (role !== undefined) node.role = role;
  yield node;
  for (const [key, part] of Object.entries(root)) {
    if (key !== 'parent' && typeof part === 'object') yield* nodesOf(part, node, key);
  }
}

/** True for a name where it is introduced, so that each name is found once and names of libraries are not. */
function isDeclared({ parent, role }: Node): boolean {
  switch (parent?.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return role === 'id';
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'TSFunctionType':
    case 'TSDeclareFunction':
      return role === 'params';
    case 'PropertyDefinition':
    case 'MethodDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return role === 'key';
    default:
      return role === 'params';
  }
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateElement' && typeof node.value === 'object' && node.value !== null && 'raw' in node.value)
    return String(node.value.raw);
  return undefined;
}

function isTestName(node: Node): boolean {
  const call: Node | undefined = node.parent?.type === 'TemplateLiteral' ? node.parent.parent : node.parent;
  if (call?.type !== 'CallExpression' || !('callee' in call)) return false;
  const { callee } = call as { readonly callee: unknown };
  return typeof callee === 'object' && callee !== null && /^(?:test|it|describe)\b/.test(calleeName(callee));
}

function calleeName(callee: object): string {
  if ('name' in callee) return String(callee.name);
  if ('object' in callee && typeof callee.object === 'object' && callee.object !== null)
    return calleeName(callee.object);
  if ('callee' in callee && typeof callee.callee === 'object' && callee.callee !== null)
    return calleeName(callee.callee);
  return '';
}

interface CommentGroup {
  readonly text: string;
  readonly at: number;
}

/** Line comments below each other are one text. */
function commentGroups(
  comments: readonly { readonly type: string; readonly start: number; readonly end: number }[],
  source: string,
): CommentGroup[] {
  const groups: { text: string; at: number; end: number; isLine: boolean }[] = [];
  for (const { type, start, end } of comments) {
    const last = groups.at(-1);
    const isLine = type === 'Line';
    if (isLine && last?.isLine && /^\r?\n[ \t]*$/.test(source.slice(last.end, start))) {
      last.text += source.slice(last.end, end);
      last.end = end;
    } else groups.push({ text: source.slice(start, end), at: start, end, isLine });
  }
  return groups.filter(({ text }) => !/biome-ignore|@ts-expect-error/.test(text));
}

function inProse(file: string, text: string): Finding[] {
  const lineAt = lineFinder(text);
  return PHRASES.flatMap(({ pattern, instead }) =>
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map((match) => ({
      file,
      line: lineAt(match.index),
      text: excerpt(text, match.index),
      instead,
    })),
  );
}

/** Keeps the line breaks, so that places stay true. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/^(?: {4}|\t).*$/gm, '')
    .replace(/`[^`\n]*`/g, blank);
}

const withoutQuotedCode = (comment: string): string => comment.replace(/`[^`\n]*`/g, blank);

const blank = (code: string): string => ' '.repeat(code.length);

function lineFinder(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let line = starts.findIndex((start) => start > at);
    if (line === -1) line = starts.length;
    return line;
  };
}

function excerpt(text: string, at: number): string {
  return text
    .slice(Math.max(0, at - 30), at + 50)
    .replace(/\s+/g, ' ')
    .trim();
}

if (import.meta.main) {
  const files = execFileSync('git', ['ls-files', '-z', '--', ...process.argv.slice(2)], { encoding: 'utf8' }).split(
    '\0',
  );
  const findings = files.filter((file) => file !== '').flatMap(findingsOf);
  for (const { file, line, text, instead } of findings) console.log(`${file}:${line}  "${text}" -> ${instead}`);
  console.log(`${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
