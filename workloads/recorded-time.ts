/**
 * Times as recordings write them, as epoch ms. A time without a zone is UTC: the same file must give the same schedule
 * on every machine. Undefined when the value is not a time.
 *
 *   1517363399650                      epoch ms, as number or digits
 *   2010-01-01T01:00:00(.123)(Z|+01:00)  ISO 8601, with T or a blank
 *   2001/01/01 01:10                   date, hours and minutes
 *   2000-01-03                         date
 *   [17/May/2015:10:05:03 +0000]       Apache access log
 */
export function parseTimeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 8.64e15 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^-?[0-9]{1,16}(\.[0-9]+)?$/u.test(text)) return parseTimeMs(Number(text));
  return calendarTime(text) ?? apacheTime(text);
}

/** The bracketed time of an access-log line. */
export function timeOfLogLine(line: string): number | undefined {
  const match = APACHE_TIME.exec(line);
  return match === null ? undefined : apacheTime(match[0]);
}

const CALENDAR_TIME =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/u;
const APACHE_TIME = /\[?(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})\]?/u;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function calendarTime(text: string): number | undefined {
  const match = CALENDAR_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = match;
  const ms = utcMs(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  return ms === undefined ? undefined : ms + Math.floor(Number(fraction) * 1000) - zoneMs(zone);
}

function apacheTime(text: string): number | undefined {
  const match = APACHE_TIME.exec(text);
  if (match === null) return undefined;
  const [, day, month = '', year, hour, minute, second, zone = '+0000'] = match;
  const monthNumber = MONTHS.indexOf(month) + 1;
  const ms = utcMs(Number(year), monthNumber, Number(day), Number(hour), Number(minute), Number(second));
  return ms === undefined ? undefined : ms - zoneMs(zone);
}

/** Undefined for a date that no calendar has, such as 30 February. */
function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second <= 60 ? ms : undefined;
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000;
}
