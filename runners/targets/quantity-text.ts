import { formatBytes, formatCount, formatDuration } from '../../reports/format/numbers.ts';

/** Returns a duration with its unit; 0 is `0s`. */
export const timeText = (ns: number): string => (ns === 0 ? '0s' : formatDuration(ns));

export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns memory in MiB, as scenarios write it. */
export function mebibytes(bytes: number): string {
  const mebi = bytes / 2 ** 20;
  return mebi >= 1 && Number.isInteger(mebi) ? `${formatCount(mebi)}MiB` : formatBytes(bytes);
}
