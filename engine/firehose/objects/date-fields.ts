import { dayOfWeek, dayOfYear, weekOfMonth, weekOfYear } from './calendar.ts';
import { offsetText, zoneText } from './offset-text.ts';
import type { ZonedTime } from './zoned-time.ts';

/** One pattern letter: how often it may be repeated, and its text at an instant. */
export interface DateField {
  readonly countMax: number;
  text(time: ZonedTime, count: number): string;
}

/** The longest number that Java prints. */
const DIGITS_MAX = 19;
const MS_PER_HOUR = 3_600_000;
const NS_PER_MS = 1_000_000;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

const month = named(
  ({ month }) => month,
  (number) => MONTHS[number - 1]!,
);
const quarter = named(
  (time) => quarterOf(time),
  (number) => QUARTERS[number - 1]!,
  { short: (number) => `Q${number}`, narrow: String },
);
const dayName = (time: ZonedTime, count: number) => nameOf(DAYS[dayOfWeek(time)]!, count);

/**
 * The letters of java.time.format.DateTimeFormatter that a timestamp expression may have, in English of the United States.
 * Source: DateTimeFormatterBuilder.appendPattern of Java 17; a test compares them with Java.
 */
export const DATE_FIELDS: Readonly<Record<string, DateField>> = {
  y: year(({ year }) => year),
  u: year(({ year }) => year),
  Y: year((time) => weekOfYear(time).year),
  M: month,
  L: month,
  Q: quarter,
  w: number(2, (time) => weekOfYear(time).week),
  W: number(1, weekOfMonth),
  D: number(3, dayOfYear),
  d: number(2, ({ day }) => day),
  E: { countMax: 5, text: (time, count) => dayName(time, Math.max(count, 3)) },
  e: {
    countMax: 5,
    text: (time, count) => (count < 3 ? padded(dayOfWeek(time) + 1, count) : dayName(time, count)),
  },
  a: { countMax: 1, text: ({ hour }) => (hour < 12 ? 'AM' : 'PM') },
  H: number(2, ({ hour }) => hour),
  k: number(2, ({ hour }) => (hour === 0 ? 24 : hour)),
  K: number(2, ({ hour }) => hour % 12),
  h: number(2, ({ hour }) => (hour % 12 === 0 ? 12 : hour % 12)),
  m: number(2, ({ minute }) => minute),
  s: number(2, ({ second }) => second),
  S: { countMax: 9, text: (time, count) => padded(nanosOf(time), 9).slice(0, count) },
  n: number(DIGITS_MAX, nanosOf),
  A: number(DIGITS_MAX, milliOfDay),
  z: { countMax: 4, text: zoneText },
  Z: { countMax: 5, text: (time, count) => offsetText(time, 'Z', count) },
  X: { countMax: 5, text: (time, count) => offsetText(time, 'X', count) },
  x: { countMax: 5, text: (time, count) => offsetText(time, 'x', count) },
};

function number(countMax: number, numberOf: (time: ZonedTime) => number): DateField {
  return { countMax, text: (time, count) => padded(numberOf(time), count) };
}

/** Two letters are the last two digits of the year. */
function year(numberOf: (time: ZonedTime) => number): DateField {
  return {
    countMax: DIGITS_MAX,
    text: (time, count) => (count === 2 ? padded(numberOf(time) % 100, 2) : padded(numberOf(time), count)),
  };
}

interface Shorter {
  readonly short: (number: number) => string;
  readonly narrow: (number: number) => string;
}

/** Up to two letters are the number, three its short name, four its name, five its narrow name. */
function named(
  numberOf: (time: ZonedTime) => number,
  fullName: (number: number) => string,
  shorter: Shorter = {
    short: (number) => fullName(number).slice(0, 3),
    narrow: (number) => fullName(number).slice(0, 1),
  },
): DateField {
  return {
    countMax: 5,
    text: (time, count) => {
      const value = numberOf(time);
      if (count < 3) return padded(value, count);
      if (count === 3) return shorter.short(value);
      return count === 4 ? fullName(value) : shorter.narrow(value);
    },
  };
}

function nameOf(fullName: string, count: number): string {
  if (count === 4) return fullName;
  return fullName.slice(0, count === 3 ? 3 : 1);
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const quarterOf = ({ month }: ZonedTime): number => Math.ceil(month / 3);

function nanosOf({ millisecond }: ZonedTime): number {
  return millisecond * NS_PER_MS;
}

function milliOfDay({ hour, minute, second, millisecond }: ZonedTime): number {
  return hour * MS_PER_HOUR + minute * 60_000 + second * 1000 + millisecond;
}
