import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { commandInProcess as command, ENTRY, emptyFolder, program } from './cli-command.ts';

const folder = emptyFolder();
const file = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
const plan = (...args: string[]) => command(['plan', ...args, '--json'], { cwd: folder });

const START = Date.parse('2026-01-01T00:00:00Z');
/** Rows for 40 seconds, with 50 records per second and 20 keys. */
const rows = Array.from(
  { length: 2000 },
  (_, i) => `${START / 1000 + Math.floor(i / 50)},user-${i % 20},${200 + (i % 3)}`,
);
file('trace.csv', `time,key,bytes\n${rows.join('\n')}\n`);
file('trace.csv.gz', gzipSync(`time,key,bytes\n${rows.join('\n')}\n`));
const expectedBytes = rows.reduce((sum, row) => sum + row.split(',')[1]!.length + Number(row.split(',')[2]), 0);

const times = Array.from({ length: 5 }, (_, i) => new Date(START + i * 60_000).toISOString());
const series = (Label: string, value: number) => ({
  Id: 'm',
  Label,
  Timestamps: times,
  Values: times.map(() => value),
});
file(
  'metrics.json',
  JSON.stringify(
    { MetricDataResults: [series('IncomingRecords', 120_000), series('IncomingBytes', 60_000_000)] },
    null,
    2,
  ),
);

describe('plan', () => {
  test.each(['trace.csv', 'trace.csv.gz'])('reads %s', async (name) => {
    const { code, stdout, stderr } = await plan(name);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      load: { source: 'trace', records: 2000, bytes: expectedBytes },
      recommended: { shards: 1 },
    });
  });

  test('reads a trace from standard input', async () => {
    const line = `${process.execPath} ${ENTRY} plan - --json < trace.csv`;
    const { code, stdout, stderr } = await program('/bin/sh', ['-c', line], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).load).toMatchObject({ source: 'trace', records: 2000 });
  });

  test('multiplies a trace with --scale', async () => {
    const { stdout } = await plan('trace.csv', '--scale', '30', '--copy-keys', 'new');
    const { load, recommended } = JSON.parse(stdout);
    expect(load).toMatchObject({ records: 60_000, distinctKeys: 600 });
    expect(recommended.shards).toBeGreaterThan(1);
  });

  test('reads CloudWatch metrics, and the keys of a sketch for them', async () => {
    const alone = JSON.parse((await plan('metrics.json')).stdout);
    expect(alone.load).toMatchObject({ source: 'metrics', records: 600_000 });
    const sketched = await command(['sketch', 'trace.csv', '--out', 'keys.json'], { cwd: folder });
    expect(sketched.code, sketched.stderr).toBe(0);
    const { code, stdout, stderr } = await plan('metrics.json', '--sketch', 'keys.json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).load.distinctKeys).toBe(20);
  });

  test('reads a sketch', async () => {
    const { code, stdout, stderr } = await plan('keys.json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).load).toMatchObject({ source: 'sketch', records: 2000, bytes: expectedBytes });
  });

  test.each([
    [['trace.csv', '--rate', '5/s'], /RUNNER_USAGE --rate describes a load/],
    [['trace.csv', '--last', '1h'], /RUNNER_USAGE --last is for a live stream/],
    [['trace.csv', '--scale', '0'], /RUNNER_USAGE --scale must be/],
    [['trace.csv', '--time-zone', 'Mars'], /RUNNER_USAGE --time-zone must be a zone/],
    [['trace.csv', '--key-field', 'user'], /RUNNER_INPUT_FIELD there is no column 'user'.*time, key, bytes/],
    [['metrics.json', '--period', 'long'], /RUNNER_USAGE --period must be a duration/],
    [['aws:'], /RUNNER_USAGE "" is not the name of a stream/],
    [['aws:orders', '--last', '2y'], /RUNNER_USAGE --last must be a duration/],
  ])('rejects %j with exit code 2', async (args, message) => {
    const { code, stderr, stdout } = await plan(...args);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('ends with exit code 3 if the account cannot be reached', async () => {
    const { code, stderr } = await plan('aws:orders', '--endpoint', 'http://127.0.0.1:1');
    expect(stderr).toMatch(/RUNNER_TARGET_FAILED ECONNREFUSED/);
    expect(code).toBe(3);
  });
});
