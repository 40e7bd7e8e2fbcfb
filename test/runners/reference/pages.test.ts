import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METRIC_MEANINGS } from '../../../reports/verdict/metric-meanings.ts';
import { METRIC_NAMES } from '../../../reports/verdict/threshold-grammar.ts';
import { escaped, table } from '../../../runners/reference/markdown.ts';
import { commandLine, referencePages } from '../../../runners/reference/pages.ts';
import { FieldTexts, resultPage } from '../../../runners/reference/result-page.ts';
import { RESULT_TEXTS } from '../../../runners/reference/result-texts.ts';

const FOLDER = new URL('../../../docs/reference/', import.meta.url);
const pages = referencePages();

describe('the reference', () => {
  test('has the generated pages and no others', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])('has %s as npm run docs:reference writes it', (file, text) => {
    expect(readFileSync(new URL(file, FOLDER), 'utf8')).toBe(text);
  });

  test.each([...pages])('links from %s only to pages and headings that exist', (file, text) => {
    const links = [...text.matchAll(/\]\((?!\.\.\/)([^)#]*)(?:#([^)]*))?\)/gu)];
    const broken = links.filter(([, to = '', heading]) => {
      const target = pages.get(to === '' ? file : to);
      return target === undefined || (heading !== undefined && !headingsOf(target).includes(heading));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test('describes every metric, and no metric that does not exist', () => {
    expect(Object.keys(METRIC_MEANINGS).filter((name) => !METRIC_NAMES.includes(name))).toEqual([]);
  });

  test('has no text for a field that results do not have', () => {
    const texts = new FieldTexts(RESULT_TEXTS);
    resultPage(texts);
    expect(texts.unused()).toEqual([]);
  });
});

describe('the definition of the command line', () => {
  const { commands } = commandLine();

  test('has each option of a command in one group', () => {
    for (const { groups } of commands) {
      const names = groups.flatMap(({ options }) => options.map(({ name }) => name));
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('separates the default from the description', () => {
    const block = commands
      .find(({ name }) => name === 'gate')
      ?.groups.flatMap(({ options }) => options)
      .find(({ name }) => name === 'block');
    expect(block).toMatchObject({ default: '2s', describe: 'Recorded part of a block', valueName: 'time' });
  });
});

describe('Markdown', () => {
  test('escapes what would end a cell or begin a tag, except in code', () => {
    expect(table(['a'], [['x | y']])).toBe('| a |\n| --- |\n| x \\| y |');
    expect(escaped('<file> as `<file>`')).toBe('&lt;file&gt; as `<file>`');
  });

  test('drops a column that is empty in every row', () => {
    expect(table(['a', 'b', 'c'], [['1', '', '2']])).toBe('| a | c |\n| --- | --- |\n| 1 | 2 |');
  });
});

/** Anchors of the headings as GitHub and the site make them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
