import { type ZonedTime, zoneName } from './zoned-time.ts';

/** Java's texts of an offset from UTC, by pattern letter and count. */
export function offsetText({ offsetSeconds }: ZonedTime, letter: 'X' | 'x' | 'Z', count: number): string {
  const isZero = offsetSeconds === 0;
  if (letter === 'X' && isZero) return 'Z';
  if (letter !== 'Z') return signed(offsetSeconds, count);
  if (count < 4) return signed(offsetSeconds, 2);
  if (count === 4) return isZero ? 'GMT' : `GMT${signed(offsetSeconds, 5)}`;
  return isZero ? 'Z' : signed(offsetSeconds, 5);
}

export function zoneText(time: ZonedTime, count: number): string {
  return zoneName(time, count === 4 ? 'long' : 'short');
}

/** Forms 1 to 5: hours, with minutes if there are any; `+HHMM`; `+HH:MM`; `+HHMMss`; `+HH:MM:ss`, the last two without seconds of 0. */
function signed(offsetSeconds: number, form: number): string {
  const seconds = Math.abs(offsetSeconds);
  const [hh, mm, ss] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  const sign = offsetSeconds < 0 ? '-' : '+';
  const colon = form === 3 || form === 5 ? ':' : '';
  const minutes = form === 1 && mm === '00' ? '' : `${colon}${mm}`;
  const rest = form >= 4 && ss !== '00' ? `${colon}${ss}` : '';
  return `${sign}${hh}${minutes}${rest}`;
}
