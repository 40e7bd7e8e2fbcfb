import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceTimes } from '../../../../runners/plan/input/trace/trace-times.ts';
import { TimeReader } from '../../../../workloads/recording/time-reader.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');
const fraction = (nanos: number, digits: number) => String(nanos).padStart(9, '0').slice(0, digits);
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19);

/** Writers of one form each. */
const FORMS: Readonly<Record<string, (seconds: number, nanos: number) => string>> = {
  'ISO 8601 in UTC': (seconds) => `${iso(seconds)}Z`,
  'ISO 8601 with ms and a zone': (seconds, nanos) => `${iso(seconds)}.${fraction(nanos, 3)}+02:00`,
  'ISO 8601 with ns': (seconds, nanos) => `${iso(seconds)}.${fraction(nanos, 9)}Z`,
  'ISO 8601 without a zone, with a comma': (seconds, nanos) =>
    `${iso(seconds).replace('T', ' ')},${fraction(nanos, 6)}`,
  'epoch seconds': (seconds) => String(seconds),
  'epoch seconds with a fraction': (seconds, nanos) => `${seconds}.${fraction(nanos, 6)}`,
  'epoch ms': (seconds, nanos) => `${seconds}${fraction(nanos, 3)}`,
  'epoch us': (seconds, nanos) => `${seconds}${fraction(nanos, 6)}`,
  'epoch ns': (seconds, nanos) => `${seconds}${fraction(nanos, 9)}`,
  'access log': (seconds) => {
    const date = new Date(seconds * 1000);
    const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
    return `${day}:${iso(seconds).slice(11)} +0000`;
  },
};

/** Times near each other, as those of a trace: often equal, in the same second, or a little older. */
const times = fc
  .tuple(
    fc.integer({ min: 1e9, max: 4e9 }),
    fc.array(fc.tuple(fc.integer({ min: -3, max: 100_000 }), fc.nat(999_999_999))),
  )
  .map(([first, steps]) => {
    let seconds = first;
    return steps.map(([step, nanos]) => {
      if (step < 100) seconds += step;
      return { seconds, nanos: step > 50_000 ? 0 : nanos };
    });
  });

describe('the quick reader of times', () => {
  test.each(Object.keys(FORMS))('reads %s exactly as the reader of recordings does', (form) => {
    fc.assert(
      fc.property(times, (list) => {
        const quick = new TraceTimes({});
        const exact = new TimeReader({});
        let base: number | undefined;
        for (const [i, { seconds, nanos }] of list.entries()) {
          const text = FORMS[form]!(seconds, nanos);
          expect(quick.read(text, i + 1)).toBeUndefined();
          expect(exact.read(text, i + 1)).toBeUndefined();
          base ??= Math.floor(exact.seconds / 86_400) * 86_400;
          expect(quick.ns).toBe((exact.seconds - base) * 1e9 + exact.nanos);
          expect(quick.ns % quick.resolutionNs === 0).toBe(true);
        }
      }),
    );
  });

  test.each([
    ['1767225600', '1767225600000'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00'],
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.5x'],
    ['1767225600000', '17672256e5'],
    ['17/May/2015:10:05:03 +0000', '2026-01-01T00:00:00Z'],
  ])('reports the same problem as the reader of recordings for %s and then %s', (first, second) => {
    const [quick, exact] = [new TraceTimes({}), new TimeReader({})];
    expect(quick.read(first, 1)).toBeUndefined();
    expect(exact.read(first, 1)).toBeUndefined();
    expect(quick.read(second, 2)).toEqual(exact.read(second, 2));
  });

  test('finds the resolution that all times have', () => {
    const resolution = (...texts: string[]) => {
      const reader = new TraceTimes({});
      for (const [i, text] of texts.entries()) reader.read(text, i + 1);
      return reader.resolutionNs;
    };
    expect(resolution('2026-01-01T00:00:00Z', '2026-01-01T00:00:07Z')).toBe(1e9);
    expect(resolution('2026-01-01 10:20', '2026-01-02 11:30')).toBe(60e9);
    expect(resolution('1767225600000', '1767225600120')).toBe(10e6);
    expect(resolution('1767225600000000001')).toBe(1);
  });
});
