import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandInProcess as command, ENTRY, emptyFolder, program } from '../runners/commands/cli-command.ts';

/** Mistakes of a user, through the command: each has a code, a place, a fix and exit code 2, and writes no partial file. */

const scenarioWith = (workload: string, more = '') => `name: wrong
workloads:
  - name: w
${workload}
${more}`;
const PHASES = '    phases: [{ name: all, duration: 1s, rate: 100/s }]';
const KEYS = '    keys: { uniform: true, count: 10 }';
const replay = (file: string, format: string) =>
  `${PHASES}\n${KEYS}\n    payload: { replay: { file: ${file}, format: ${format} } }`;

const RECORDINGS: Readonly<Record<string, string>> = {
  'empty.ndjson': '',
  'cut.ndjson': '{"a": 1}\n{"a": 2}\n{"a": ',
  'wrong.ndjson': '{"a": 1}\nthis is not JSON\n{"a": 3}\n',
  'ragged.csv': 'a,b\n1,2\n3\n',
};

async function refused(scenario: string, args: readonly string[] = []) {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(RECORDINGS)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  const { code, stdout, stderr } = await command(['run', 'scenario.yaml', ...args], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(existsSync(join(folder, 'results'))).toBe(false);
  return stderr;
}

describe('the command before it starts a run', () => {
  test.each<[string, string, RegExp]>([
    ['a missing recording', replay('nowhere.ndjson', 'ndjson'), /REPLAY_MISSING .*nowhere\.ndjson/],
    ['an empty recording', replay('empty.ndjson', 'ndjson'), /REPLAY_EMPTY/],
    ['a recording cut in the middle of a line', replay('cut.ndjson', 'ndjson'), /REPLAY_TRUNCATED .*3/],
    ['a line that is not of the stated format', replay('wrong.ndjson', 'ndjson'), /REPLAY_MALFORMED .*2/],
    ['a row with fields missing', replay('ragged.csv', 'csv'), /REPLAY_(MALFORMED|TRUNCATED) .*3/],
    ['a misspelt key', `${PHASES}\n${KEYS}\n    paylod: { size: 100B }`, /UNKNOWN_KEY .*Did you mean 'payload'/],
    [
      'an impossible rate',
      `    phases: [{ name: a, duration: 1s, rate: 1000M/s }]\n${KEYS}\n    payload: { size: 1B }`,
      /OUT_OF_RANGE/,
    ],
    ['no phases', `    phases: []\n${KEYS}\n    payload: { size: 1B }`, /EMPTY/],
    [
      'a key that is too long',
      `${PHASES}\n    keys: { one: ${'k'.repeat(257)} }\n    payload: { size: 1B }`,
      /KEY_TOO_LONG/,
    ],
    ['a record over the maximum', `${PHASES}\n${KEYS}\n    payload: { size: 2MB }`, /RECORD_TOO_LARGE/],
  ])('rejects %s', async (_, workload, message) => {
    expect(await refused(scenarioWith(workload))).toMatch(message);
  });

  test('rejects a threshold on an unknown metric and suggests the nearest one', async () => {
    const workload = `${PHASES}\n${KEYS}\n    payload: { size: 1B }`;
    const stderr = await refused(scenarioWith(workload, "thresholds: ['putToGe.p99 < 5ms']"));
    expect(stderr).toMatch(/BAD_THRESHOLD .*putToGet\.p99/);
  });

  test('rejects an output folder that cannot be written', async () => {
    const workload = `${PHASES}\n${KEYS}\n    payload: { size: 1B }`;
    expect(await refused(scenarioWith(workload), ['--out', '/dev/null/out'])).toMatch(/RESULT_NOT_WRITABLE/);
    expect(await refused(scenarioWith(workload), ['--out', '/proc/none/out'])).toMatch(/RESULT_NOT_WRITABLE/);
  });

  // A limit on the address space simulates a machine without memory; Node itself reserves a few GiB.
  test.skipIf(process.platform !== 'linux')('rejects an amount of memory that the machine cannot reserve', async () => {
    const folder = emptyFolder();
    const target = 'target: { kind: engine, memory: 64GiB }';
    writeFileSync(join(folder, 's.yaml'), scenarioWith(`${PHASES}\n${KEYS}\n    payload: { size: 1B }`, target));
    const line = `ulimit -v 20000000 && exec "${process.execPath}" "${ENTRY}" run s.yaml --quiet`;
    const { code, stdout, stderr } = await program('/bin/sh', ['-c', line], { cwd: folder });
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^RUNNER_USAGE the machine cannot reserve memory: 65536MiB for 4 shards: .* \(target: engine\)\. Lower memory, .*\n$/,
    );
    expect(existsSync(join(folder, 'results/wrong/result.json'))).toBe(false);
  });

  test('reports all problems of a scenario at once', async () => {
    const stderr = await refused(
      scenarioWith(
        '    phases: [{ name: a, duration: -1s, rate: 5 }]\n    keys: { uniform: true, count: 0 }\n    payload: { size: 1B }',
        "consumers: [{ name: c, kind: pushed }]\nthresholds: ['lost = 0']",
      ),
    );
    for (const code of ['OUT_OF_RANGE', 'BAD_UNIT', 'NOT_A_CHOICE', 'BAD_THRESHOLD']) expect(stderr).toContain(code);
  });
});

test('writes only its result to the output folder', async () => {
  const folder = emptyFolder();
  const scenario = scenarioWith(`${PHASES}\n${KEYS}\n    payload: { size: 1B }`, 'target: { kind: noop }');
  writeFileSync(join(folder, 'scenario.yaml'), scenario);
  mkdirSync(join(folder, 'out'));
  await command(['run', 'scenario.yaml', '--out', 'out', '--quiet'], { cwd: folder });
  expect(readdirSync(join(folder, 'out'))).toEqual(['result.json']);
});
