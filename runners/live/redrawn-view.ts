import { type Line, paint } from '../../reports/text/render-lines.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';

/** Lines on a terminal that are redrawn in place. */
export interface RedrawnView {
  /** Writes a line that stays, above the drawing. */
  note(text: string): void;
  redraw(): void;
  /** Restores the terminal; safe to call twice. */
  close(): void;
}

/**
 * Opens the view and draws immediately.
 * @param linesOf renders the lines for a width in columns.
 */
export async function openRedrawnView(
  stream: NodeJS.WriteStream,
  linesOf: (width: number) => Line[],
): Promise<RedrawnView> {
  const { createLogUpdate } = await import('log-update');
  const draw = createLogUpdate(stream);
  const colours = wantsColours(stream);
  let isClosed = false;
  const redraw = () => {
    // One column stays free: a terminal that wraps a full line would leave parts of it on the screen.
    const width = widthOf(stream) - 1;
    if (!isClosed) draw(paint(linesOf(width), { colours, width }));
  };
  redraw();
  return {
    note: (text) => {
      if (!isClosed) draw.clear();
      stream.write(`${text}\n`);
      redraw();
    },
    redraw,
    close: () => {
      if (isClosed) return;
      isClosed = true;
      draw.clear();
      draw.done();
    },
  };
}
