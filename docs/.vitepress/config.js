import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defineConfig } from 'vitepress';

/**
 * The documentation as a web site. The pages are the Markdown files of the repository, and keep their paths: README.md is the
 * home page, and links between files work on GitHub and here.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const REPOSITORY = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .repository.url.replace(/^git\+/u, '')
  .replace(/\.git$/u, '');
const HOME = 'README.md';

/** Root files and folders whose Markdown becomes pages. */
const PAGES = [HOME, 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const FOLDERS = ['docs/guide', 'docs/design', 'docs/reference'];

const isPage = (path) => PAGES.includes(path) || (FOLDERS.includes(dirname(path)) && path.endsWith('.md'));

export default defineConfig({
  title: 'streamgauge',
  description: 'Benchmarks and load-tests data streams, with a reference engine of its own',
  lang: 'en',
  srcDir: collectPages(),
  outDir: join(ROOT, 'docs/dist/site'),
  cacheDir: 'node_modules/.cache/vitepress',
  ignoreDeadLinks: 'localhostLinks',
  rewrites: { [HOME]: 'index.md', 'docs/guide/README.md': 'docs/guide/index.md' },
  markdown: { anchor: { slugify: gitHubAnchor }, config: adapt },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    nav: [
      { text: 'Guide', link: '/docs/guide/', activeMatch: '^/docs/guide/' },
      { text: 'Reference', link: '/docs/reference/', activeMatch: '^/docs/reference/' },
      { text: 'Architecture', link: '/ARCHITECTURE', activeMatch: '^/(ARCHITECTURE|docs/design/)' },
    ],
    sidebar: {
      '/docs/reference/': [
        { text: 'Reference', items: ['docs/reference/index.md', ...inFolder('docs/reference')].map(item) },
      ],
      '/docs/design/': architecture(),
      '/ARCHITECTURE': architecture(),
      '/': [...guide(), { text: 'Project', items: PAGES.filter((path) => path !== HOME).map(item) }],
    },
  },
});

/** The guide in the groups of the README's table: | to | read |. */
function guide() {
  const readme = readFileSync(join(ROOT, HOME), 'utf8');
  const rows = readme.matchAll(/^\| ([^|]+) \| (.*\]\(docs\/(?:guide|reference)\/.*) \|$/gmu);
  const groups = [...rows].map(([, to, links]) => ({
    text: to[0].toUpperCase() + to.slice(1),
    items: [...links.matchAll(/\]\((docs\/(?:guide|reference)\/[^)]+)\)/gu)].map(([, path]) => item(path)),
  }));
  const listed = new Set(groups.flatMap(({ items }) => items.map(({ link }) => link)));
  const missing = inFolder('docs/guide').filter((path) => !listed.has(linkTo(path)));
  if (missing.length > 0) throw new Error(`The table of guides in ${HOME} lacks ${missing.join(', ')}.`);
  return groups;
}

function architecture() {
  return [{ text: 'Architecture', items: ['ARCHITECTURE.md', ...inFolder('docs/design')].map(item) }];
}

function inFolder(folder) {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md') && !['index.md', 'README.md'].includes(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** A page in the sidebar, by its first heading. */
function item(path) {
  const heading = /^# (.+)$/mu.exec(readFileSync(join(ROOT, path), 'utf8'))?.[1] ?? path;
  return { text: heading.replaceAll('`', ''), link: linkTo(path) };
}

function linkTo(path) {
  if (path === HOME) return '/';
  return `/${path.replace(/(?:index|README)?\.md$/u, '')}`;
}

/** Copies pages and pictures below docs/, because a page finds the packages of the site in a folder above its own only. */
function collectPages() {
  const folder = join(ROOT, 'docs/dist/pages');
  rmSync(folder, { recursive: true, force: true });
  for (const path of [...PAGES, ...FOLDERS, 'docs/images'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  return folder;
}

function adapt(markdown) {
  linkToRepository(markdown);
  // The site would fill in {{placeholders}} of templates.
  for (const rule of ['text', 'code_inline']) {
    const render = markdown.renderer.rules[rule];
    markdown.renderer.rules[rule] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
}

/** Links to files that are no pages lead to the repository; a link to a file that does not exist fails the build. */
function linkToRepository(markdown) {
  markdown.core.ruler.push('link-to-repository', ({ tokens, env }) => {
    const page = env.relativePath.replace(/^(docs\/guide\/)?index\.md$/u, '$1README.md');
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const link = token.type === 'link_open' ? token.attrGet('href') : null;
        if (link !== null && !/^(?:[a-z]+:|#)/iu.test(link)) token.attrSet('href', resolved(link, page));
      }
    }
  });
}

function resolved(link, page) {
  const [, path, hash = ''] = /^([^#]*)(#.*)?$/u.exec(link);
  const file = relative(ROOT, resolve(ROOT, dirname(page), decodeURI(path)));
  if (!existsSync(join(ROOT, file))) throw new Error(`${page} links to ${link}, which does not exist.`);
  return isPage(file) ? `${linkTo(file)}${hash}` : `${REPOSITORY}/blob/main/${file}${hash}`;
}

/** The anchors that GitHub makes, so that a link works in both places. */
function gitHubAnchor(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
