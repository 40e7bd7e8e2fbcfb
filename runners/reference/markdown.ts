/** Head of every generated page, which names the place to change. */
const GENERATED_NOTE = '<!-- Written by `npm run docs:reference` from the sources. Change those, not this file. -->';

export function page(title: string, ...blocks: readonly string[]): string {
  return `${[GENERATED_NOTE, `# ${title}`, ...blocks].filter((block) => block !== '').join('\n\n')}\n`;
}

/** A table without columns that are empty in every row. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = heads.map((_, column) => column === 0 || rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => kept[column]).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}

/** Text of a cell: a bar would end it, and angle brackets would be HTML. */
function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|').replaceAll('\n', ' ').trim();
}

/** Escapes what Markdown would take for HTML, except in code. Placeholders and addresses become
 * code: the site would fill in the ones and link the others. */
export function escaped(text: string): string {
  return text
    .split(/(`[^`]*`|\{\{[^}]*\}\}|https?:\/\/[^\s,)]*[^\s,.)])/u)
    .map((piece, index) => {
      if (index % 2 === 1) return piece.startsWith('`') ? piece : code(piece);
      return piece.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    })
    .join('');
}

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** The anchor that GitHub gives a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Ends a noun phrase or sentence with a full stop, unless it has one. */
export function sentence(text: string): string {
  return text === '' || /[.!?]$/u.test(text) ? text : `${text}.`;
}
