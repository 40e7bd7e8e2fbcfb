import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf, page, pagesIn, ROOT } from './document-blocks.ts';

/** The documents as texts: their links, tables and lengths. What they show is run by documents-examples.slow.test.ts. */

const GUIDES = pagesIn('docs/guide');
const DESIGNS = pagesIn('docs/design');
const ALL = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...GUIDES,
  ...DESIGNS,
  ...pagesIn('docs/reference'),
];

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('the README', () => {
  const readme = page('README.md');

  test('shows the two commands of a clone', () => {
    expect(readme).toContain('$ npm ci && npm start');
    expect(readme).toContain('$ npm ci && npm test');
  });

  test.each(GUIDES)('links the page %s', (path) => {
    expect(readme).toContain(`](${path})`);
  });

  test('has at most 150 lines', () => {
    expect(readme.split('\n').length - 1).toBeLessThanOrEqual(150);
  });
});

describe('ARCHITECTURE.md', () => {
  test.each(DESIGNS)('links the page %s', (path) => {
    expect(page('ARCHITECTURE.md')).toContain(`](${path})`);
  });
});

describe('links between documents', () => {
  test.each(ALL)('have targets that exist in %s', (path) => {
    const text = page(path).replace(/^```[\s\S]*?^```$/gm, '');
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([, to = '', anchor]) => {
      const file = to === '' ? path : join(dirname(path), to);
      if (!existsSync(join(ROOT, file))) return [`${file} does not exist`];
      if (anchor === undefined || anchorsOf(page(file)).has(anchor)) return [];
      return [`${file} has no heading #${anchor}`];
    });
    expect(broken).toEqual([]);
  });
});

describe('the guide', () => {
  test('explains every exit code', () => {
    const text = page('docs/guide/thresholds-and-exit-codes.md');
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130]) expect(text).toContain(`| ${code} |`);
  });

  test('shows the steps of CI jobs as in the example', () => {
    const workflow = readFileSync(join(ROOT, 'examples/github-actions/streamgauge.yml'), 'utf8');
    const steps = GUIDES.flatMap((path) => blocksOf(page(path)).filter(({ language }) => language === 'yml'));
    expect(steps.length).toBeGreaterThan(0);
    for (const { text } of steps) expect(workflow).toContain(text);
  });
});
