import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assetFolder } from '../../workloads/files.ts';
import { type Replay, type ReplayNeeds, readReplay } from '../../workloads/replay.ts';
import type { ReplaySpec } from '../../workloads/scenario.ts';
import { aFolder } from './a-file.ts';

const folder = aFolder();

const read = (
  path: string,
  format: ReplaySpec['format'],
  changes: Partial<ReplayNeeds & Omit<ReplaySpec, 'path' | 'format'>> = {},
) => {
  const { keyField, needsTimes, maxRecordBytes, ...how } = changes;
  const needs = Object.fromEntries(
    Object.entries({ keyField, needsTimes, maxRecordBytes }).filter(([, value]) => value !== undefined),
  );
  const spec = { path, format, ...how };
  return readReplay(spec, { maxRecordBytes: 2 ** 20, ...needs }, 'payload.replay');
};
const replayOf = (...args: Parameters<typeof read>): Replay => {
  const found = read(...args);
  if (found.kind === 'problems') throw new Error(JSON.stringify(found.problems));
  return found.replay;
};
const problemsOf = (...args: Parameters<typeof read>) => {
  const found = read(...args);
  return found.kind === 'problems' ? found.problems.map(({ code, what }) => `${code} ${what}`) : [];
};
const payloads = (replay: Replay) =>
  Array.from({ length: replay.count }, (_, i) =>
    Buffer.from(replay.bytes.buffer, replay.offsets[i]!, replay.lengths[i]!).toString(),
  );

describe('ndjson', () => {
  const lines = '{"t":3000,"k":"a"}\n\n{"t":1000,"k":"b"}\r\n{"t":3000,"k":"a","x":"ü"}';

  test('sends each line as it is in the file, without blank lines, with or without a newline at the end', () => {
    const file = folder.write('plain.ndjson', lines);
    expect(payloads(replayOf(file, 'ndjson'))).toEqual([
      '{"t":3000,"k":"a"}',
      '{"t":1000,"k":"b"}',
      '{"t":3000,"k":"a","x":"ü"}',
    ]);
    expect(replayOf(file, 'ndjson').timesNs).toBeUndefined();
  });

  test('sorts records by their times, equal times in file order, and counts the late ones', () => {
    const replay = replayOf(folder.write('times.ndjson', lines), 'ndjson', {
      timeField: 't',
      timeUnit: 'ms',
      keyField: 'k',
    });
    expect(payloads(replay).map((text) => JSON.parse(text).k)).toEqual(['b', 'a', 'a']);
    expect([...(replay.timesNs ?? [])]).toEqual([0, 2e9, 2e9]);
    expect(replay.keys).toEqual(['b', 'a']);
    expect([...(replay.keyIndexes ?? [])]).toEqual([0, 1, 1]);
    expect(replay.outOfOrderCount).toBe(1);
  });

  test('starts every payload at a multiple of 8, in shared memory', () => {
    const replay = replayOf(folder.write('aligned.ndjson', lines), 'ndjson', {
      timeField: 't',
      timeUnit: 'ms',
      keyField: 'k',
    });
    expect([...replay.offsets].every((offset) => offset % 8 === 0)).toBe(true);
    for (const part of [replay.bytes, replay.offsets, replay.lengths, replay.timesNs, replay.keyIndexes]) {
      expect(part?.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  test('takes numbers and booleans as keys', () => {
    const file = folder.write('keys.ndjson', '{"k":7}\n{"k":true}\n');
    expect(replayOf(file, 'ndjson', { keyField: 'k' }).keys).toEqual(['7', 'true']);
  });
});

describe('csv', () => {
  test('keeps each row unchanged, and finds its columns by the header', () => {
    const file = folder.write(
      'rows.csv',
      '\uFEFFdate,"city, state",n\n2000-01-03,"Austin, TX",1\n\n2000-01-04,"two\nlines",2',
    );
    const replay = replayOf(file, 'csv', { timeField: 'date', keyField: 'city, state' });
    expect(payloads(replay)).toEqual(['2000-01-03,"Austin, TX",1', '2000-01-04,"two\nlines",2']);
    expect(replay.keys).toEqual(['Austin, TX', 'two\nlines']);
    expect([...(replay.timesNs ?? [])]).toEqual([0, 86_400e9]);
  });
});

describe('log lines', () => {
  const line = (address: string, time: string) => `${address} - - [${time} +0000] "GET / HTTP/1.1" 200 5 "-" "agent"`;

  test('have an address and a time as fields', () => {
    const file = folder.write(
      'access.log',
      `${line('1.2.3.4', '17/May/2015:10:05:03')}\n${line('::1', '17/May/2015:10:05:05')}\n${line('1.2.3.4', '17/May/2015:10:05:05')}`,
    );
    const replay = replayOf(file, 'log', { needsTimes: true, keyField: 'address' });
    expect(replay.keys).toEqual(['1.2.3.4', '::1']);
    expect([...(replay.timesNs ?? [])]).toEqual([0, 2e9, 2e9]);
  });

  // The recording is not part of the project; the test runs where it lies beside it.
  const real = new URL('../../../shared/data/web-access.log', import.meta.url);
  test.skipIf(!existsSync(real))('reads a real access log of 10000 lines completely', () => {
    const replay = replayOf(real.pathname, 'log', { needsTimes: true, keyField: 'address' });
    expect(replay.count).toBe(10_000);
    expect(replay.keys?.length).toBe(1753);
    const times = [...(replay.timesNs ?? [])];
    expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
  });
});

describe('a problem of a recording names the file and the line', () => {
  test.each<[string, string | Uint8Array, ReplaySpec['format'], Parameters<typeof read>[2], string]>([
    ['empty.ndjson', '', 'ndjson', {}, "REPLAY_EMPTY 'empty.ndjson' holds no record."],
    ['blank.log', '\n \n', 'log', {}, "REPLAY_EMPTY 'blank.log' holds no record."],
    ['header.csv', 'a,b\n', 'csv', {}, "REPLAY_EMPTY 'header.csv' holds no record."],
    [
      'cut.ndjson',
      '{"a":1}\n{"a":',
      'ndjson',
      {},
      "REPLAY_TRUNCATED 'cut.ndjson' line 2 ends in the middle of a record.",
    ],
    ['cut.csv', 'a,b\n1,2\n3', 'csv', {}, "REPLAY_TRUNCATED 'cut.csv' line 3 ends in the middle of a row."],
    [
      'quote.csv',
      'a,b\n1,"2',
      'csv',
      {},
      "REPLAY_TRUNCATED 'quote.csv' line 2 column 3 opens a quoted value that never ends.",
    ],
    [
      'cut.log',
      'ok\nx - - [17/May/2015:10',
      'log',
      {},
      "REPLAY_TRUNCATED 'cut.log' line 2 ends in the middle of a record.",
    ],
    ['words.ndjson', '{"a":1}\nhello\n', 'ndjson', {}, "REPLAY_MALFORMED 'words.ndjson' line 2 is not JSON."],
    ['list.ndjson', '[1]\n', 'ndjson', {}, "REPLAY_MALFORMED 'list.ndjson' line 1 is JSON but not an object."],
    ['wide.csv', 'a,b\n1,2,3\n', 'csv', {}, "REPLAY_MALFORMED 'wide.csv' line 2 has 3 values under 2 columns."],
    ['binary.log', 'a\0b\n', 'log', {}, "REPLAY_MALFORMED 'binary.log' line 1 column 2 is not text."],
    [
      'long.log',
      `${'x'.repeat(11)}\n`,
      'log',
      { maxRecordBytes: 10 },
      "RECORD_TOO_LARGE 'long.log' line 1 has 11 bytes, and the target accepts 10.",
    ],
    ['field.ndjson', '{"a":1}\n', 'ndjson', { keyField: 'b' }, "REPLAY_FIELD 'field.ndjson' line 1 has no key in 'b'."],
    [
      'key.ndjson',
      `{"a":"${'k'.repeat(257)}"}\n`,
      'ndjson',
      { keyField: 'a' },
      "KEY_TOO_LONG 'key.ndjson' line 1 column 6 has a key of over 256 characters in 'a'.",
    ],
    [
      'time.csv',
      'a,b\nsoon,2\n',
      'csv',
      { timeField: 'a' },
      'REPLAY_TIME \'time.csv\' line 2 column 1 has the time "soon", which is not readable.',
    ],
    ['time.log', 'hello\n', 'log', { needsTimes: true }, "REPLAY_TIME 'time.log' line 1 has no time in 'time'."],
  ])('names the file and the line: %s', (name, content, format, needs, problem) => {
    expect(problemsOf(folder.write(name, content), format, needs)).toEqual([problem]);
  });

  test('rejects a missing file, and a folder', () => {
    expect(problemsOf(`${folder.path}/nowhere.csv`, 'csv')).toEqual([
      `REPLAY_MISSING '${folder.path}/nowhere.csv' cannot be read: there is no such file.`,
    ]);
    expect(problemsOf(folder.path, 'csv')[0]).toContain('it is not a file');
  });

  test('reports the first five of many wrong lines and counts the others', () => {
    const problems = problemsOf(folder.write('many.ndjson', 'x\n'.repeat(100)), 'ndjson');
    expect(problems.length).toBe(6);
    expect(problems[5]).toBe("REPLAY_MALFORMED 'many.ndjson' has 95 more such lines, the last one is line 100.");
  });
});

test.each([
  ['weather.csv', 'csv', 'date', undefined, 2000],
  ['stocks.csv', 'csv', 'date', undefined, 1000],
  ['flights.ndjson', 'ndjson', 'date', 'origin', 700],
  ['earthquakes.ndjson', 'ndjson', 'time', 'net', 400],
] as const)('reads the sample %s completely', (name, format, timeField, keyField, count) => {
  const replay = replayOf(`${assetFolder('samples')}/${name}`, format, {
    timeField,
    ...(keyField === undefined ? {} : { keyField }),
  });
  expect(replay.count).toBe(count);
  expect(replay.outOfOrderCount).toBe(0);
  expect(replay.timesNs?.at(-1)).toBeGreaterThan(0);
});
