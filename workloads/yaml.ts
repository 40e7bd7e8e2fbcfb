import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Problem } from './errors.ts';

/** A YAML text as plain data, or its problems. */
export type YamlRead =
  | { readonly kind: 'value'; readonly value: unknown; position(path: string): Position }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Depth of nested lists and groups. The YAML library recurses, and a text of only brackets would exhaust its stack. */
const DEPTH_MAX = 64;
/** Number of values after aliases are replaced: a few nested aliases could otherwise fill the memory. */
const VALUES_MAX = 100_000;

/**
 * Reads YAML 1.2 with merge keys (`<<`). Never throws: every text is either a value or a list of problems, each with its
 * line and column.
 */
export function readYaml(text: string): YamlRead {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (offset: number, what: string, fix: string): YamlRead => ({
    kind: 'problems',
    problems: [{ code: 'SYNTAX', path: '', what, fix, ...position(offset) }],
  });
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = tokens.map((token) => offsetBelow(token, DEPTH_MAX)).find((offset) => offset !== undefined);
  if (tooDeep !== undefined) {
    return problem(tooDeep, `the YAML is nested more than ${DEPTH_MAX} levels deep.`, 'Write it with fewer levels.');
  }
  const documents = [...new Composer({ merge: true, uniqueKeys: true }).compose(tokens, true, text.length)];
  const errors = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (errors.length > 0) {
    const problems = errors.map((error): Problem => {
      const what = `the YAML cannot be read: ${error.message.trim().replace(/\.?$/u, '.')}`;
      return { code: 'SYNTAX', path: '', what, fix: 'Correct the line.', ...position(error.pos[0]) };
    });
    return { kind: 'problems', problems };
  }
  const [document, second] = documents;
  if (second !== undefined) {
    const fix =
      'Keep one document, without a line of three dashes after it, and move the others to files of their own.';
    return problem(second.range[0], 'the file holds more than one YAML document.', fix);
  }
  if (document === undefined) return { kind: 'value', value: null, position: () => position(0) };
  return plainValue(document, position, problem);
}

function plainValue(
  document: Document.Parsed,
  position: (offset: number) => Position,
  problem: (offset: number, what: string, fix: string) => YamlRead,
): YamlRead {
  const walk = new Walk();
  try {
    walk.visit(document.contents, '');
    // The walk limited the size of what aliases expand to, so that their number needs no limit.
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    return { kind: 'value', value, position: (path) => position(placeOf(path, walk.places)) };
  } catch (error) {
    if (error instanceof YamlProblem) return problem(error.offset, error.message, error.fix);
    const what = `the YAML cannot be read: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}.`;
    return problem(0, what, 'Write it with plain YAML 1.2 values.');
  }
}

class YamlProblem extends Error {
  readonly offset: number;
  readonly fix: string;

  constructor(offset: number, what: string, fix: string) {
    super(what);
    this.offset = offset;
    this.fix = fix;
  }
}

/** Visits every value as often as it occurs after aliases are replaced, and stores the offset of each path in the text. */
class Walk {
  /** Offsets by path: of the key of a field, or of the item of a list. */
  readonly places = new Map<string, number>();
  readonly #anchors = new Map<string, unknown>();
  readonly #open = new Set<unknown>();
  #values = 0;
  /** Offset of the outermost alias that is being replaced. */
  #aliasOffset: number | undefined;

  visit(node: unknown, path: string): void {
    this.#values += 1;
    if (this.#values > VALUES_MAX) {
      const what = `the YAML holds more than ${VALUES_MAX} values once its aliases are replaced by what they name.`;
      throw new YamlProblem(this.#aliasOffset ?? 0, what, 'Write the scenario with fewer aliases.');
    }
    if (isAlias(node)) this.#visitAlias(node, path);
    else if (isScalar(node) || isCollection(node)) this.#visitNode(node, path);
  }

  #visitNode(node: Scalar | YAMLMap | YAMLSeq, path: string): void {
    rejectForeign(node);
    if (node.anchor !== undefined && this.#aliasOffset === undefined) this.#anchors.set(node.anchor, node);
    if (!isCollection(node)) return;
    this.#open.add(node);
    for (const [i, item] of node.items.entries()) {
      if (isPair(item)) this.#visitField(item.key, item.value, path, isMap(node));
      else this.#visitItem(item, `${path}[${i}]`);
    }
    this.#open.delete(node);
  }

  #visitItem(item: unknown, path: string): void {
    this.places.set(path, startOf(item) ?? 0);
    this.visit(item, path);
  }

  #visitField(key: unknown, value: unknown, path: string, inMap: boolean): void {
    if (inMap && isScalar(key) && isMergeKey(key)) {
      this.#visitMerge(value, path, startOf(key) ?? 0);
      return;
    }
    if (isCollection(key)) {
      throw new YamlProblem(startOf(key) ?? 0, 'a key is a list or a group.', 'Write a text as key.');
    }
    this.visit(key, '');
    const name = isScalar(key) ? String(key.value) : '';
    const fieldPath = path === '' ? name : `${path}.${name}`;
    this.places.set(fieldPath, startOf(key) ?? 0);
    this.visit(value, fieldPath);
  }

  /** Visits `<<: *base` or `<<: [*a, *b]`: fields of other groups, for keys that the group itself does not have. */
  #visitMerge(value: unknown, path: string, offset: number): void {
    const sources = isSeq(value) ? value.items : [value];
    for (const source of sources) {
      const target = isAlias(source) ? this.#targetOf(source) : source;
      if (!isMap(target)) {
        const fix = 'Write `<<: *name`, with &name at the group of settings to merge, or a list of such aliases.';
        throw new YamlProblem(startOf(source) ?? offset, 'the merge key << needs a group of settings.', fix);
      }
      const known = new Map(this.places);
      this.visit(source, path);
      for (const [at, place] of known) this.places.set(at, place);
    }
  }

  #visitAlias(alias: Alias, path: string): void {
    const target = this.#targetOf(alias);
    const outer = this.#aliasOffset;
    this.#aliasOffset ??= startOf(alias) ?? 0;
    this.visit(target, path);
    this.#aliasOffset = outer;
  }

  #targetOf(alias: Alias): unknown {
    const { source } = alias;
    const offset = startOf(alias) ?? 0;
    const target = this.#anchors.get(source);
    if (target === undefined) {
      const fix = `Put &${source} before the value that it names, above this line, or write the value itself.`;
      throw new YamlProblem(offset, `the alias *${source} names no anchor above it.`, fix);
    }
    if (this.#open.has(target)) {
      const fix = 'Write the value itself, or an alias of something else.';
      throw new YamlProblem(offset, `the alias *${source} is inside the value that it names.`, fix);
    }
    return target;
  }
}

const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Rejects dates, bytes, sets and other values that JSON does not have, which come from a tag or from YAML 1.1. */
function rejectForeign(node: Scalar | YAMLMap | YAMLSeq): void {
  const isForeign = isScalar(node) && node.value !== null && ['object', 'symbol', 'bigint'].includes(typeof node.value);
  const tag = node.tag ?? '';
  if (!isForeign && (tag === '' || PLAIN_TAGS.has(tag))) return;
  const what =
    tag === '' ? 'the value is not a text, number, true, false or null.' : `the tag ${tag} has no meaning here.`;
  throw new YamlProblem(startOf(node) ?? 0, what, 'Write a plain value, in quotes if it is a text.');
}

const isMergeKey = ({ value, type }: { readonly value: unknown; readonly type?: string }): boolean =>
  type === 'PLAIN' && (value === '<<' || (typeof value === 'symbol' && value.description === '<<'));

function startOf(node: unknown): number | undefined {
  return (isScalar(node) || isCollection(node) || isAlias(node)) && node.range ? node.range[0] : undefined;
}

/** Offset of the path, or of its nearest parent that is in the text. */
function placeOf(path: string, places: ReadonlyMap<string, number>): number {
  for (let at = path; at !== ''; at = at.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]*)$/u, '')) {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return 0;
}

/** Offset of a token deeper than `levels`, found without recursion. */
function offsetBelow(root: CST.Token, levels: number): number | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [{ token: root, depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { token, depth } = at;
    if (depth > levels) return token.offset;
    if (token.type === 'document' && token.value !== undefined) waiting.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) waiting.push({ token: key, depth: depth + 1 });
      if (value) waiting.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}
