/**
 * GitHub's Markdown, written so that no name can break it. What comes from elsewhere stands in code spans or goes through
 * `escapeMarkdown`; only our own words are Markdown.
 */

const LONGEST_NAME = 200;
const LONGEST_SENTENCE = 1000;
const ZERO_WIDTH_SPACE = '\u200b';

/** A name as code: no emphasis, HTML, mention, issue number or link in it comes alive, and it fits into a table. */
export function code(text: string): string {
  const line = oneLine(text, LONGEST_NAME);
  if (line === '') return '` `';
  // Readers differ on what a backslash before a pipe is in a table's code, so such a name is written as HTML.
  if (line.includes('|')) return `<code>${htmlCode(line)}</code>`;
  const longest = Math.max(0, ...[...line.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A space at both ends is taken off again by the reader, so that a backtick of the name can stand there.
  const pad = /^`|`$/u.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Every sign of Markdown as a number, which no reader takes for a sign. */
function htmlCode(line: string): string {
  return line.replace(/[!-/:-@[-`{-~]/gu, (sign) => {
    return `&#${sign.charCodeAt(0)};${sign === '@' ? ZERO_WIDTH_SPACE : ''}`;
  });
}

/** A sentence with names in it, for running text and tables. */
export function escapeMarkdown(text: string): string {
  return oneLine(text, LONGEST_SENTENCE)
    .replace(/[\\`*_[\]~|$^]/gu, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@#]/gu, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/gu, `:${ZERO_WIDTH_SPACE}`)
    .replace(/\b(www)\./giu, `$1${ZERO_WIDTH_SPACE}.`)
    .replace(/\b(GH)-(?=\d)/giu, `$1${ZERO_WIDTH_SPACE}-`);
}

/** Text as it is, between fences longer than any in it. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

export type Alignment = 'left' | 'right' | 'center';
const RULES: Readonly<Record<Alignment, string>> = { left: ':--', right: '--:', center: ':-:' };

/** @param align by column; the last one goes on for further columns. Cells must be escaped. */
export function markdownTable(rows: readonly (readonly string[])[], align: readonly Alignment[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => RULES[align[column] ?? align.at(-1) ?? 'left']);
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Shown when clicked. The empty lines let Markdown inside come alive. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Line breaks and control characters become spaces; what is too long ends in an ellipsis. */
function oneLine(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}
