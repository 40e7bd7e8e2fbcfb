import type { RatioBounds } from './comparison.ts';

/** From here on a factor says more than a percentage: x2.3 rather than +130 %. */
const FACTOR_FROM = 2;

/** A ratio as the change that it is: `+5.1%`, `-12%`, `×3.2`. */
export function changeText(ratio: number): string {
  if (ratio >= FACTOR_FROM) return `×${twoDigits(ratio)}`;
  const percent = (ratio - 1) * 100;
  const text = percentText(percent);
  return text === '0' ? '0%' : `${percent > 0 ? '+' : '-'}${text}%`;
}

/** `-2.1 to +3.0%`: the unit once, where both ends have it. */
export function changeRangeText({ lower, upper }: RatioBounds): string {
  const [from, to] = [changeText(lower), changeText(upper)];
  return from.endsWith('%') && to.endsWith('%') ? `${from.slice(0, -1)} to ${to}` : `${from} to ${to}`;
}

/** For sentences: `12% slower`, `8% faster`, `takes 3.2 times as long`. Faster by how much less time it takes. */
export function changeWords(ratio: number): string {
  if (ratio >= FACTOR_FROM) return `${twoDigits(ratio)} times as slow`;
  return `${percentText((ratio - 1) * 100)}% ${ratio > 1 ? 'slower' : 'faster'}`;
}

/** An interval beside changeWords, in the same direction: `8 to 16%`; ends of the other direction have a minus. */
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

/** Without its sign: one decimal below 10, none above. */
function percentText(percent: number): string {
  const size = Math.abs(percent);
  const text = size < 9.95 ? size.toFixed(1) : size.toFixed(0);
  return text.replace(/\.0$/u, '');
}

function twoDigits(factor: number): string {
  return factor < 9.95 ? factor.toFixed(1) : Math.round(factor).toLocaleString('en-US');
}
