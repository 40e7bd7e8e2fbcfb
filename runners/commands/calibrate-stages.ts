import { formatClock } from '../live/format-clock.ts';

export interface Stages {
  show(text: string): void;
  note(text: string): void;
  /** Clears the progress line. Safe to call twice. */
  close(): void;
}

const REDRAW_MS = 500;

/** Shows the current stage: in one line that is redrawn on a terminal, in a line for each stage elsewhere. */
export function openStages(stream: NodeJS.WriteStream, title: string, isQuiet: boolean): Stages {
  if (isQuiet) return { show: () => {}, note: () => {}, close: () => {} };
  if (stream.isTTY !== true) {
    const write = (text: string) => stream.write(`${text}\n`);
    write(title);
    return { show: (text) => write(`  ${text}`), note: write, close: () => {} };
  }
  const startedMs = performance.now();
  let stage = '';
  const draw = () => {
    const text = `${formatClock((performance.now() - startedMs) * 1e6)}  ${title}: ${stage}`;
    stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    show: (text) => {
      stage = text;
      draw();
    },
    note: (text) => stream.write(`\r\x1b[K${text}\n`),
    close: () => {
      clearInterval(timer);
      stream.write('\r\x1b[K');
    },
  };
}
