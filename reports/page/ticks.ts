import { formatDuration, formatShortCount } from '../format/numbers.ts';

/** Steps of a time axis, in seconds. */
export const TIME_STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400,
];

/** Formats a time in the run: 12s below two minutes, 3:05 below an hour, then 1:03:05. */
export function clock(seconds: number, endSeconds: number): string {
  if (endSeconds < 120) return `${Number(seconds.toFixed(2))}s`;
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return endSeconds < 3600 ? `${minutes + 60 * hours}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`;
}

/** Formats 50ms, not 50.0ms, because ticks are round numbers. */
export function durationTick(ns: number): string {
  return ns === 0 ? '0' : formatDuration(ns).replace(/\.0+(?=\D)|(\.\d*?)0+(?=\D)/u, '$1');
}

export function countTick(count: number): string {
  return count >= 1e4 && count < 1e6 ? `${Number((count / 1e3).toPrecision(4))}k` : tidy(count);
}

export function latencyText(ns: number | null | undefined): string {
  return ns === null || ns === undefined ? '-' : formatDuration(ns);
}

export function countText(count: number | null | undefined): string {
  return count === null || count === undefined ? '-' : formatShortCount(count);
}

export function rateText(perSecond: number | null | undefined): string {
  return perSecond === null || perSecond === undefined ? '-' : `${tidy(perSecond)}/s`;
}

function tidy(value: number): string {
  if (value >= 1e6) return formatShortCount(value);
  return value >= 100 ? formatShortCount(value) : String(Number(value.toPrecision(3)));
}
