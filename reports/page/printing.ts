/** Width of A4 between its margins, in CSS pixels. */
const PAPER_WIDTH_PX = 680;

export interface Printable {
  /** Redraws everything for paper: light, at this width. */
  toPaper(widthPx: number): void;
  toScreen(): void;
}

/** Opens all tables for printing, because paper cannot open them, and closes them again afterwards. */
export function watchPrinting(page: Printable): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
    page.toPaper(PAPER_WIDTH_PX);
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    page.toScreen();
  });
}
