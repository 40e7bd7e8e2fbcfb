import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';

/**
 * The page's own code, as one script. It stands in reports/page as modules, which a page without requests cannot import:
 * they are put one after the other, each after those that it needs when it is loaded, and share one scope. A name that two
 * of them have would be a syntax error in the browser.
 */
const PAGE_MODULES = [
  '../text/format',
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

/** The code of a page whose charts are drawn already, such as a plan's. */
const STILL_PAGE_MODULES = ['../page/colours', '../page/theme', '../page/printing', '../page/still-page'] as const;

export interface PageAssets {
  readonly style: string;
  /** uPlot: a script that makes one global name. */
  readonly library: string;
  /** To be run as a module. */
  readonly script: string;
  /** The same for a page without charts that a script draws. */
  readonly stillScript: string;
}

let assets: PageAssets | undefined;

/** Files of the package, read once like its modules: what a page is made of, and nothing of what it shows. */
export function pageAssets(): PageAssets {
  assets ??= readAssets();
  return assets;
}

function readAssets(): PageAssets {
  const require = createRequire(import.meta.url);
  const ofLibrary = (file: string) => readFileSync(require.resolve(`uplot/${file}`), 'utf8').trim();
  const own = readFileSync(new URL('../page/page.css', import.meta.url), 'utf8');
  return {
    style: `${ofLibrary('dist/uPlot.min.css')}\n${own}`,
    // Its licence asks that its text goes with every copy.
    library: `/*\n${ofLibrary('LICENSE')}\n*/\n${ofLibrary('dist/uPlot.iife.min.js')}`,
    script: PAGE_MODULES.map(moduleBody).join('\n'),
    stillScript: STILL_PAGE_MODULES.map(moduleBody).join('\n'),
  };
}

function moduleBody(name: string): string {
  const isSource = import.meta.url.endsWith('.ts');
  const text = readFileSync(new URL(`${name}${isSource ? '.ts' : '.js'}`, import.meta.url), 'utf8');
  return withoutImports(isSource ? withoutTypes(text) : text);
}

/** The package has JavaScript; only from the sources are types taken out here. */
function withoutTypes(source: string): string {
  // Node says once for each process that this may change. Its version is pinned where sources are run.
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
