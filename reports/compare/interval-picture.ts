import type { Change, RatioBounds } from './comparison.ts';

/** Changes beyond a factor of four are drawn at the edge of the picture. */
const REACH_LOG_MAX = Math.log(4);

/**
 * Returns the reach of a picture to either side, as a logarithm: to the furthest end of any interval, and at least to three
 * floors, so that meaningless differences do not fill it.
 */
export function pictureReach(changes: readonly Change[], floorRatio: number): number {
  const ends = changes.flatMap(({ ratio, interval }) => [ratio, interval?.lower ?? ratio, interval?.upper ?? ratio]);
  const furthest = Math.max(...ends.map((end) => Math.abs(Math.log(Math.max(end, Number.MIN_VALUE)))), 0);
  return Math.min(REACH_LOG_MAX, Math.max(furthest, Math.log1p(3 * floorRatio)));
}

/**
 * Draws a ratio and its interval on an axis whose middle is 1: `    ╎ ├─●──┤ `. The axis shows square roots of logarithms, so
 * that a change of 2% is visible beside one of 50%. An interval beyond the edge ends in an arrow.
 * @param width odd, at least 5.
 */
export function intervalPicture(ratio: number, interval: RatioBounds | null, reach: number, width: number): string {
  const middle = (width - 1) / 2;
  const columnOf = (value: number) => {
    const log = Math.log(Math.max(value, Number.MIN_VALUE));
    return Math.round(middle + Math.sign(log) * Math.sqrt(Math.abs(log) / reach) * middle);
  };
  const inside = (column: number) => Math.min(width - 1, Math.max(0, column));
  const cells = new Array<string>(width).fill(' ');
  cells[middle] = '╎';
  if (interval !== null) {
    const [from, to] = [columnOf(interval.lower), columnOf(interval.upper)];
    cells.fill('─', inside(from), inside(to) + 1);
    cells[inside(from)] = from < 0 ? '◂' : '├';
    cells[inside(to)] = to > width - 1 ? '▸' : '┤';
  }
  cells[inside(columnOf(ratio))] = '●';
  return cells.join('');
}

/** Returns the head of a column of such pictures. */
export function pictureHead(width: number): string {
  const [left, right] = width >= 13 ? ['faster', 'slower'] : width >= 11 ? ['less ', ' more'] : ['', ''];
  const side = (width - 1) / 2;
  return `${left.padStart(side)}╎${right.padEnd(side)}`;
}
