/** Formats a time in whole seconds: 1:05, or 1:01:05 from one hour. */
export function formatClock(ns: number): string {
  const seconds = Math.max(0, Math.floor(ns / 1e9));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
