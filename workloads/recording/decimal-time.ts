/** An instant since 1970 UTC: whole seconds, and ns from 0 to 999,999,999. One double cannot hold ns since 1970. */
export interface Instant {
  seconds: number;
  nanos: number;
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/u;
/** Decimal places between the unit and a second. */
const PLACES: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };
/** 100 million years from 1970. Larger numbers are not times. */
const SECONDS_MAX = 3.2e15;

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/**
 * Reads a decimal number of units since 1970 without converting it to a double, so that ns stay exact. Digits below 1 ns are dropped.
 * @returns false if the text is not a number or not a time.
 */
export function readDecimalTime(text: string, unit: TimeUnit, into: Instant): boolean {
  const match = DECIMAL.exec(text);
  if (match === null) return false;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent) - PLACES[unit];
  if (point > 40) return false;
  const digits = whole + fraction;
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const at = Math.max(1, point);
  const seconds = Number(padded.slice(0, at));
  const nanos = Number(padded.slice(at, at + 9).padEnd(9, '0'));
  if (seconds > SECONDS_MAX) return false;
  const isNegative = sign === '-';
  into.seconds = isNegative ? -seconds - (nanos > 0 ? 1 : 0) : seconds;
  into.nanos = isNegative && nanos > 0 ? 1e9 - nanos : nanos;
  return true;
}

/**
 * Detects the unit of a time since 1970 by its size. Each range covers 1973 to 5138 in its unit.
 * @returns undefined for a number too small for any time since 1973: its unit cannot be detected.
 */
export function unitOf(text: string): TimeUnit | undefined {
  const size = Math.abs(Number(text));
  if (size < 1e8) return undefined;
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  return size < 1e17 ? 'us' : 'ns';
}
