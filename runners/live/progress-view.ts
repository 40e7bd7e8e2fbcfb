import type { Line } from '../../reports/text/render-lines.ts';
import { openRedrawnView } from './redrawn-view.ts';

/** Shows the progress of a long command on stderr; stdout holds only its result. */
export interface ProgressView<Progress> {
  note(text: string): void;
  show(progress: Progress): void;
  /** Restores the terminal; safe to call twice. */
  close(): void;
}

export interface ProgressFlags {
  readonly quiet?: boolean | undefined;
  readonly 'no-live'?: boolean | undefined;
}

export interface ProgressTexts<Progress> {
  readonly title: string;
  /** Called before each drawing on a terminal. */
  readonly update: (progress: Progress) => void;
  /** Returns the drawing of the newest progress. */
  readonly viewLines: (width: number) => Line[];
  /** Returns lines for a log, without a terminal; none if the progress needs no line. */
  readonly logLines: (progress: Progress) => readonly string[];
}

/** Opens a drawing on a terminal or a log of lines elsewhere; shows nothing with --quiet or --no-live. */
export async function openProgressView<Progress>(
  flags: ProgressFlags,
  { title, update, viewLines, logLines }: ProgressTexts<Progress>,
): Promise<ProgressView<Progress>> {
  if (flags.quiet === true || flags['no-live'] === true) return { note: () => {}, show: () => {}, close: () => {} };
  const { stderr } = process;
  const write = (text: string) => stderr.write(`${text}\n`);
  if (stderr.isTTY !== true) {
    write(title);
    return { note: write, show: (progress) => logLines(progress).forEach(write), close: () => {} };
  }
  const { note, redraw, close } = await openRedrawnView(stderr, viewLines);
  return {
    note,
    show: (progress) => {
      update(progress);
      redraw();
    },
    close,
  };
}
