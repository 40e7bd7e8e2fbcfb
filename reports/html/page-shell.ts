import { createHash } from 'node:crypto';
import { type Content, html, Markup } from './markup.ts';

export interface ShellParts {
  readonly title: string;
  readonly subtitle: string;
  /** Must contain an element with the id `charts`, the target of the skip link. */
  readonly main: Content;
  readonly footer: string;
  /** JSON for the script. */
  readonly data?: Markup | undefined;
  readonly style: string;
  /** A classic script that runs before `script`. */
  readonly library?: string | undefined;
  /** Runs as a module. */
  readonly script: string;
}

/**
 * Renders one self-contained document. Its policy allows only the scripts and the style inlined here, by their hashes: the
 * page can make no request, and no text of a result can become code.
 * @param connect the origin that the page may connect to: `'self'` for a served page, `'none'` for a file.
 */
export function pageShell(parts: ShellParts, connect: "'self'" | "'none'"): string {
  const { library } = parts;
  const scripts = [EARLY_SCRIPT, ...(library === undefined ? [] : [library]), parts.script];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(parts.style)}`,
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${parts.title}</title>
<style>${new Markup(parts.style)}</style>
<script>${new Markup(EARLY_SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#charts">Skip to the charts</a>
<header class="top"><div><p class="brand">streamgauge</p><h1>${parts.title}</h1><p class="subtitle">${parts.subtitle}</p></div>
<button id="theme" type="button" aria-pressed="false" aria-label="Dark theme"><span aria-hidden="true">◐</span></button></header>
<main>
${parts.main}
</main>
<footer><p>${parts.footer}</p></footer>
<script type="application/json" id="data">${parts.data}</script>
${
  library === undefined
    ? undefined
    : html`<script>${new Markup(library)}</script>
`
}<script type="module">${new Markup(parts.script)}</script>
</body>
</html>
`.text;
}

/** Runs before anything is painted, so that the page does not flash in the wrong theme. */
const EARLY_SCRIPT = `let theme;
try { theme = localStorage.getItem('streamgauge-theme'); } catch {}
if (theme !== 'dark' && theme !== 'light') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
document.documentElement.dataset.theme = theme;`;

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
