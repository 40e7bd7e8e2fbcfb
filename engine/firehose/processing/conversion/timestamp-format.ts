/** @returns epoch time in microseconds, or undefined for a value of another form. */
export type TimestampReader = (value: unknown) => number | undefined;

export type ReadTimestampFormat =
  | { readonly kind: 'format'; readonly timestampOf: TimestampReader }
  | { readonly kind: 'problem'; readonly problem: string };

type FieldName = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'fraction' | 'half' | 'offset';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_TEXT = '[A-Za-z]{3,9}';
const OFFSET = 'Z|[+-]\\d\\d:?\\d\\d';

/** Letters of Joda-Time's DateTimeFormat, with what they match. The others have no place in a point in time. */
const LETTERS: Readonly<Record<string, { readonly field: FieldName; readonly pattern: (count: number) => string }>> = {
  y: { field: 'year', pattern: (count) => (count === 2 ? '\\d\\d' : '\\d{4}') },
  Y: { field: 'year', pattern: (count) => (count === 2 ? '\\d\\d' : '\\d{4}') },
  M: { field: 'month', pattern: (count) => (count > 2 ? MONTH_TEXT : '\\d{1,2}') },
  d: { field: 'day', pattern: () => '\\d{1,2}' },
  H: { field: 'hour', pattern: () => '\\d{1,2}' },
  h: { field: 'hour12', pattern: () => '\\d{1,2}' },
  m: { field: 'minute', pattern: () => '\\d{1,2}' },
  s: { field: 'second', pattern: () => '\\d{1,2}' },
  S: { field: 'fraction', pattern: (count) => `\\d{1,${Math.max(count, 9)}}` },
  a: { field: 'half', pattern: () => '[AaPp][Mm]' },
  Z: { field: 'offset', pattern: () => OFFSET },
};

/** Reads a format of Joda-Time, or `millis` for epoch milliseconds. */
export function readTimestampFormat(format: string): ReadTimestampFormat {
  if (format === 'millis') return { kind: 'format', timestampOf: millis };
  const fields: FieldName[] = [];
  let source = '';
  for (const [part] of format.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']|'/g)) {
    if (part === "'") return { kind: 'problem', problem: 'A quote has no end.' };
    if (part === "''") source += "'";
    else if (part.startsWith("'")) source += escaped(part.slice(1, -1).replaceAll("''", "'"));
    else if (/[A-Za-z]/.test(part)) {
      const letter = LETTERS[part[0]!];
      if (letter === undefined)
        return { kind: 'problem', problem: `The letter ${part[0]} is none of ${Object.keys(LETTERS).join(' ')}.` };
      source += `(${letter.pattern(part.length)})`;
      fields.push(letter.field);
    } else source += escaped(part);
  }
  if (!fields.includes('year')) return { kind: 'problem', problem: 'A format needs a year.' };
  const whole = new RegExp(`^${source}$`);
  return {
    kind: 'format',
    timestampOf: (value) => (typeof value === 'string' ? timestampOf(value, whole, fields) : undefined),
  };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const millis: TimestampReader = (value) => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,15}$/.test(text)) return undefined;
  const micros = Number(text) * 1000;
  return Number.isSafeInteger(micros) ? micros : undefined;
};

function timestampOf(text: string, whole: RegExp, fields: readonly FieldName[]): number | undefined {
  const match = whole.exec(text);
  if (match === null) return undefined;
  const found = new Map(fields.map((field, i) => [field, match[i + 1] ?? '']));
  const number = (field: FieldName, missing: number) => (found.has(field) ? Number(found.get(field)) : missing);
  const month = monthOf(found.get('month'));
  const isAfternoon = found.get('half')?.toLowerCase() === 'pm';
  const hour = found.has('hour12') ? (number('hour12', 12) % 12) + (isAfternoon ? 12 : 0) : number('hour', 0);
  const [day, minute, second] = [number('day', 1), number('minute', 0), number('second', 0)];
  const isPossible = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
  if (!isPossible) return undefined;
  const year = number('year', 0);
  const date = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, second));
  // Joda rejects days that a month does not have.
  if (date.getUTCDate() !== day) return undefined;
  const micros = Number((found.get('fraction') ?? '').padEnd(6, '0').slice(0, 6));
  return (date.getTime() - offsetMs(found.get('offset'))) * 1000 + micros;
}

function monthOf(text: string | undefined): number {
  if (text === undefined) return 1;
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

function offsetMs(text: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text ?? '');
  if (match === null) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === '-' ? -ms : ms;
}
