import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { replayPlan } from '../../workloads/replay-plan.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { aFolder } from './a-file.ts';

const folder = aFolder();

const scenarioOf = (replay: object, more: object) =>
  resolveScenario({ name: 'test', workloads: [{ name: 'web', payload: { replay }, ...more }] });

test('the plan of a replay with recorded times has its file, keys, times and duration', () => {
  const file = folder.write(
    'visits.csv',
    'at;user;id;id\n1517363399;a;1;2\n1517363409;;1;2\n1517363404.5;b;1;2\n\n1517363419;a;1;2\n',
  );
  const scenario = scenarioOf(
    { file, format: 'csv', timeField: 'at', missingKey: 'skip' },
    { arrivals: { recorded: { speed: 10 } }, keys: { field: 'user' } },
  );
  expect(replayPlan(scenario)).toEqual([
    'Workload web replays visits.csv: 3 CSV records, 4 columns, separator semicolon (detected), UTF-8, not compressed.',
    'Skipped: 1 record without a key, 1 blank line.',
    "Several columns have the name 'id'; no key or time uses them.",
    "Keys come from field 'user': 2 different keys.",
    "Times come from field 'at': a number of seconds (detected).",
    'First time 2018-01-31T01:49:59Z, last time 2018-01-31T01:50:19Z.',
    'The replay takes 2 s at speed 10: 20 s were recorded.',
  ]);
});

test('the plan of a replay at a given rate has the order of the records', () => {
  const scenario = scenarioOf(
    { file: 'sample:flights.ndjson', format: 'ndjson' },
    { phases: [{ name: 'all', duration: '1s', rate: '100/s' }], keys: { one: 'k' } },
  );
  expect(replayPlan(scenario)).toEqual([
    'Workload web replays flights.ndjson: 700 NDJSON records, UTF-8, not compressed.',
    'The phases set the rate. The records are sent in the order of the file, again from the first one after the last one.',
  ]);
});

test('the plan has the zone and the year of times that have none', () => {
  const file = folder.write('system.log', 'Oct 11 22:14:15 a\nOct 11 22:14:25 b\n');
  const plan = replayPlan(scenarioOf({ file, format: 'log' }, { arrivals: { recorded: {} }, keys: { one: 'k' } }));
  expect(plan[1]).toBe(
    "Times come from field 'time': a syslog time without a year, read as UTC, year 2001 (timeYear sets it).",
  );
});

test('the plan of a scenario without a recording is empty', () => {
  const more = { phases: [{ name: 'all', duration: '1s', rate: '100/s' }], keys: { one: 'k' } };
  expect(
    replayPlan(resolveScenario({ name: 'test', workloads: [{ name: 'w', payload: { size: '1B' }, ...more }] })),
  ).toEqual([]);
});

test('rejects a recording that changed after the scenario was read', () => {
  const file = folder.write('growing.log', 'a\nb\n');
  const more = { phases: [{ name: 'all', duration: '1s', rate: '100/s' }], keys: { one: 'k' } };
  const scenario = scenarioOf({ file, format: 'log' }, more);
  expect(replayPlan(scenario).length).toBe(2);
  writeFileSync(file, 'a\nb\nc\n');
  expect(() => replayPlan(scenario)).toThrow(/REPLAY_CHANGED 'growing.log' changed after the scenario was read/);
});

test.each([
  [
    'separator',
    ';;',
    "NOT_A_CHOICE \";;\" is not one ASCII character. Write one character such as ';' or '|', or the word tab.",
  ],
  ['separator', '"', 'NOT_A_CHOICE'],
  [
    'timeZone',
    'Mars',
    "NOT_A_CHOICE there is no time zone 'Mars'. Write a zone such as Europe/Berlin, or an offset such as +02:00.",
  ],
  ['timeUnit', 'minutes', 'NOT_A_CHOICE'],
  ['encoding', 'utf-16', 'NOT_A_CHOICE'],
  ['missingKey', 'ignore', 'NOT_A_CHOICE'],
])('rejects %s: %s', (option, value, problem) => {
  const replay = { file: 'sample:stocks.csv', format: 'csv', [option]: value };
  const more = { phases: [{ name: 'all', duration: '1s', rate: '100/s' }], keys: { one: 'k' } };
  expect(() => scenarioOf(replay, more)).toThrow(`workloads[0].payload.replay.${option}: ${problem}`);
});

test('rejects CSV options for other formats', () => {
  const replay = { file: 'sample:flights.ndjson', format: 'ndjson', separator: 'tab', quotes: false };
  const more = { phases: [{ name: 'all', duration: '1s', rate: '100/s' }], keys: { one: 'k' } };
  expect(() => scenarioOf(replay, more)).toThrow(/separator: CONFLICT .*\n.*quotes: CONFLICT /);
});
