import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DURATION_PATTERN,
  parseBytesPerSecond,
  parseDurationNs,
  parseRatePerSecond,
  parseSizeBytes,
  type Quantity,
  RATE_PATTERN,
  SIZE_PATTERN,
} from '../../workloads/units.ts';

const value = (quantity: Quantity) => (quantity.kind === 'value' ? quantity.value : quantity.what);

describe('durations', () => {
  test.each([
    ['5s', 5e9],
    ['200ms', 2e8],
    ['10us', 1e4],
    ['10µs', 1e4],
    ['7ns', 7],
    ['2m', 12e10],
    ['1h', 36e11],
    ['1.5s', 15e8],
    ['0.1ms', 1e5],
    [' 5 s ', 5e9],
    ['-1s', -1e9],
  ])('a duration of %s is %d ns', (text, ns) => {
    expect(parseDurationNs(text)).toEqual({ kind: 'value', value: ns });
  });

  test.each([5, '5', '', 's', '5x', '5S', '5 parsecs', '1:30', 'ten s', '5s!', '1e3s', null, true, [], {}])(
    '%j is a problem with an example of what to write',
    (input) => {
      expect(parseDurationNs(input)).toMatchObject({ kind: 'problem', fix: expect.stringContaining('5s or 200ms') });
    },
  );

  test('a plain number is a problem that names the missing unit', () => {
    expect(value(parseDurationNs(5))).toBe('5 has no unit.');
  });
});

describe('sizes', () => {
  test.each([
    ['300B', 300],
    ['2KB', 2000],
    ['2kB', 2000],
    ['1MB', 1e6],
    ['1MiB', 1_048_576],
    ['2KiB', 2048],
    ['1.5GB', 15e8],
    ['1GiB', 1_073_741_824],
  ])('a size of %s is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toEqual({ kind: 'value', value: bytes });
  });

  test.each([300, '300', '1mb', '1Mb', '1TB', 'big'])('%j is a problem with an example', (input) => {
    expect(parseSizeBytes(input).kind).toBe('problem');
  });
});

describe('rates', () => {
  test.each([
    ['1000/s', 1000],
    ['2k/s', 2000],
    ['60/m', 1],
    ['1.5M/s', 15e5],
    ['7200/h', 2],
  ])('a rate of %s is %d records/s', (text, perSecond) => {
    expect(parseRatePerSecond(text)).toEqual({ kind: 'value', value: perSecond });
  });

  test.each([1000, '1000', '1000/', '/s', '1000/day', '5MB/s'])('%j is a problem with an example', (input) => {
    expect(parseRatePerSecond(input).kind).toBe('problem');
  });

  test('a byte rate takes sizes and a plain rate does not', () => {
    expect(parseBytesPerSecond('1MB/s')).toEqual({ kind: 'value', value: 1e6 });
    expect(parseBytesPerSecond('1000/s').kind).toBe('problem');
  });
});

test('any text has a value or a problem, and never an exception', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseDurationNs, parseSizeBytes, parseRatePerSecond, parseBytesPerSecond]) parse(text);
    }),
  );
});

test('every text that the editor pattern accepts is accepted by the parser', () => {
  const check = (pattern: string, parse: (text: string) => Quantity) =>
    fc.assert(fc.property(fc.stringMatching(new RegExp(pattern, 'u')), (text) => parse(text).kind === 'value'));
  check(DURATION_PATTERN, parseDurationNs);
  check(SIZE_PATTERN, parseSizeBytes);
  check(RATE_PATTERN, parseRatePerSecond);
});
