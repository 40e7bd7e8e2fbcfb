import { printable } from '../../reports/text/render-lines.ts';
import { columnsOf, takeColumns } from '../../reports/text/text-width.ts';

/** Cuts text to `width` columns and marks the cut. Control characters never reach the terminal. */
export function cut(text: string, width: number): string {
  const whole = printable(text);
  if (columnsOf(whole) <= width) return whole;
  return width < 1 ? '' : `${takeColumns(whole, width - 1)}…`;
}
