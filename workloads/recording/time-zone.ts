import { zoneSeconds } from './calendar-time.ts';

const OFFSET = /^(?:Z|[+-]\d{2}:?\d{2})$/u;
const SLOT_SECONDS = 900;
const DAY_SECONDS = 86_400;

/** Turns local times of one zone into UTC. */
export interface TimeZone {
  readonly name: string;
  /** Converts a local time that was read as UTC to seconds since 1970 in UTC. */
  toUtc(localSeconds: number): number;
}

/** @returns undefined if the name is neither an offset such as +02:00 nor a zone such as Europe/Berlin. */
export function timeZoneOf(name: string): TimeZone | undefined {
  if (OFFSET.test(name)) {
    const offset = zoneSeconds(name);
    return { name, toUtc: (local) => local - offset };
  }
  try {
    return namedZone(name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * A local time that occurs twice when clocks go back means its first occurrence. A local time that clocks skip is read with the
 * offset before the change.
 */
function namedZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const offsetAt = (utcSeconds: number): number => {
    const parts = new Map(format.formatToParts(utcSeconds * 1000).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const date = [part('year'), part('month') - 1, part('day')] as const;
    return Date.UTC(...date, part('hour'), part('minute'), part('second')) / 1000 - utcSeconds;
  };
  // Formatting takes microseconds, so offsets are cached by quarter of an hour. No zone changes its offset within one.
  const offsets = new Map<number, number>();
  const offsetOf = (localSeconds: number): number => {
    const slot = Math.floor(localSeconds / SLOT_SECONDS);
    let offset = offsets.get(slot);
    if (offset === undefined) {
      offset = localOffset(slot * SLOT_SECONDS, offsetAt);
      offsets.set(slot, offset);
    }
    return offset;
  };
  return { name, toUtc: (local) => local - offsetOf(local) };
}

function localOffset(localSeconds: number, offsetAt: (utcSeconds: number) => number): number {
  const before = offsetAt(localSeconds - DAY_SECONDS);
  const after = offsetAt(localSeconds + DAY_SECONDS);
  // If two instants have this local time, the one with the larger offset is the earlier one.
  const fitting = [before, after].filter((offset) => offsetAt(localSeconds - offset) === offset);
  return fitting.length === 0 ? before : Math.max(...fitting);
}
