import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findingsOf } from './plain-english.ts';

/** The rules and their tests name what they forbid. */
const ABOUT_THE_RULES = ['test/plain-english.ts', 'test/plain-english.test.ts'];

const folder = mkdtempSync(join(tmpdir(), 'plain-english-'));
afterAll(() => rmSync(folder, { recursive: true }));

function found(name: string, text: string): string[] {
  const file = join(folder, name);
  writeFileSync(file, text);
  return findingsOf(file).map(({ line, instead }) => `${line} ${instead}`);
}

describe('plain English', () => {
  test('is kept by every file', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
    const checked = files.filter((file) => file !== '' && !ABOUT_THE_RULES.includes(file));
    expect(checked.flatMap(findingsOf)).toEqual([]);
  });

  test('rejects a comment that begins with a relative clause', () => {
    expect(found('a.ts', 'const a = 1;\n/** What is left of the run. */\nexport const b = a;\n')).toEqual([
      '2 a whole sentence, or a noun phrase',
    ]);
  });

  test('rejects a banned phrase in a message, in a template and in the name of a test', () => {
    const source = "f('the server refused it');\nf(`the server says so`);\ntest('tells the caller', () => {});\n";
    expect(found('b.ts', source)).toEqual([
      '1 reject, or throttle for rate',
      '2 report, print, state or show',
      '3 report, show or call',
    ]);
  });

  test('rejects a limit with its most significant word last', () => {
    expect(found('c.ts', 'export const MOST_LINES = 400;\n')).toEqual(['1 X_MAX or X_MIN']);
  });

  test('rejects the banned words as names of variables and of private members', () => {
    expect(found('h.ts', 'const told = 1;\nclass A {\n  #answer = told;\n}\nnew A();\n')).toEqual([
      '1 report, or a noun of what was reported',
      '3 response',
    ]);
  });

  test('accepts "of" in for...of and the name of a short value', () => {
    expect(found('d.ts', "for (const line of ['refused']) f(line);\n")).toEqual([]);
  });

  test.each([
    [
      'f.py',
      '"""What it said."""\nx = "it said so"  # said\n',
      ['1 report, print, state or show', '2 report, print, state or show', '1 a whole sentence, or a noun phrase'],
    ],
    ['g.go', 'x := "// it said"\n// Of a run.\n', ['2 a whole sentence, or a noun phrase']],
    ['h.c', 'char *x = "it said so"; /* refused\n * again */\n', ['1 reject, or throttle for rate']],
    ['i.xml', '<a>said</a>\n<!-- said -->\n', ['2 report, print, state or show']],
  ])('rejects a banned phrase in the comments of %s, and accepts it elsewhere', (name, text, findings) => {
    expect(found(name, text)).toEqual(findings);
  });

  test('rejects a banned phrase in prose, and accepts it in code', () => {
    expect(found('e.md', 'It is said anew.\n\n    said\n\n```\nsaid\n```\n`said`\n')).toEqual([
      '1 report, print, state or show',
      '1 again',
    ]);
  });
});
