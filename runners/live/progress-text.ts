import { bar } from '../../reports/text/render-table.ts';
import { columnsOf } from '../../reports/text/text-width.ts';
import { formatClock } from './format-clock.ts';
import { cut } from './live-cut.ts';

export interface Progress {
  readonly title: string;
  /** 0 to 1; undefined if unknown. */
  readonly doneRatio: number | undefined;
  readonly elapsedMs: number;
}

const BAR_COLUMNS_MAX = 30;
/** The empty part of a bar. */
const TROUGH = '░';
/** No time is estimated earlier, because the rate at the start is not typical. */
const ELAPSED_MS_MIN = 1000;
const DONE_RATIO_MIN = 0.05;

/** Renders one line, never wider than `width`: `reading 16 results  ██████░░░░░░  47%  0:12 left`. */
export function progressText(progress: Progress, width: number): string {
  const { title, doneRatio } = progress;
  if (doneRatio === undefined) return cut(title, width);
  const percent = `${String(Math.floor(100 * doneRatio)).padStart(3)}%`;
  const left = leftMs(progress);
  const after = left === undefined ? percent : `${percent}  ${formatClock(1e9 * Math.ceil(left / 1e3))} left`;
  const columns = Math.min(BAR_COLUMNS_MAX, width - columnsOf(title) - after.length - 4);
  if (columns < 1) return cut(`${title}  ${after}`, width);
  return `${cut(title, width)}  ${bar(doneRatio, columns).padEnd(columns, TROUGH)}  ${after}`;
}

/** Estimates the remaining time from the rate so far. */
function leftMs({ doneRatio = 0, elapsedMs }: Progress): number | undefined {
  if (elapsedMs < ELAPSED_MS_MIN || doneRatio < DONE_RATIO_MIN || doneRatio >= 1) return undefined;
  return (elapsedMs * (1 - doneRatio)) / doneRatio;
}
