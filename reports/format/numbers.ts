/**
 * Numbers for people: three significant digits in the notation of scenarios and thresholds (70ms, 99%, 1,000/s, 1.5MB/s).
 */

const DIGITS = 3;

const DURATION_STEPS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;

const SIZE_STEPS = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
  [1, 'B'],
] as const;

const COUNT_STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
] as const;

export function formatDuration(ns: number): string {
  return inSteps(ns, DURATION_STEPS);
}

export function formatBytes(bytes: number): string {
  return inSteps(bytes, SIZE_STEPS);
}

/** Formats every digit, in groups, because counts must add up. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Formats every digit up to 999,999 and three digits above, for narrow columns. */
export function formatShortCount(count: number): string {
  return count < 1e6 ? formatCount(count) : inSteps(count, COUNT_STEPS);
}

export function formatRate(perSecond: number): string {
  return `${perSecond < 1e6 ? grouped(perSecond) : inSteps(perSecond, COUNT_STEPS)}/s`;
}

export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Formats dollars; below 10 cents with fractions of a cent, because most runs cost less than one. */
export function formatDollars(usd: number): string {
  return `$${usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** Formats a ratio as a percentage. A ratio below 1 is never rounded to 100%, and one above 0 never to 0%. */
export function formatRatio(ratio: number): string {
  if (ratio < 1 && ratio > 0.9995) return '>99.9%';
  if (ratio > 0 && ratio < 0.00005) return '<0.01%';
  return `${trimmed(ratio * 100)}%`;
}

function inSteps(value: number, steps: readonly (readonly [number, string])[]): string {
  // Rounding comes before the choice of the unit, because 999.9 ms are 1.00 s, not 1000 ms.
  const rounded = Number(value.toPrecision(DIGITS));
  const [size, unit] = steps.find(([step]) => Math.abs(rounded) >= step) ?? steps.at(-1)!;
  const scaled = rounded / size;
  const isWhole = size === 1 && Number.isInteger(scaled);
  return `${isWhole ? scaled : fixed(scaled)}${unit}`;
}

function grouped(value: number): string {
  const rounded = Number(value.toPrecision(DIGITS));
  return rounded >= 100 ? rounded.toLocaleString('en-US') : trimmed(rounded);
}

/** Formats three significant digits and keeps zeros, so that the numbers of a column line up. */
function fixed(value: number): string {
  const whole = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(whole);
}

/** Formats three significant digits without trailing zeros. */
function trimmed(value: number): string {
  return String(Number(Number(value.toPrecision(DIGITS)).toFixed(2)));
}
