import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../../reports/compare/comparison.ts';
import type { Result } from '../../../reports/result/result.ts';
import { writeResult } from '../../../reports/result/result-file.ts';
import { exampleRun } from '../../reports/compare/example-runs.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const cwd = emptyFolder();
const compare = (...args: readonly string[]) => command(['compare', ...args], { cwd });

beforeAll(async () => {
  const results: Readonly<Record<string, Result>> = {
    a: exampleRun(1),
    a2: exampleRun(2),
    slow: exampleRun(3, { scale: 1.12 }),
    slow2: exampleRun(4, { scale: 1.12 }),
    partial: exampleRun(5, {}, { outcome: { kind: 'interrupted', signal: 'SIGINT' } }),
    other: exampleRun(6, {}, { recordsPerSecond: 300 }),
  };
  for (const [name, result] of Object.entries(results)) await writeResult(join(cwd, name), result);
});

describe('compare', () => {
  test('compares two results, and ends with 0 for any difference', async () => {
    const { code, stdout, stderr } = await compare('a', 'slow');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^A {2}a: clickstream on engine/);
    expect(stdout).toMatch(/\nB is 1\d.*% slower at p99/);
  });

  test('accepts files and folders, and more than two results', async () => {
    const { code, stdout } = await compare('a/result.json', 'a2', 'slow');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nC is 1\d/);
  });

  test('--json prints the whole comparison as data', async () => {
    const { code, stdout } = await compare('a', 'slow', '--json', '--floor', '20%');
    expect(code).toBe(0);
    const comparison: Comparison = JSON.parse(stdout);
    expect(comparison).toMatchObject({ floorRatio: 0.2, base: { label: 'A', runs: [{ path: 'a' }] } });
    const median = comparison.pairs[0]!.spans.flatMap(({ metrics }) => metrics).find(({ name }) => name === 'p50');
    expect(median).toMatchObject({ change: { effect: 'same' } });
  });

  test('--with names the runs of the other side', async () => {
    const { code, stdout } = await compare('a', 'a2', '--with', 'slow', 'slow2', '--json');
    expect(code).toBe(0);
    const comparison: Comparison = JSON.parse(stdout);
    expect(comparison.base.runs.map(({ path }) => path)).toEqual(['a', 'a2']);
    expect(comparison.pairs.map(({ side }) => side.runs.map(({ path }) => path))).toEqual([['slow', 'slow2']]);
    expect(comparison.pairs[0]!.spans.map(({ basis }) => basis)).toContain('runs');
  });

  test('rejects results of different scenarios, and compares them with --force', async () => {
    const rejected = await compare('a', 'other');
    expect({ code: rejected.code, stdout: rejected.stdout }).toEqual({ code: 2, stdout: '' });
    expect(rejected.stderr).toMatch(
      /^RESULT_NOT_COMPARABLE scenario: workloads\[0\]\.phases\[0\].*200\/s, 300\/s.*--force/,
    );
    const forced = await compare('a', 'other', '--force');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('NOT COMPARABLE (scenario)');
  });

  test('rejects a partial run, and reports how it ended', async () => {
    const { code, stderr } = await compare('a', 'partial');
    expect(code).toBe(2);
    expect(stderr).toMatch(/partial: B interrupted by SIGINT: it covers only the part that ran/);
  });

  test('names a truncated file', async () => {
    const text = readFileSync(join(cwd, 'a/result.json'), 'utf8');
    writeFileSync(join(cwd, 'cut.json'), text.slice(0, text.length / 2));
    const { code, stderr } = await compare('a', 'cut.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RESULT_TRUNCATED .* \(cut\.json\)\./);
  });

  test.each([
    [['a'], /compare needs at least two results, got 1/],
    [['a', 'nowhere'], /^RESULT_NOT_FOUND there is no result \(nowhere\)\./],
    [['a', 'slow', '--floor', 'much'], /--floor must be at least 0% and below 100%, got "much"/],
    [['a', 'slow', '--floor', '2'], /--floor .*, got "2"\. Write 2% if you mean percent/],
    [['a', 'slow', '--floor', '100%'], /--floor .*, got "100%"/],
    [['a', '--with'], /with.*compare --help/],
    [['a', 'slow', '--forse'], /Did you mean --force\?/],
  ])('rejects %j with code 2 and one line', async (args, hint) => {
    const { code, stdout, stderr } = await compare(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(hint);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
