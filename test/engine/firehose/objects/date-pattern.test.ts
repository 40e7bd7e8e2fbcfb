import { describe, expect, test } from 'vitest';
import { readDatePattern } from '../../../../engine/firehose/objects/date-pattern.ts';
import { timeZoneProblem, zonedTime } from '../../../../engine/firehose/objects/zoned-time.ts';

function text(pattern: string, at: string, zone = 'UTC'): string {
  const read = readDatePattern(pattern);
  return read.kind === 'pattern' ? read.textAt(zonedTime(Date.parse(at), zone)) : read.problem;
}

describe('a date pattern', () => {
  test.each([
    ['yyyy/MM/dd/HH/', '2026-07-13T14:05:09Z', '2026/07/13/14/'],
    ['y yy yyy yyyyy', '2026-07-13T14:05:09Z', '2026 26 2026 02026'],
    ['M MM MMM MMMM MMMMM', '2026-07-13T00:00:00Z', '7 07 Jul July J'],
    ['Q QQ QQQ QQQQ', '2026-07-13T00:00:00Z', '3 03 Q3 3rd quarter'],
    ['D DD DDD', '2026-01-05T00:00:00Z', '5 05 005'],
    ['DDD', '2024-12-31T00:00:00Z', '366'],
    ['E EEEE EEEEE e ee', '2026-07-13T00:00:00Z', 'Mon Monday M 2 02'],
    ['H k K h a', '2026-07-13T00:30:00Z', '0 24 0 12 AM'],
    ['HH kk KK hh a', '2026-07-13T15:30:00Z', '15 15 03 03 PM'],
    ['s ss S SSS SSSSSS n A', '2026-07-13T00:00:07.089Z', '7 07 0 089 089000 89000000 7089'],
    ["'year='yyyy", '2026-07-13T00:00:00Z', 'year=2026'],
    ["hh 'o''clock' ''", '2026-07-13T05:00:00Z', "05 o'clock '"],
    ['yyyy-MM-dd_HH.mm', '2026-07-13T05:06:00Z', '2026-07-13_05.06'],
  ])('writes %s at %s as %s', (pattern, at, expected) => {
    expect(text(pattern, at)).toBe(expected);
  });

  test.each([
    ['2026-12-26T12:00:00Z', '2026 2026 52'],
    ['2026-12-27T00:00:00Z', '2026 2027 1'],
    ['2026-12-31T23:59:59.999Z', '2026 2027 1'],
    ['2027-01-01T00:00:00Z', '2027 2027 1'],
    ['2027-01-03T00:00:00Z', '2027 2027 2'],
    ['2022-12-31T00:00:00Z', '2022 2022 53'],
  ])('has another week year than year at the edge of a year: %s is %s', (at, expected) => {
    expect(text('yyyy YYYY w', at)).toBe(expected);
  });

  test.each([
    ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08 01:59 -0500 -05 EST'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08 03:00 -0400 -04 EDT'],
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01 01:30 -0400 -04 EDT'],
    ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01 01:30 -0500 -05 EST'],
    ['Asia/Kolkata', '2026-12-31T18:29:59Z', '2026-12-31 23:59 +0530 +0530 GMT+5:30'],
    ['Asia/Kolkata', '2026-12-31T18:30:00Z', '2027-01-01 00:00 +0530 +0530 GMT+5:30'],
    ['UTC', '2026-12-31T18:30:00Z', '2026-12-31 18:30 +0000 Z UTC'],
  ])('shows the clock of %s at %s as %s', (zone, at, expected) => {
    expect(text('yyyy-MM-dd HH:mm Z X z', at, zone)).toBe(expected);
  });

  test.each([
    ['ZZZZ ZZZZZ XXX x xxxxx', 'Asia/Kolkata', 'GMT+05:30 +05:30 +05:30 +0530 +05:30'],
    ['ZZZZ ZZZZZ XXX x xxxxx', 'UTC', 'GMT Z Z +00 +00:00'],
    ['zzzz', 'Asia/Kolkata', 'India Standard Time'],
  ])('writes %s in %s as %s', (pattern, zone, expected) => {
    expect(text(pattern, '2026-07-13T00:00:00Z', zone)).toBe(expected);
  });

  test('shows instants before 1970 and fractions of a millisecond', () => {
    expect(text('yyyy-MM-dd HH:mm:ss.SSS', '1969-12-31T23:59:59.999Z')).toBe('1969-12-31 23:59:59.999');
    const read = readDatePattern('SSS');
    expect(read.kind === 'pattern' && read.textAt(zonedTime(1234.9, 'UTC'))).toBe('234');
  });

  test.each([
    ['', 'The pattern is empty.'],
    [
      'yyyy/b',
      'The letter b is none of y u Y M L Q w W D d E e a H k K h m s S n A z Z X x. Put text in single quotes.',
    ],
    ['yyyy-MM-ddTHH', /^The letter T is none of/],
    ['ddd', 'The letter d may be repeated up to 2 times, got 3.'],
    ['DDDD', 'The letter D may be repeated up to 3 times, got 4.'],
    ['MMMMMM', 'The letter M may be repeated up to 5 times, got 6.'],
    ["'open", 'The quote at position 1 has no end.'],
    ['yyyy[MM]', 'The character [ is reserved. Put text in single quotes.'],
  ])('rejects %j with a reason', (pattern, problem) => {
    const read = readDatePattern(pattern);
    expect(read).toEqual({
      kind: 'problem',
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  });
});

describe('a custom time zone', () => {
  test.each(['UTC', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Europe/Berlin'])('may be %s', (zone) => {
    expect(timeZoneProblem(zone)).toBeUndefined();
  });

  test.each(['Etc/GMT+5', 'America/Port-au-Prince', '', 'A'.repeat(51), 'Mars/Olympus'])(
    'must be a zone without digits and signs, and %j is not',
    (zone) => {
      expect(timeZoneProblem(zone)).toContain('CustomTimeZone');
    },
  );
});
