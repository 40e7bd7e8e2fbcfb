import { bar } from '../../reports/text/render-table.ts';
import { columnsOf } from '../../reports/text/text-width.ts';
import { formatClock } from './format-clock.ts';
import { cut } from './live-cut.ts';

export interface Progress {
  readonly title: string;
  /** 0 to 1; undefined where nobody knows. */
  readonly doneRatio: number | undefined;
  readonly elapsedMs: number;
}

const MOST_BAR_COLUMNS = 30;
/** What a bar has yet to fill. */
const TROUGH = '░';
/** Before, a rate is mostly that of starting. */
const LEAST_ELAPSED_MS = 1000;
const LEAST_DONE_RATIO = 0.05;

/** One line: `reading 16 results  ██████░░░░░░  47%  0:12 left`. Never wider than `width`. */
export function progressText(progress: Progress, width: number): string {
  const { title, doneRatio } = progress;
  if (doneRatio === undefined) return cut(title, width);
  const percent = `${String(Math.floor(100 * doneRatio)).padStart(3)}%`;
  const left = leftMs(progress);
  const after = left === undefined ? percent : `${percent}  ${formatClock(1e9 * Math.ceil(left / 1e3))} left`;
  const columns = Math.min(MOST_BAR_COLUMNS, width - columnsOf(title) - after.length - 4);
  if (columns < 1) return cut(`${title}  ${after}`, width);
  return `${cut(title, width)}  ${bar(doneRatio, columns).padEnd(columns, TROUGH)}  ${after}`;
}

/** By the rate so far. */
function leftMs({ doneRatio = 0, elapsedMs }: Progress): number | undefined {
  if (elapsedMs < LEAST_ELAPSED_MS || doneRatio < LEAST_DONE_RATIO || doneRatio >= 1) return undefined;
  return (elapsedMs * (1 - doneRatio)) / doneRatio;
}
