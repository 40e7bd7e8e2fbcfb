/** An instant as a calendar and a clock of a time zone show it. */
export interface ZonedTime {
  readonly epochMs: number;
  /** IANA name. */
  readonly zone: string;
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Seconds east of UTC, with daylight saving time. */
  readonly offsetSeconds: number;
}

export const UTC = 'UTC';
const MS_PER_SECOND = 1000;
/** The model of the service allows no digits and no signs: it rejects `Etc/GMT+5`. */
const ZONE = /^[A-Za-z/_]{1,50}$/;

/** Formats of a zone cost some 50 us to make, and a delivery stream has one zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function zonedTime(epochMs: number, zone: string): ZonedTime {
  const wholeMs = Math.floor(epochMs);
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(wholeMs)) shown[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const secondsShown = Date.UTC(year, month - 1, day, hour, minute, second) / MS_PER_SECOND;
  return {
    epochMs: wholeMs,
    zone,
    year,
    month,
    day,
    hour,
    minute,
    second,
    millisecond: ((wholeMs % MS_PER_SECOND) + MS_PER_SECOND) % MS_PER_SECOND,
    offsetSeconds: secondsShown - Math.floor(wholeMs / MS_PER_SECOND),
  };
}

/** Name of the zone in English at an instant, such as `UTC` or `Coordinated Universal Time`. */
export function zoneName({ epochMs, zone }: ZonedTime, length: 'short' | 'long'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: length }).formatToParts(epochMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** @returns why a value of CustomTimeZone cannot be used, or undefined. */
export function timeZoneProblem(zone: string): string | undefined {
  if (!ZONE.test(zone))
    return `CustomTimeZone must be 1 to 50 letters, slashes and underscores, got ${JSON.stringify(zone)}. Use a name such as Asia/Kolkata.`;
  try {
    formatOf(zone);
    return undefined;
  } catch {
    return `CustomTimeZone ${JSON.stringify(zone)} is not a time zone. Use a name such as Asia/Kolkata.`;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}
