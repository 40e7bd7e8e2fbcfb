import { describe, expect, test } from 'vitest';
import { aRecordingReader, type RecordingOptions } from './a-recording.ts';

const recordings = aRecordingReader();

const csv = (times: readonly string[], options: Partial<RecordingOptions> = {}): [string, RecordingOptions] => [
  `t,x\n${times.map((time) => `${time},1\n`).join('')}`,
  { format: 'csv', separator: ',', timeField: 't', ...options },
];
const log = (lines: readonly string[], options: Partial<RecordingOptions> = {}): [string, RecordingOptions] => [
  lines.map((line) => `${line}\n`).join(''),
  { format: 'log', needsTimes: true, ...options },
];
const isoOf = ({ seconds, nanos }: { seconds: number; nanos: number }) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}`;

describe('the unit of numeric times', () => {
  test.each([
    ['1517363399', '1517363401.5', 's', 2.5e9, '2018-01-31T01:49:59.000000000'],
    ['1517363399650', '1517363401650.25', 'ms', 2.00025e9, '2018-01-31T01:49:59.650000000'],
    ['1517363399650001', '1517363399650003', 'us', 2000, '2018-01-31T01:49:59.650001000'],
    ['1517363399650001001', '1517363399650001004', 'ns', 3, '2018-01-31T01:49:59.650001001'],
    ['1.517363399e9', '1.5173634e+9', 's', 1e9, '2018-01-31T01:49:59.000000000'],
  ])('%s, %s is detected as %s', (first, second, unit, gapNs, iso) => {
    for (const content of [csv([first, second]), ndjson([first, second]), ndjson([`"${first}"`, `"${second}"`])]) {
      const { facts, timesNs } = recordings.replay(...content);
      expect(facts.times?.format).toEqual({ form: 'number', unit });
      expect([...timesNs!]).toEqual([0, gapNs]);
      expect(isoOf(facts.times!.first)).toBe(iso);
    }
  });

  test.each([
    ['s', [0, 1.5e9]],
    ['ms', [0, 1.5e6]],
    ['us', [0, 1500]],
    ['ns', [0, 2]],
  ] as const)('is set by timeUnit: %s, also for numbers that do not count from 1970', (timeUnit, expected) => {
    expect([...recordings.replay(...csv(['1.5', '3'], { timeUnit })).timesNs!]).toEqual([...expected]);
  });

  test('a number too small for a time since 1970 is rejected once, with the option for the unit', () => {
    expect(recordings.problems(...csv(['5', '6', '7']))).toEqual([
      "REPLAY_TIME 'recording' line 2 column 1 has the time 5, which is too small for a time since 1970, so its unit is not known. Set timeUnit to s, ms, us or ns.",
    ]);
  });

  test('two units in one file are rejected with the line', () => {
    expect(recordings.problems(...csv(['1517363399', '1517363400', '1517363401000']))).toEqual([
      `REPLAY_TIME 'recording' line 4 column 1 has the time "1517363401000" (a number of milliseconds), and line 2 has a number of seconds. Correct the time, or set timeUnit if all times have one unit.`,
    ]);
    expect(recordings.problems(...csv(['1517363399', '0']))[0]).toContain('line 3 column 1 has the time "0"');
  });
});

const ndjson = (times: readonly string[]): [string, RecordingOptions] => [
  times.map((time) => `{"t":${time}}\n`).join(''),
  { format: 'ndjson', timeField: 't' },
];

describe('a time in a CSV column', () => {
  test.each([
    ['2001/01/01 01:10', 'local', '2001-01-01T01:10:00'],
    ['2000-01-03', 'date', '2000-01-03T00:00:00'],
    ['2010-01-01T01:00:00', 'local', '2010-01-01T01:00:00'],
    ['2010-01-01T01:00:00.250Z', 'zoned', '2010-01-01T01:00:00.25'],
    ['2010-01-01T01:00:00.123456789Z', 'zoned', '2010-01-01T01:00:00.123456789'],
    ['"2010-01-01 01:00:00,5"', 'local', '2010-01-01T01:00:00.5'],
    ['2010-01-01T01:00:00+02:00', 'zoned', '2009-12-31T23:00:00'],
    ['2010-01-01 01:00:00-0330', 'zoned', '2010-01-01T04:30:00'],
    ['2012-02-29', 'date', '2012-02-29T00:00:00'],
    ['2016-12-31T23:59:60Z', 'zoned', '2017-01-01T00:00:00'],
    ['[17/May/2015:10:05:03 +0000]', 'access-log', '2015-05-17T10:05:03'],
    ['17/May/2015:10:05:03 -0200', 'access-log', '2015-05-17T12:05:03'],
    ['06/Feb/2009:12:14:14.655', 'access-log-local', '2009-02-06T12:14:14.655'],
    ['Oct 11 22:14:15', 'syslog', '2001-10-11T22:14:15'],
    ['Oct  1 22:14:15.003', 'syslog', '2001-10-01T22:14:15.003'],
  ])('reads %s as %s', (text, form, iso) => {
    const { times } = recordings.replay(...csv([text])).facts;
    expect(times?.format.form).toBe(form);
    const [, fraction = ''] = iso.split('.');
    expect(isoOf(times!.first)).toBe(`${iso.slice(0, 19)}.${fraction.padEnd(9, '0')}`);
  });

  test.each([
    'yesterday',
    '2000-13-01',
    '2001-02-30',
    '2001-02-29',
    '2001-01-01 25:00',
    '2001-01-01 10:61',
    '[17/Mai/2015:10:05:03 +0000]',
    '1e400',
    'NaN',
    'Feb 29 10:00:00',
  ])('rejects the time %s', (text) => {
    expect(recordings.problems(...csv([text]))[0]).toMatch(/^REPLAY_TIME 'recording' line 2 column 1 has the time/);
  });

  test('formats are not mixed in one file', () => {
    expect(recordings.problems(...csv(['2010-01-01T01:00:00Z', '2010-01-01T01:00:01']))[0]).toContain(
      'line 3 column 1 has the time "2010-01-01T01:00:01" (ISO 8601 without a zone), and line 2 has ISO 8601 with a zone.',
    );
    expect(recordings.problems(...csv(['1517363399', '2018-01-31T01:49:59Z'])).length).toBe(1);
  });

  test.each([
    ['2024-07-01T12:00:00', 'Europe/Berlin', '2024-07-01T10:00:00'],
    ['2024-01-01T12:00:00', 'Europe/Berlin', '2024-01-01T11:00:00'],
    ['2024-07-01T12:00:00', '-03:30', '2024-07-01T15:30:00'],
    // Clocks went from 3:00 back to 2:00: the first of the two half past two.
    ['2024-10-27T02:30:00', 'Europe/Berlin', '2024-10-27T00:30:00'],
    ['2024-10-27T03:00:00', 'Europe/Berlin', '2024-10-27T02:00:00'],
    // Clocks skipped it.
    ['2024-03-31T02:30:00', 'Europe/Berlin', '2024-03-31T01:30:00'],
    ['2024-03-10T03:00:00', 'America/New_York', '2024-03-10T07:00:00'],
  ])('reads %s in %s as %s', (text, timeZone, iso) => {
    expect(isoOf(recordings.replay(...csv([text], { timeZone })).facts.times!.first)).toBe(`${iso}.000000000`);
  });

  test('options that do not fit the format are rejected', () => {
    expect(recordings.problems(...csv(['2024-07-01T12:00:00Z'], { timeZone: 'Europe/Berlin' }))[0]).toMatch(
      /Remove timeZone\.$/,
    );
    expect(recordings.problems(...csv(['2024-07-01T12:00:00Z'], { timeUnit: 'ms' }))[0]).toMatch(/Remove timeUnit\.$/);
    expect(recordings.problems(...csv(['1517363399'], { timeYear: 2024 }))[0]).toMatch(/Remove timeYear\.$/);
  });

  test('a date and a time of day in two columns are one time', () => {
    const content = 'date,time,x\n2002-05-24,20:18:01,1\n2002-05-24,20:18:03.5,2\n';
    const { timesNs } = recordings.replay(content, { format: 'csv', timeField: ['date', 'time'] });
    expect([...timesNs!]).toEqual([0, 2.5e9]);
  });
});

describe('a time in a log line', () => {
  test.each([
    ['common log format', '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5', '2015-05-17T10:05:03'],
    ['RFC 5424', '<34>1 2003-10-11T22:14:15.003Z host su - ID47 - failed', '2003-10-11T22:14:15.003'],
    ['RFC 3164', '<34>Oct 11 22:14:15 host su: failed', '2001-10-11T22:14:15'],
    ['a syslog file', 'Oct  1 22:14:15 host su: failed', '2001-10-01T22:14:15'],
    [
      'HAProxy',
      'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1',
      '2009-02-06T12:14:14.655',
    ],
    ['an application', '2024-03-01 10:00:00,123 INFO started', '2024-03-01T10:00:00.123'],
    ['an application with brackets', '[2024-03-01T10:00:00.5+01:00] started', '2024-03-01T09:00:00.5'],
    ['Squid', '1066036250.129  345 10.0.0.1 TCP_MISS/200', '2003-10-13T09:10:50.129'],
  ])('is read from %s', (_, line, iso) => {
    const [, fraction = ''] = iso.split('.');
    const { times } = recordings.replay(...log([line])).facts;
    expect(isoOf(times!.first)).toBe(`${iso.slice(0, 19)}.${fraction.padEnd(9, '0')}`);
  });

  test('continues into the next year for syslog, and a late line of December stays in the old one', () => {
    const lines = ['Dec 31 23:59:58 a', 'Jan  1 00:00:01 b', 'Dec 31 23:59:59 c', 'Jan  1 00:00:02 d'];
    const { timesNs, outOfOrderCount } = recordings.replay(...log(lines));
    expect([...timesNs!]).toEqual([0, 1e9, 3e9, 4e9]);
    expect(outOfOrderCount).toBe(1);
  });

  test('needs the year for syslog on 29 February', () => {
    expect(recordings.problems(...log(['Feb 29 10:00:00 a']))[0]).toMatch(/Set timeYear to the leap year/);
    const { times } = recordings.replay(...log(['Feb 29 10:00:00 a'], { timeYear: 2024 })).facts;
    expect(isoOf(times!.first)).toBe('2024-02-29T10:00:00.000000000');
  });

  test('is in the columns date and time for IIS, whose directives are no records', () => {
    const lines = [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time c-ip cs-uri-stem',
      '2002-05-24 20:18:01 172.224.24.114 /Default.htm',
      '#Fields: date time cs-uri-stem c-ip',
      '2002-05-24 20:18:03 /other.htm 172.224.24.115',
    ];
    for (const timeField of [undefined, ['date', 'time'] as const]) {
      const options = { keyField: 'c-ip', ...(timeField === undefined ? {} : { timeField }) };
      const { keys, timesNs, facts } = recordings.replay(...log(lines, options));
      expect(keys).toEqual(['172.224.24.114', '172.224.24.115']);
      expect([...timesNs!]).toEqual([0, 2e9]);
      expect(facts.directiveLines).toBe(3);
    }
  });

  test('is rejected with its line if its format differs from the first one', () => {
    const problems = recordings.problems(...log(['Oct 11 22:14:15 a', '2003-10-11T22:14:16Z a']));
    expect(problems[0]).toContain(
      'line 2 column 1 has a time of another format (ISO 8601) than the first line (syslog (RFC 3164))',
    );
  });
});

test('records without a time reject the file, or are skipped and counted', () => {
  const content = '{"t":1517363399}\n{"x":1}\n{"t":null}\n{"t":1517363400}\n';
  const options: RecordingOptions = { format: 'ndjson', timeField: 't' };
  expect(recordings.problems(content, options)[0]).toBe(
    "REPLAY_TIME 'recording' line 2 has no time in 't'. Name a field that every record has, or set missingTime: skip to skip such records.",
  );
  const { count, facts } = recordings.replay(content, { ...options, missingTime: 'skip' });
  expect([count, facts.skippedWithoutTime]).toEqual([2, 2]);
});
