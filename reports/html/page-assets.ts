import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';

/**
 * The page's own code, as one script. Its sources are the modules of reports/page, which a page without requests cannot
 * import. They are joined, each after the modules that it needs when it loads, and share one scope. A name defined in two of
 * them would be a syntax error in the browser.
 */
const PAGE_MODULES = [
  '../format/numbers',
  '../summary/silence',
  '../text/silence-words',
  '../page/page-run',
  '../page/colours',
  '../page/ticks',
  '../page/time-marks',
  '../page/silence-marks',
  '../page/plot',
  '../page/zoom',
  '../page/time-charts',
  '../page/curve-chart',
  '../page/heat-map',
  '../page/tables',
  '../page/theme',
  '../page/printing',
  '../page/report-page',
  '../page/live-run',
  '../page/live-page',
  '../page/main',
] as const;

/** The code of a page whose charts are drawn in advance, such as the page of a plan. */
const STILL_PAGE_MODULES = ['../page/colours', '../page/theme', '../page/printing', '../page/still-page'] as const;

export interface PageAssets {
  readonly style: string;
  /** uPlot: a script that defines one global name. */
  readonly library: string;
  /** Runs as a module. */
  readonly script: string;
  /** Module script for a page without charts that a script draws. */
  readonly stillScript: string;
}

let assets: PageAssets | undefined;

/** Returns the style and scripts of a page. They are files of the package, read once, like its modules. */
export function pageAssets(): PageAssets {
  assets ??= readAssets();
  return assets;
}

function readAssets(): PageAssets {
  const require = createRequire(import.meta.url);
  const readLibrary = (file: string) => readFileSync(require.resolve(`uplot/${file}`), 'utf8').trim();
  const own = readFileSync(new URL('../page/page.css', import.meta.url), 'utf8');
  return {
    style: `${readLibrary('dist/uPlot.min.css')}\n${own}`,
    // The licence of uPlot requires that its text goes with every copy.
    library: `/*\n${readLibrary('LICENSE')}\n*/\n${readLibrary('dist/uPlot.iife.min.js')}`,
    script: PAGE_MODULES.map(moduleBody).join('\n'),
    stillScript: STILL_PAGE_MODULES.map(moduleBody).join('\n'),
  };
}

function moduleBody(name: string): string {
  const isSource = import.meta.url.endsWith('.ts');
  const text = readFileSync(new URL(`${name}${isSource ? '.ts' : '.js'}`, import.meta.url), 'utf8');
  return withoutImports(isSource ? withoutTypes(text) : text);
}

/** Strips types, which only the sources have: the package contains JavaScript. */
function withoutTypes(source: string): string {
  // Node warns once per process that this function may change. Its version is pinned for runs from the sources.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function withoutImports(script: string): string {
  return script
    .replace(/^import\s[^;]*;[ \t]*$/gm, '')
    .replace(/^export \{\};?$/gm, '')
    .replace(/^export (?=const|let|function|async|class)/gm, '')
    .replace(/\n\s*\n+/g, '\n')
    .trim();
}
