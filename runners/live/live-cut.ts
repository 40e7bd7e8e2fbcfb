import { printable } from '../../reports/text/render-lines.ts';

/** Cuts to `width` columns, with a mark where something is missing. Control characters never reach the terminal. */
export function cut(text: string, width: number): string {
  const characters = [...printable(text)];
  if (characters.length <= width) return characters.join('');
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}
