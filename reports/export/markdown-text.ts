/**
 * GitHub's Markdown, written so that no name can break it. Texts from outside are written as code spans or escaped with
 * `escapeMarkdown`; only the report's own words are Markdown.
 */

const NAME_LENGTH_MAX = 200;
const SENTENCE_LENGTH_MAX = 1000;
const ZERO_WIDTH_SPACE = '\u200b';

/** Writes a name as code that fits into a table. Emphasis, HTML, mentions, issue numbers and links in it have no effect. */
export function code(text: string): string {
  const line = oneLine(text, NAME_LENGTH_MAX);
  if (line === '') return '` `';
  // Markdown readers treat a backslash before a pipe differently in the code of a table, so such a name is written as HTML.
  if (line.includes('|')) return `<code>${htmlCode(line)}</code>`;
  const longest = Math.max(0, ...[...line.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A Markdown reader strips one space at each end. The spaces separate a backtick of the name from the fence.
  const pad = /^`|`$/u.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Writes every sign of Markdown as a numeric HTML entity, which readers print and never interpret. */
function htmlCode(line: string): string {
  return line.replace(/[!-/:-@[-`{-~]/gu, (sign) => {
    return `&#${sign.charCodeAt(0)};${sign === '@' ? ZERO_WIDTH_SPACE : ''}`;
  });
}

/** Escapes a sentence that contains names, for running text and tables. */
export function escapeMarkdown(text: string): string {
  return oneLine(text, SENTENCE_LENGTH_MAX)
    .replace(/[\\`*_[\]~|$^]/gu, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@#]/gu, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/gu, `:${ZERO_WIDTH_SPACE}`)
    .replace(/\b(www)\./giu, `$1${ZERO_WIDTH_SPACE}.`)
    .replace(/\b(GH)-(?=\d)/giu, `$1${ZERO_WIDTH_SPACE}-`);
}

/** Writes text unchanged, between fences that are longer than any fence in it. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

export type Alignment = 'left' | 'right' | 'center';
const RULES: Readonly<Record<Alignment, string>> = { left: ':--', right: '--:', center: ':-:' };

/** @param align by column; the last value also applies to all further columns. Cells must be escaped. */
export function markdownTable(rows: readonly (readonly string[])[], align: readonly Alignment[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => RULES[align[column] ?? align.at(-1) ?? 'left']);
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A section that opens on a click. Markdown in the body is rendered only because of the empty lines around it. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Line breaks and control characters become spaces. A text that is too long is cut and ends with an ellipsis. */
function oneLine(text: string, lengthMax: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= lengthMax ? line : `${characters.slice(0, lengthMax - 1).join('')}…`;
}
