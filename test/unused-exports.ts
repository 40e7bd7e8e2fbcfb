/**
 * Exported names, and who imports them.
 *
 * A name counts as imported if a source names it: in an import, in a re-export, or in a destructured or dotted
 * `await import()`. An import of a whole file (`import * as x`, an `import()` that is passed on, a worker's file) imports all
 * of its names. A type counts if the signature of another exported name in its file uses it.
 *
 * `@internal` in the comment above a declaration marks an export that only tests import and that its own file uses.
 */

import { dirname, join } from 'node:path';
import { parseSync } from 'vite';

/** Imports all names of a file. */
const ALL = '*';

/** The exports of one file, and the names that it imports from files of this project. */
export interface Names {
  readonly exported: readonly Exported[];
  readonly imported: readonly Imported[];
}

interface Exported {
  readonly name: string;
  readonly isInternal: boolean;
  /** Types that its signature names. */
  readonly types: ReadonlySet<string>;
}

interface Imported {
  readonly from: string;
  readonly name: string;
}

export function namesOf(file: string, text: string): Names {
  const { module, program, comments } = parseSync(file, text);
  const exported: Exported[] = [];
  const imported: Imported[] = [];
  const add = (request: string, name: string | null) => {
    if (request.startsWith('.')) imported.push({ from: join(dirname(file), request), name: name ?? ALL });
  };
  for (const { moduleRequest, entries } of module.staticImports)
    for (const { importName } of entries) add(moduleRequest.value, importName.name);
  for (const { start, entries } of module.staticExports) {
    const types = typesIn(program.body.find((node) => node.start === start));
    const comment = comments.findLast(({ end }) => end <= start && text.slice(end, start).trim() === '');
    const isInternal = comment?.value.includes('@internal') ?? false;
    for (const { moduleRequest, importName, exportName } of entries) {
      if (exportName.name !== null) exported.push({ name: exportName.name, isInternal, types });
      if (moduleRequest !== null) add(moduleRequest.value, importName.name);
    }
  }
  for (const { request, name } of lateImports(program)) add(request, name);
  return { exported, imported };
}

/**
 * The exports that no file of `importing` uses, as `FILE NAME`.
 * @param internal `true` returns those with `@internal`, `false` the others.
 */
export function unusedExports(
  exporting: ReadonlyMap<string, Names>,
  importing: Iterable<Names>,
  internal: boolean,
): string[] {
  const used = new Set<string>();
  for (const { imported } of importing) for (const { from, name } of imported) used.add(`${from} ${name}`);
  return [...exporting].flatMap(([file, { exported }]) => {
    const isUsed = ({ name }: Exported) => used.has(`${file} ${name}`) || used.has(`${file} ${ALL}`);
    const open = exported.filter((one) => isUsed(one) || one.isInternal);
    for (let user = open.pop(); user !== undefined; user = open.pop()) {
      for (const type of exported) {
        if (!user.types.has(type.name) || isUsed(type)) continue;
        used.add(`${file} ${type.name}`);
        open.push(type);
      }
    }
    return exported.filter((one) => one.isInternal === internal && !isUsed(one)).map(({ name }) => `${file} ${name}`);
  });
}

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Names of types in a declaration, without the bodies of its functions and its private members. */
function typesIn(declaration: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(declaration)) for (const part of declaration) typesIn(part, found);
  if (!isNode(declaration) || declaration.type === 'BlockStatement') return found;
  if (isNode(declaration.key) && declaration.key.type === 'PrivateIdentifier') return found;
  const name = declaration.typeName ?? declaration.expression;
  if (isNode(name) && name.type === 'Identifier') found.add(String(name.name));
  for (const part of Object.values(declaration)) typesIn(part, found);
  return found;
}

interface LateImport {
  readonly request: string;
  readonly name: string;
}

/** Imports that run late: `import()`, types of `import('...')`, and the files of workers, `workerUrl('./x', ...)`. */
function* lateImports(part: unknown, parents: readonly SyntaxNode[] = []): Generator<LateImport> {
  if (Array.isArray(part)) for (const child of part) yield* lateImports(child, parents);
  if (!isNode(part)) return;
  if (part.type === 'ImportExpression' || part.type === 'TSImportType') {
    const request = textOf(part.source);
    for (const name of namesTaken(parents)) yield { request, name };
  }
  if (part.type === 'CallExpression' && isNode(part.callee) && part.callee.name === 'workerUrl') {
    const [file] = Array.isArray(part.arguments) ? part.arguments : [];
    yield { request: `${textOf(file)}.ts`, name: ALL };
  }
  for (const child of Object.values(part)) yield* lateImports(child, [part, ...parents]);
}

/** The names that the code around an `import()` takes from it: `(await import(file)).name`, or `const { name } = ...`. */
function namesTaken([awaiting, user]: readonly SyntaxNode[]): readonly string[] {
  if (awaiting?.type !== 'AwaitExpression' || user === undefined) return [ALL];
  if (user.type === 'MemberExpression' && isNode(user.property)) return [String(user.property.name)];
  if (user.type !== 'VariableDeclarator' || !isNode(user.id) || !Array.isArray(user.id.properties)) return [ALL];
  return user.id.properties.map(({ key }: SyntaxNode) => (isNode(key) ? String(key.name) : ALL));
}

const textOf = (part: unknown): string => (isNode(part) && typeof part.value === 'string' ? part.value : '');

function isNode(part: unknown): part is SyntaxNode {
  return typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string';
}
