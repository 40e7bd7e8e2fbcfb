import { MergeProgress } from '../merge/merge-progress.ts';
import { widthOf } from '../terminal/width-of.ts';

/** Shows how a merge goes on, on stderr. */
export interface MergeLive {
  readonly progress: MergeProgress;
  /** Shows this line until it is closed: there is nothing to count any more. */
  say(text: string): void;
  /** Leaves nothing behind on a terminal; safe to call twice. */
  close(): void;
}

export interface MergeLiveOptions {
  /** What is being read, such as `16 results`. */
  readonly what: string;
  readonly stream?: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;
}

const DRAW_FIRST_AFTER_MS = 1000;
const DRAW_EVERY_MS = 200;

/** One that is not to be seen. */
export function silentMergeLive(): MergeLive {
  return { progress: new MergeProgress(), say: () => {}, close: () => {} };
}

/** A line that is written over; without a terminal one that says what is being done. */
export function openMergeLive({ what, stream = process.stderr }: MergeLiveOptions): MergeLive {
  const progress = new MergeProgress();
  if (stream.isTTY !== true) {
    stream.write(`merging ${what}\n`);
    return { progress, say: () => {}, close: () => {} };
  }
  const write = (text: string) => stream.write(`\r\x1b[K${text}`);
  write(`merging ${what}`);
  let isOpen = true;
  const draw = async () => {
    // Loaded when it is late anyway: a merge of a second must not wait for it.
    const { progressText } = await import('../live/progress-text.ts');
    const { doneRatio, elapsedMs } = progress;
    // One column is left free: a terminal that wraps a full line would leave its remains on the screen.
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
    say: (text) => {
      stop();
      write(text);
    },
    close: () => {
      stop();
      write('');
    },
  };
}
