import { cut } from '../live/live-cut.ts';
import { widthOf } from '../terminal/width-of.ts';

/**
 * One line on stderr that is redrawn. It needs a terminal: a log needs no progress. A longer text is cut and not wrapped, because
 * the next text replaces one row only.
 */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

const FIRST_AFTER_MS = 1000;

/** @param stream the terminal. Nothing is drawn in the first second. */
export function openProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  const startedAtMs = performance.now();
  let isShown = false;
  return {
    show: (text) => {
      if (performance.now() - startedAtMs < FIRST_AFTER_MS) return;
      isShown = true;
      stream.write(`\r\x1b[K${cut(text, widthOf(stream) - 1)}`);
    },
    clear: () => {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}
