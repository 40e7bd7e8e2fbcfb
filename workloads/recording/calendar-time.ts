import type { Instant } from './decimal-time.ts';

export type CalendarForm = 'zoned' | 'local' | 'date' | 'access-log' | 'access-log-local' | 'syslog';

const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/iu;
const ACCESS_LOG = /^\[?(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?: ([+-]\d{4}))?\]?$/u;
const SYSLOG = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?$/u;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads a date and time in a written form. Local forms are read as UTC; the caller converts them to their zone.
 *
 *   2010-01-01T01:00:00(.123)(Z|+01:00)       ISO 8601, with T or a space, a point or a comma
 *   2001/01/01 01:10                          date, hours and minutes
 *   2000-01-03                                date
 *   17/May/2015:10:05:03(.655)( +0000)        Apache and nginx; HAProxy without a zone
 *   Oct 11 22:14:15                           syslog (RFC 3164), without a year
 *
 * @param year Year of a syslog time.
 * @returns The form, or undefined if the text has none of these forms or no calendar has the date.
 */
export function readCalendarTime(text: string, year: number, into: Instant): CalendarForm | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, y, month, day, hour, minute, second = '0', fraction = '', zone] = iso;
    if (!setUtc(into, [y, month, day, hour ?? '0', minute ?? '0', second], fraction)) return undefined;
    if (hour === undefined) return 'date';
    if (zone === undefined) return 'local';
    into.seconds -= zoneSeconds(zone);
    return 'zoned';
  }
  const log = ACCESS_LOG.exec(text);
  if (log !== null) {
    const [, day, month = '', y, hour, minute, second, fraction = '', zone] = log;
    if (!setUtc(into, [y, monthNumber(month), day, hour, minute, second], fraction)) return undefined;
    if (zone === undefined) return 'access-log-local';
    into.seconds -= zoneSeconds(zone);
    return 'access-log';
  }
  const syslog = SYSLOG.exec(text);
  if (syslog === null) return undefined;
  const [, month = '', day, hour, minute, second, fraction = ''] = syslog;
  return setUtc(into, [year, monthNumber(month), day, hour, minute, second], fraction) ? 'syslog' : undefined;
}

/** Offset of `Z`, `+01:00`, `-0330` or `+02` in seconds east of UTC. */
export function zoneSeconds(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60;
}

const monthNumber = (month: string): number => MONTHS.indexOf(month) + 1;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Returns false for a date that no calendar has, such as 30 February. */
function setUtc(into: Instant, parts: readonly (string | number | undefined)[], fraction: string): boolean {
  const year = Number(parts[0]);
  const month = Number(parts[1]);
  const day = Number(parts[2]);
  const hour = Number(parts[3]);
  const minute = Number(parts[4]);
  const second = Number(parts[5]);
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!(day >= 1 && (day <= (DAYS[month - 1] ?? 0) || isLeapDay))) return false;
  // Second 60 is a leap second; UTC as computers count it has none, so it is the next second.
  if (hour > 23 || minute > 59 || second > 60) return false;
  into.seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  into.nanos = fraction === '' ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'));
  return true;
}
