import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeResult } from '../../../reports/result/result-file.ts';
import { resultNames } from '../../../runners/commands/result-names.ts';
import { exampleResult } from '../../reports/example-result.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const folder = emptyFolder();
const report = (...args: readonly string[]) => command(['report', ...args], { cwd: folder });

/** A histogram of another tool, with two significant digits. */
const foreign = build({ lowestDiscernibleValue: 1, highestTrackableValue: 3.6e12, numberOfSignificantValueDigits: 2 });
foreign.recordValue(42);
const TWO_DIGITS = encodeIntoCompressedBase64(foreign);

beforeAll(async () => {
  await writeResult(join(folder, 'good'), exampleResult({ thresholds: ['lost == 0'] }));
  await writeResult(join(folder, 'bad'), exampleResult({ thresholds: ['lost == 0'], lostByDashboard: 7 }));
  await writeResult(join(folder, 'invalid'), exampleResult({ scheduleLagNs: 80e6 }));
});

describe('report', () => {
  test('prints the summary of a run, from its folder or its file, and ends with 0 for any verdict', async () => {
    const { code, stdout, stderr } = await report('bad');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^clickstream {2}on engine with 2 shards, ran 12\.0s, seed 7\nFAILED/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await report('bad/result.json')).stdout).toBe(stdout);
  });

  test.each([
    ['markdown', /^### ✅ PASSED: `clickstream`/],
    ['junit', /^<\?xml version="1\.0"/],
    ['html', /^<!doctype html>/i],
    ['csv', /^run,time_utc,start_s,end_s,phase,recorded,/],
    ['hlog', /^#\[streamgauge /],
    ['prometheus', /^# HELP streamgauge_run_info /],
    ['openmetrics', /^# TYPE streamgauge_run info\n[\s\S]*\n# EOF\n$/],
    ['json', /^\{\n {2}"schemaVersion": \d/],
  ])('--format %s prints it on stdout', async (format, start) => {
    const { code, stdout, stderr } = await report('good', '--format', format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(start);
  });

  test('shows several results side by side, under the names of their folders', async () => {
    const { code, stdout } = await report('good', 'bad');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +good +bad\nverdict +PASSED +FAILED\n/);
    expect((await report('good', 'bad', '--format', 'csv')).stdout).toMatch(/\r\nbad,/);
    const list: unknown = JSON.parse((await report('good', 'bad', '--json')).stdout);
    expect(list).toMatchObject([{ verdict: { kind: 'passed' } }, { verdict: { kind: 'failed' } }]);
  });

  test('--csv-by shard writes a row for each second and shard', async () => {
    const { stdout } = await report('good', '--format', 'csv', '--csv-by', 'shard');
    expect(stdout).toMatch(/^run,time_utc,start_s,end_s,shard,/);
    expect(stdout.trim().split('\r\n')).toHaveLength(1 + 12 * 2);
  });

  test('--json is short for --format json', async () => {
    expect((await report('good', '--json')).stdout).toBe((await report('good', '--format', 'json')).stdout);
  });

  test('writes several formats into a folder, each under its name, and no other file', async () => {
    const { code, stdout } = await report('good', '--format', 'markdown,junit', '--format', 'terminal', '--out', 'all');
    expect(code).toBe(0);
    expect(stdout).toBe('Wrote all/report.md\nWrote all/report.junit.xml\nWrote all/report.txt\n');
    expect(readdirSync(join(folder, 'all')).sort()).toEqual(['report.junit.xml', 'report.md', 'report.txt']);
    expect(readFileSync(join(folder, 'all/report.md'), 'utf8')).toBe(
      (await report('good', '--format', 'markdown')).stdout,
    );
  });

  test('writes one format to the named file, or into an existing folder', async () => {
    await report('good', '--format', 'junit', '--out', 'deep/er/mine.xml');
    expect(readFileSync(join(folder, 'deep/er/mine.xml'), 'utf8')).toContain('<testsuites');
    await report('good', '--format', 'junit', '--out', 'deep');
    expect(existsSync(join(folder, 'deep/report.junit.xml'))).toBe(true);
  });
});

describe('report --judge', () => {
  test('--judge ends with the code of the verdict', async () => {
    const codes = ['good', 'bad', 'invalid'].map(async (name) => (await report(name, '--judge')).code);
    expect(await Promise.all(codes)).toEqual([0, 4, 5]);
  });

  test('ends with the code of a failed result if there are several', async () => {
    expect((await report('good', 'invalid', 'bad', '--judge')).code).toBe(4);
    expect((await report('good', 'invalid', '--judge')).code).toBe(5);
  });

  test('uses --threshold instead of the thresholds of the scenario', async () => {
    const strict = await report('good', '--threshold', 'putToGet.p50 < 1ms', '--threshold', 'lost == 0', '--judge');
    expect(strict.code).toBe(4);
    expect(strict.stdout).toContain('FAILED  2 of 3 thresholds hold.');
    expect((await report('bad', '--threshold', 'lost < 10', '--judge')).code).toBe(4);
    expect((await report('bad', '--threshold', 'undelivered < 10', '--judge')).code).toBe(0);
  });
});

describe('report of a wrong input', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no result', [], /RUNNER_USAGE report needs a result/],
    ['a folder without one', ['nowhere'], /RESULT_NOT_FOUND there is no result \(nowhere\).*--out/],
    [
      'an unknown format',
      ['good', '--format', 'markdwon'],
      /RUNNER_USAGE a report format must be .*, got "markdwon"\. Did you mean markdown\?/,
    ],
    [
      'several formats on stdout',
      ['good', '--format', 'markdown,junit'],
      /RUNNER_USAGE report prints one format only, got 2\. .*--out/,
    ],
    [
      'an unknown grouping',
      ['good', '--csv-by', 'shards'],
      /RUNNER_USAGE --csv-by must be .*, got "shards"\. Did you mean shard\?/,
    ],
    [
      'an unknown metric in a threshold',
      ['good', '--threshold', 'putToGe.p99 < 1s'],
      /THRESHOLD_NOT_UNDERSTOOD .*putToGet/,
    ],
    [
      'an unknown consumer in a threshold',
      ['good', '--threshold', 'lost == 0 by consumer x'],
      /THRESHOLD_NOT_UNDERSTOOD/,
    ],
    ['an output that cannot be written', ['good', '--out', '/dev/null/x'], /RUNNER_FILE_NOT_WRITABLE/],
    [
      'an output that would replace a result',
      ['good', '--format', 'json', '--out', 'good/result.json'],
      /RUNNER_FILE_EXISTS/,
    ],
    ['a misspelt flag', ['good', '--fromat', 'json'], /Did you mean --format\?/],
  ])('rejects %s in one line with code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await report(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  type Damage = (result: ReturnType<typeof JSON.parse>) => unknown;
  test.each<[string, Damage, RegExp]>([
    [
      'a version before the first one',
      (result) => ({ ...result, schemaVersion: 0 }),
      /^RESULT_WRONG_SHAPE .*schemaVersion must be 3, got 0.*run the scenario again/,
    ],
    ['a newer version', (result) => ({ ...result, schemaVersion: 99 }), /^RESULT_TOO_NEW .*schemaVersion=99.*Update/],
    [
      'wrong sums',
      (result) => {
        result.summary.ledger.lost += 1;
        return result;
      },
      /^RESULT_SUMS_DISAGREE .*summary\.ledger\.lost is 1, .*run the scenario again/,
    ],
    [
      'a histogram of other parameters',
      (result) => {
        result.cells[0].histograms.sendDelay = TWO_DIGITS;
        return result;
      },
      /^RESULT_WRONG_SHAPE .*cells\.0\.histograms\.sendDelay: .*digits=2/,
    ],
    [
      'a malformed histogram',
      (result) => {
        result.cells[0].histograms.sendDelay = 'HISTFA';
        return result;
      },
      /^RESULT_WRONG_SHAPE .*cells\.0\.histograms\.sendDelay: not a histogram/,
    ],
    ['foreign JSON', () => ({ hello: 'world' }), /^RESULT_WRONG_SHAPE .*result\.json as a run wrote it/],
    ['foreign text', () => undefined, /^RESULT_NOT_JSON .*Pass the result\.json of a run/],
  ])('rejects a result with %s', async (name, damage, message) => {
    const damaged = damage(JSON.parse(readFileSync(join(folder, 'good/result.json'), 'utf8')));
    const file = `${name.replaceAll(' ', '-')}.json`;
    writeFileSync(join(folder, file), JSON.stringify(damaged) ?? '<html>');
    const { code, stdout, stderr } = await report(file, '--format', 'junit');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('writes nothing if one of several results cannot be read', async () => {
    writeFileSync(join(folder, 'cut.json'), readFileSync(join(folder, 'good/result.json'), 'utf8').slice(0, 5000));
    const { code, stderr } = await report('good', 'cut.json', '--format', 'markdown,junit', '--out', 'never');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RESULT_TRUNCATED .*5000 characters \(cut\.json\)\. Copy the file again/);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });
});

test.each<[string[], string[]]>([
  [
    ['results/a/result.json', 'results/b/result.json'],
    ['a', 'b'],
  ],
  [
    ['x/run/result.json', 'y/run/result.json'],
    ['x/run', 'y/run'],
  ],
  [
    ['one.json', 'two.json'],
    ['one', 'two'],
  ],
  [
    ['a/result.json', 'a/result.json'],
    ['a (1)', 'a (2)'],
  ],
])('results of %j are called %j', (files, names) => expect(resultNames(files)).toEqual(names));
