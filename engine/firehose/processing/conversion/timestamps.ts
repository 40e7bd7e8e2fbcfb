import type { TimestampReader } from './timestamp-format.ts';

const MICROS_PER_MS = 1000;
const MICROS_PER_SECOND = 1_000_000;
/** So many digits are epoch ms, fewer are epoch seconds. Source: org.openx.data.jsonserde ParsePrimitiveUtils. */
const EPOCH_MS_DIGITS = 13;
/** Microseconds beyond it are not exact numbers; it is the year 2255. */
const MICROS_MAX = Number.MAX_SAFE_INTEGER;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})([T ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(Z?)$/;

/** The forms of java.sql.Timestamp.valueOf: `yyyy-[m]m-[d]d hh:mm:ss[.f...]`. */
export const sqlTimestamp: TimestampReader = (value) =>
  typeof value === 'string' && value[10] !== 'T' && !value.endsWith('Z') ? dateTime(value) : undefined;

/**
 * The forms of the OpenX deserializer: that of Timestamp.valueOf, the same with T and Z, and epoch seconds, epoch
 * milliseconds and seconds with a fraction, as numbers or as texts.
 */
export const openXTimestamp: TimestampReader = (value) => {
  if (typeof value === 'number') return Number.isInteger(value) ? epoch(String(value)) : epochFraction(value);
  if (typeof value !== 'string') return undefined;
  if (value.includes(':')) return dateTime(value);
  if (/^-?\d+$/.test(value)) return epoch(value);
  return /^-?\d+\.\d+$/.test(value) ? epochFraction(Number(value)) : undefined;
};

function dateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, , hour, minute, second, fraction = ''] = match;
  const parts = [Number(month), Number(day), Number(hour), Number(minute), Number(second)];
  if (!isWithin(parts[0]!, 1, 12) || !isWithin(parts[1]!, 1, 31)) return undefined;
  if (!isWithin(parts[2]!, 0, 23) || !isWithin(parts[3]!, 0, 59) || !isWithin(parts[4]!, 0, 59)) return undefined;
  const ms = Date.UTC(Number(year), parts[0]! - 1, ...(parts.slice(1) as [number, number, number, number]));
  return ms * MICROS_PER_MS + Number(fraction.padEnd(6, '0').slice(0, 6));
}

const isWithin = (value: number, min: number, max: number): boolean => value >= min && value <= max;

function epoch(digits: string): number | undefined {
  const unit = digits.length >= EPOCH_MS_DIGITS ? MICROS_PER_MS : MICROS_PER_SECOND;
  return possible(Number(digits) * unit);
}

/** The deserializer keeps milliseconds of a fraction. */
const epochFraction = (seconds: number): number | undefined => possible(Math.trunc(seconds * 1000) * MICROS_PER_MS);

const possible = (micros: number): number | undefined => (Math.abs(micros) <= MICROS_MAX ? micros : undefined);
