import type { ZonedTime } from './zoned-time.ts';

/** Fields of a date that a calendar does not show by itself. Weeks are those of the United States: from Sunday, and the week with 1 January is the first. */

const MS_PER_DAY = 86_400_000;

/** From 0 for Sunday. */
export const dayOfWeek = ({ year, month, day }: ZonedTime): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay();

/** From 1. */
export const dayOfYear = ({ year, month, day }: ZonedTime): number =>
  (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / MS_PER_DAY + 1;

/** The last days of December belong to the next year if their week has its 1 January. */
export function weekOfYear(time: ZonedTime): { readonly year: number; readonly week: number } {
  const saturday = new Date(Date.UTC(time.year, time.month - 1, time.day + 6 - dayOfWeek(time)));
  if (saturday.getUTCFullYear() > time.year) return { year: time.year + 1, week: 1 };
  const firstDayOfWeek = new Date(Date.UTC(time.year, 0, 1)).getUTCDay();
  return { year: time.year, week: Math.floor((dayOfYear(time) - 1 + firstDayOfWeek) / 7) + 1 };
}

export function weekOfMonth(time: ZonedTime): number {
  const firstDayOfWeek = new Date(Date.UTC(time.year, time.month - 1, 1)).getUTCDay();
  return Math.floor((time.day - 1 + firstDayOfWeek) / 7) + 1;
}
