import type { RatioBounds } from './comparison.ts';

/** From this ratio up a factor is clearer than a percentage: ×2.3 rather than +130%. */
const FACTOR_FROM = 2;

/** Formats a ratio as a change: `+5.1%`, `-12%`, `×3.2`. */
export function changeText(ratio: number): string {
  if (ratio >= FACTOR_FROM) return `×${twoDigits(ratio)}`;
  const percent = (ratio - 1) * 100;
  const text = percentText(percent);
  return text === '0' ? '0%' : `${percent > 0 ? '+' : '-'}${text}%`;
}

/** Formats a range, with the unit once if both ends have it: `-2.1 to +3.0%`. */
export function changeRangeText({ lower, upper }: RatioBounds): string {
  const [from, to] = [changeText(lower), changeText(upper)];
  return from.endsWith('%') && to.endsWith('%') ? `${from.slice(0, -1)} to ${to}` : `${from} to ${to}`;
}

/** Formats a change for sentences: `12% slower`, `3.2 times as slow`, `8% faster` (takes 8% less time). */
export function changeWords(ratio: number): string {
  if (ratio >= FACTOR_FROM) return `${twoDigits(ratio)} times as slow`;
  return `${percentText((ratio - 1) * 100)}% ${ratio > 1 ? 'slower' : 'faster'}`;
}

/** Formats an interval in the direction of changeWords: `8 to 16%`; ends in the other direction have a minus. */
export function rangeWords(ratio: number, { lower, upper }: RatioBounds): string {
  if (ratio >= FACTOR_FROM) return `${twoDigits(lower)} to ${twoDigits(upper)}`;
  const percents = [(lower - 1) * 100, (upper - 1) * 100];
  const [from, to] = ratio > 1 ? percents : percents.map((percent) => -percent).reverse();
  return `${signed(from!)} to ${signed(to!)}%`;
}

function signed(percent: number): string {
  const text = percentText(percent);
  return percent < 0 && text !== '0' ? `-${text}` : text;
}

/** Formats a percentage without its sign: one decimal below 10, none above. */
function percentText(percent: number): string {
  const size = Math.abs(percent);
  const text = size < 9.95 ? size.toFixed(1) : size.toFixed(0);
  return text.replace(/\.0$/u, '');
}

function twoDigits(factor: number): string {
  return factor < 9.95 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en-US');
}
