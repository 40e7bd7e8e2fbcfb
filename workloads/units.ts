/**
 * A quantity in one unit: durations in ns, sizes in bytes, rates in records or bytes per second. A bad value is a result and not
 * an exception, so that all problems of a scenario can be reported at once.
 */
export type Quantity =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'problem'; readonly what: string; readonly fix: string };

const DURATION_NS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

const SIZE_BYTES = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
]);

const COUNT_FACTOR = new Map([
  ['', 1],
  ['k', 1e3],
  ['K', 1e3],
  ['M', 1e6],
  ['G', 1e9],
]);

const PER_SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** Patterns of quantities in JSON Schema, with which an editor marks bad ones. */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*(ns|us|µs|ms|s|m|h)$';
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*(B|[kKMG]B|[KMG]iB)$';
export const RATE_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*[kKMG]?/[smh]$';
export const BYTE_RATE_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*(B|[kKMG]B|[KMG]iB)/[smh]$';

export const RATIO_PATTERN = '^[0-9]+(\\.[0-9]+)?\\s*%$';

const NUMBER_AND_REST = /^(-?[0-9]+(?:\.[0-9]+)?)\s*(.*)$/su;

/** '5s', '200ms', '10us', '2m', '1h' -> whole ns. Negative values are returned, because the caller checks the range. */
export function parseDurationNs(input: unknown): Quantity {
  return parse(input, 'a duration', '5s or 200ms', (amount, unit) => {
    const factor = DURATION_NS.get(unit);
    return factor === undefined ? undefined : Math.round(amount * factor);
  });
}

/** '300B', '2KB' (10^3), '1MB' (10^6), '1MiB' (2^20) -> whole bytes. */
export function parseSizeBytes(input: unknown): Quantity {
  return parse(input, 'a size', '300B, 2KB or 1MiB', (amount, unit) => {
    const factor = SIZE_BYTES.get(unit);
    return factor === undefined ? undefined : Math.round(amount * factor);
  });
}

/** '1000/s', '2k/s', '60/m', '1.5M/s' -> records per second. The number 0 needs no unit, because it is the same in all units. */
export function parseRatePerSecond(input: unknown): Quantity {
  if (input === 0) return { kind: 'value', value: 0 };
  return parse(input, 'a rate', '1000/s, 2k/s or 60/m', (amount, unit) => perSecond(amount, unit, COUNT_FACTOR));
}

/** '1MB/s', '512KiB/s' -> bytes per second. */
export function parseBytesPerSecond(input: unknown): Quantity {
  return parse(input, 'a byte rate', '1MB/s', (amount, unit) => perSecond(amount, unit, SIZE_BYTES));
}

/** '5%' or 0.05 -> 0.05. */
export function parseRatio(input: unknown): Quantity {
  if (typeof input === 'number' && Number.isFinite(input)) return { kind: 'value', value: input };
  return parse(input, 'a share', '5% or 0.05', (amount, unit) => (unit === '%' ? amount / 100 : undefined));
}

/**
 * Returns the correction of a share outside 0 to 1. A plain number above 1 is probably a percentage: 5 means 5%, not 500%.
 */
export function shareFix(input: unknown, range = '0% to 100%'): string {
  const amount = typeof input === 'number' || typeof input === 'string' ? Number(input) : Number.NaN;
  return amount > 1 && amount <= 100 ? `Write ${amount}% if you mean percent; a share is 0 to 1.` : `Write ${range}.`;
}

function perSecond(amount: number, unit: string, factors: ReadonlyMap<string, number>): number | undefined {
  const [scale = '', per = ''] = unit.split('/');
  const factor = factors.get(scale.trim());
  const seconds = PER_SECONDS.get(per.trim());
  return factor === undefined || seconds === undefined ? undefined : (amount * factor) / seconds;
}

function parse(
  input: unknown,
  noun: string,
  example: string,
  convert: (amount: number, unit: string) => number | undefined,
): Quantity {
  const fix = `Write ${noun} with its unit, such as ${example}.`;
  if (typeof input === 'number') return { kind: 'problem', what: `${input} has no unit.`, fix };
  if (typeof input !== 'string') return { kind: 'problem', what: `${describe(input)} is not ${noun}.`, fix };
  const match = NUMBER_AND_REST.exec(input.trim());
  const amount = Number(match?.[1]);
  const unit = match?.[2] ?? '';
  if (match === null || !Number.isFinite(amount)) return { kind: 'problem', what: `'${input}' is not ${noun}.`, fix };
  const value = convert(amount, unit);
  if (value !== undefined && Number.isFinite(value)) return { kind: 'value', value };
  const what = unit === '' ? `'${input}' has no unit.` : `'${input}' has a unit that ${noun} does not have: '${unit}'.`;
  return { kind: 'problem', what, fix };
}

function describe(input: unknown): string {
  if (input === null) return 'An empty value';
  if (Array.isArray(input)) return 'A list';
  return typeof input === 'object' ? 'A group of settings' : `'${String(input)}'`;
}
