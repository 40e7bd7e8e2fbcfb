import { MergeProgress } from '../merge/merge-progress.ts';
import { widthOf } from '../terminal/width-of.ts';

/** Progress of a merge on stderr. */
export interface MergeLive {
  readonly progress: MergeProgress;
  /** Shows this text instead of the progress, until the view is closed. */
  show(text: string): void;
  /** Clears the line on a terminal. Safe to call twice. */
  close(): void;
}

export interface MergeLiveOptions {
  /** The input as a noun phrase, such as `16 results`. */
  readonly what: string;
  readonly stream?: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;
}

const DRAW_FIRST_AFTER_MS = 1000;
const DRAW_EVERY_MS = 200;

/** A view that prints nothing. */
export function silentMergeLive(): MergeLive {
  return { progress: new MergeProgress(), show: () => {}, close: () => {} };
}

/** One line that is redrawn on a terminal. Elsewhere, one line at the start. */
export function openMergeLive({ what, stream = process.stderr }: MergeLiveOptions): MergeLive {
  const progress = new MergeProgress();
  if (stream.isTTY !== true) {
    stream.write(`merging ${what}\n`);
    return { progress, show: () => {}, close: () => {} };
  }
  const write = (text: string) => stream.write(`\r\x1b[K${text}`);
  write(`merging ${what}`);
  let isOpen = true;
  const draw = async () => {
    // Loaded here, after a second: a short merge must not wait for this module.
    const { progressText } = await import('../live/progress-text.ts');
    const { doneRatio, elapsedMs } = progress;
    // The last column stays free: some terminals wrap a full line, and clearing it would leave a part.
    const width = widthOf(stream) - 1;
    if (isOpen) write(progressText({ title: `reading ${what}`, doneRatio, elapsedMs }, width));
  };
  let timer: NodeJS.Timeout = setTimeout(() => {
    void draw();
    timer = setInterval(() => void draw(), DRAW_EVERY_MS).unref();
  }, DRAW_FIRST_AFTER_MS).unref();
  const stop = () => {
    isOpen = false;
    clearTimeout(timer);
  };
  return {
    progress,
    show: (text) => {
      stop();
      write(text);
    },
    close: () => {
      stop();
      write('');
    },
  };
}
