import { describe, expect, test } from 'vitest';
import { namesOf, unusedExports } from './unused-exports.ts';

describe('the search for unused exports', () => {
  const search = (files: Readonly<Record<string, string>>, internal = false) => {
    const names = new Map(Object.entries(files).map(([file, text]) => [file, namesOf(file, text)]));
    return unusedExports(names, names.values(), internal);
  };

  test('finds functions, constants, classes, types and re-exports', () => {
    const text = 'export function f() {}\nexport const [c, { d }] = x;\nexport class C {}\nexport type T = 1;\n';
    expect(search({ 'a.ts': `${text}export { g } from './b.ts';\n`, 'b.ts': 'export const g = 1;\n' })).toEqual(
      ['f', 'c', 'd', 'C', 'T', 'g'].map((name) => `a.ts ${name}`),
    );
  });

  test.each([
    "import { f as g } from '../a.ts';",
    "export { f } from '../a.ts';\nimport { f } from './b.ts';",
    "import * as a from '../a.ts';",
    "const { f: g } = await import('../a.ts');",
    "const { g, ...others } = await import('../a.ts');",
    "(await import('../a.ts')).f();",
    "void import('../a.ts').then(run);",
    "type F = typeof import('../a.ts');",
    "new Worker(workerUrl('../a', import.meta.url));",
  ])('accepts a name that is imported by %j', (text) => {
    expect(search({ 'a.ts': 'export function f() {}\n', 'folder/b.ts': text })).toEqual([]);
  });

  test('accepts the types in the signature of a used name, but not those in its body', () => {
    const a = 'export interface In {}\nexport interface Inside {}\nexport function f(x: In) { const y: Inside = x; }\n';
    expect(search({ 'a.ts': a, 'b.ts': "import { f } from './a.ts';\n" })).toEqual(['a.ts Inside']);
  });

  test('lists names with @internal only if they are requested', () => {
    const files = { 'a.ts': '/** Adds. @internal */\nexport function f() {}\n' };
    expect(search(files)).toEqual([]);
    expect(search(files, true)).toEqual(['a.ts f']);
  });
});
