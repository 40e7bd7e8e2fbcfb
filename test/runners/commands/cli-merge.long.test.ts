import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseResult, readResult } from '../../../reports/reading/read-result.ts';
import type { Result } from '../../../reports/result/result.ts';
import { mergedHistogram } from '../../../reports/summary/cells.ts';
import { command, emptyFolder } from './cli-command.ts';

const SCENARIO = `name: short
seed: 3
target: { kind: noop, delay: { lognormal: { p50: 2ms, p99: 9ms } } }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: 2s, rate: 1000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
    producers: { count: 3 }
consumers: [{ name: reader, kind: fan-out }]
thresholds: ['lost == 0']
`;

const cwd = emptyFolder();
const saved = (folder: string) => readResult(join(cwd, folder));
/** Exit codes of a run that completed. A busy machine makes it INVALID (5), which does not matter here. */
const COMPLETED_CODES = [0, 5];

beforeAll(async () => {
  writeFileSync(join(cwd, 'short.yaml'), SCENARIO);
  // Two processes must have started by then, even on a busy machine.
  const at = new Date(Date.now() + 8000).toISOString();
  const parts = await Promise.all(
    ['1/2', '2/2'].map((part) => command(['run', 'short.yaml', '--quiet', '--part', part, '--start-at', at], { cwd })),
  );
  for (const { code, stderr } of parts) expect(COMPLETED_CODES, stderr).toContain(code);
}, 60_000);

describe('two parts of a scenario, run at once by two processes and merged', () => {
  const PARTS = ['results/short-part-2-of-2', 'results/short-part-1-of-2'];

  test('make the load of the whole scenario, record for record', async () => {
    const { code, stdout, stderr } = await command(['merge', ...PARTS, '--out', 'whole'], { cwd });
    expect(COMPLETED_CODES, stderr).toContain(code);
    expect(stdout).toContain('Merged from parts: all 2.');
    const [whole, ...parts] = (await Promise.all(['whole', ...PARTS].map(saved))) as [Result, Result, Result];
    expect(whole.summary.ledger).toMatchObject({ sent: 2000, received: 2000, lost: 0, duplicated: 0 });
    expect(parts.map(({ summary }) => summary.ledger.sent)).toEqual([667, 1333].map((sent) => expect.closeTo(sent, 0)));
    expect(whole.summary.rate.intendedPerSecond).toBe(1000);
    expect(whole.workers.map(({ name, part }) => [name, part])).toEqual([
      ['numbers 0', 1],
      ['numbers 2', 1],
      ['numbers 1', 2],
    ]);
    const putToGet = parts.map(({ cells }) => mergedHistogram(cells, 'putToGet'));
    expect(mergedHistogram(whole.cells, 'putToGet').equals(putToGet[0]!.merge(putToGet[1]!))).toBe(true);
    expect(whole.series[0]!.gauges.intendedPerSecond).toBeCloseTo(1000, 6);
    const starts = parts.map(({ startedAt }) => Date.parse(startedAt));
    expect(Math.abs(starts[0]! - starts[1]!)).toBeLessThan(500);
  });

  test('print JSON with --json, and one line with --quiet', async () => {
    const json = await command(['merge', ...PARTS, '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ merged: { of: 2 }, seed: 3 });
    expect(readFileSync(join(cwd, 'results/short-merged/result.json'), 'utf8')).toContain('"merged": {"of":2');
    const quiet = await command(['merge', ...PARTS, '--quiet', '--out', 'quiet'], { cwd });
    expect(quiet.stdout.trim().split('\n')).toHaveLength(1);
  });

  test('show progress on stderr if they are large, except with --quiet or --json', async () => {
    const text = readFileSync(join(cwd, PARTS[0]!, 'result.json'), 'utf8');
    writeFileSync(join(cwd, 'large.json'), `${text}${' '.repeat(33 * 2 ** 20)}\n`);
    const large = async (...flags: readonly string[]) => {
      const args = ['merge', 'large.json', PARTS[1]!, '--out', 'of-large', '--force'];
      return (await command([...args, ...flags], { cwd })).stderr;
    };
    expect(await large()).toBe('merging 2 results\n');
    expect(await large('--quiet')).toBe('');
    expect(await large('--json')).toBe('');
  });

  test.each([
    [['results/short-part-1-of-2'], /^RESULT_PART_MISSING part 2 of 2 is missing\./],
    [['results/short-part-1-of-2', 'results/short-part-1-of-2'], /^RESULT_PART_TWICE part 1 of 2 is also in results/],
    [['results/short-part-1-of-2', 'nowhere'], /^RESULT_NOT_FOUND there is no result \(nowhere\)\. /],
    [[], /^RUNNER_USAGE merge needs results\./],
    [[...PARTS, '--out', 'results/short-part-1-of-2'], /^RUNNER_FILE_EXISTS results/],
    [[...PARTS, '--quiet', '--json'], /^RUNNER_USAGE /],
  ])('are rejected in one line with the arguments %j', async (args, message) => {
    const { code, stdout, stderr } = await command(['merge', ...args], { cwd });
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(message);
  });

  test('make an INVALID result if one is missing and --allow-missing is set', async () => {
    const { code } = await command(['merge', PARTS[0]!, '--allow-missing', '--out', 'half', '--quiet'], { cwd });
    expect(code).toBe(5);
    const text = readFileSync(join(cwd, 'half/result.json'), 'utf8');
    expect(parseResult(text, 'half').validity.reasons.map((reason) => reason.code)).toContain('PARTS');
  });
});

describe('run', () => {
  test.each([
    [['--part', '1/4'], /workload numbers has 3 producers, too few for 4 parts\. Set its producers: \{ count: 4 \}/],
    [['--part', '0/2'], /--part is "0\/2"/],
    [['--part', '3/2'], /--part is "3\/2"/],
    [['--start-at', 'noon'], /--start-at is "noon"\. Write a time with its zone/],
    [['--start-at', '2020-01-01T00:00:00Z'], /is over\. Give a time to come/],
    [['--start-at', '2999-01-01T00:00:00Z'], /more than a day ahead/],
  ])('rejects %j in one line', async (args, message) => {
    const { code, stderr } = await command(['run', 'short.yaml', ...args], { cwd });
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toMatch(message);
  });
});
