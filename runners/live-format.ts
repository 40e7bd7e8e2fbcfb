/** Numbers as the live view shows them: short, with their unit, and about as wide from one drawing to the next. */

const NS_UNITS = [
  { unit: 's', ns: 1e9 },
  { unit: 'ms', ns: 1e6 },
  { unit: 'us', ns: 1e3 },
] as const;

const BYTE_UNITS = [
  { unit: 'GB', bytes: 1e9 },
  { unit: 'MB', bytes: 1e6 },
  { unit: 'kB', bytes: 1e3 },
] as const;

/** From here on three digits round up to the next unit: 999.6 ms reads 1.00 s. */
const ROUNDS_UP = 0.9995;

const COUNTS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1,234,567 */
export function formatCount(count: number): string {
  return COUNTS.format(count);
}

/** 71.2 ms: three significant digits. */
export function formatNs(ns: number): string {
  const scale = NS_UNITS.find((candidate) => ns >= candidate.ns * ROUNDS_UP);
  return scale === undefined ? `${Math.round(ns)} ns` : `${threeDigits(ns / scale.ns)} ${scale.unit}`;
}

/** 912 kB: powers of ten, as AWS counts its limits. */
export function formatBytes(bytes: number): string {
  const scale = BYTE_UNITS.find((candidate) => bytes >= candidate.bytes * ROUNDS_UP);
  return scale === undefined ? `${Math.round(bytes)} B` : `${threeDigits(bytes / scale.bytes)} ${scale.unit}`;
}

/** 1:05, or 1:01:05 from an hour on. */
export function formatClock(ns: number): string {
  const seconds = Math.max(0, Math.floor(ns / 1e9));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (seconds >= 3600) parts.unshift(Math.floor(seconds / 3600));
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

function threeDigits(value: number): string {
  if (value >= 99.95) return COUNTS.format(value);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
