import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { command, ENTRY, emptyFolder, program } from './cli-command.ts';

const SCENARIO = `name: tiny
target: { kind: noop }
workloads:
  - name: w
    phases: [{ name: p, duration: 300ms, rate: 100/s }]
    keys: { one: k }
    payload: { size: 1B }
consumers: [{ name: c, kind: fan-out }]
`;
const FULL = 'RUNNER_OUTPUT_FAILED standard output cannot be written: ENOSPC';
const isThere = existsSync('/dev/full');
const folder = emptyFolder();

const shell = (line: string) => program('/bin/sh', ['-c', `"${process.execPath}" "${ENTRY}" ${line}`], { cwd: folder });

beforeAll(async () => {
  writeFileSync(join(folder, 'tiny.yaml'), SCENARIO);
  for (const out of ['a', 'b']) await command(['run', 'tiny.yaml', '--quiet', '--out', out], { cwd: folder });
}, 60_000);

describe.skipIf(!isThere)('with standard output on a full disk', () => {
  test.each([
    'list',
    'list --json',
    '--help',
    'report a',
    'report a --format html',
    'compare a b --force',
    'doctor --json',
    'serve --port 0',
    'serve --port 0 --json',
  ])(
    '%s ends with one line and exit code 2',
    async (line) => {
      const { code, stderr } = await shell(`${line} > /dev/full`);
      expect(stderr.split('\n').filter((text) => text.startsWith(FULL))).toHaveLength(1);
      expect(stderr).not.toMatch(/\n\s+at |INTERNAL/);
      // 5: doctor on a machine too busy to measure.
      expect(line.startsWith('doctor') ? [2, 5] : [2]).toContain(code);
    },
    60_000,
  );

  test('run still saves its result', async () => {
    const { code, stderr } = await shell('run tiny.yaml --out saved --no-live > /dev/full');
    expect(stderr).toContain(FULL);
    // 5: a machine too busy to be punctual, which does not depend on the output.
    expect([2, 5]).toContain(code);
    expect(existsSync(join(folder, 'saved', 'result.json'))).toBe(true);
  }, 60_000);

  test('an error keeps its own exit code, even if standard error is on a full disk', async () => {
    expect(await shell('run nowhere.yaml > /dev/full 2> /dev/full')).toEqual({ code: 2, stdout: '', stderr: '' });
  });
});

test.each(['list | head -1', 'list --json | head -c 10', 'list >&-', 'list 2>&-'])(
  '%s ends without an error',
  async (line) => {
    const { code, stderr } = await shell(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);

test('an error keeps its exit code if the reader of the pipe closes it', async () => {
  const { code } = await program('/bin/bash', ['-c', `set -o pipefail; "${process.execPath}" "${ENTRY}" run | true`]);
  expect(code).toBe(2);
});
