import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../reports/result/result.ts';
import { writeResult } from '../../../reports/result/result-file.ts';
import { type ExampleOptions, exampleResult } from '../../reports/example-result.ts';
import { level, noisy } from '../../reports/statistics/noisy.ts';
import { commandInProcess, type Ended, emptyFolder, command as startedCommand } from './cli-command.ts';

interface Saved extends ExampleOptions {
  readonly day: number;
  readonly change?: (result: Result) => Result;
}

/** Saves a small result with latencies of about `ms`. */
async function saveResult(
  folder: string,
  ms: number,
  { day, change = (result) => result, ...options }: Saved,
): Promise<string> {
  const result = exampleResult({
    recordsPerSecond: 200,
    steadySeconds: 2,
    latencyMs: (_, index) => ms + (index % 10) / 10,
    ...options,
  });
  const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  await writeResult(folder, change({ ...result, startedAt, finishedAt: startedAt }));
  return folder;
}

const history = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  commandInProcess(['history', ...args], { cwd });
const check = (cwd: string, ...args: readonly string[]): Promise<Ended> => history(cwd, 'check', ...args);

/** Makes a history with one result per level, in `history/`. The command writes the first line; the others are like it. */
async function historyOf(levelsMs: readonly number[]): Promise<string> {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'history'));
  const values = noisy(levelsMs, 0.01, 5);
  await saveResult(join(cwd, 'r'), values[0]!, { day: 0 });
  expect((await check(cwd, 'r', '--history', 'history', '--metric', 'putToGet.p50')).code).toBe(6);
  const line: { startedAt: string; metrics: Record<string, number> } = JSON.parse(linesOf(cwd)[0]!);
  for (const [day, ms] of values.entries()) {
    if (day === 0) continue;
    const metrics = { ...line.metrics, 'putToGet.p50': ms * 1e6 };
    const startedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    appendFileSync(join(cwd, 'history/history.jsonl'), `${JSON.stringify({ ...line, startedAt, metrics })}\n`);
  }
  return cwd;
}

function linesOf(cwd: string): string[] {
  return readFileSync(join(cwd, 'history/history.jsonl'), 'utf8').trimEnd().split('\n');
}

const P50 = ['--history', 'history', '--metric', 'putToGet.p50'] as const;

describe('history', () => {
  test('begins a history, and reports how many results it needs', async () => {
    const cwd = emptyFolder();
    await saveResult(join(cwd, 'r'), 20, { day: 0 });
    const { code, stdout, stderr } = await check(cwd, 'r', '--history', 'new/history');
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
    expect(stdout).toContain('INCONCLUSIVE  Needs');
    expect(readdirSync(join(cwd, 'new/history'))).toEqual(['history.jsonl']);
  });

  test('fails a slower level, and passes after accept', async () => {
    const cwd = await historyOf([...level(20, 15), ...level(25, 4)]);
    await saveResult(join(cwd, 'r'), 25, { day: 19 });
    const failed = await check(cwd, 'r', ...P50);
    expect(failed.code, failed.stderr).toBe(4);
    expect(failed.stdout).toMatch(/FAILED {2}putToGet\.p50 is worse since result 16 of 20/);
    expect(linesOf(cwd)).toHaveLength(20);
    const accepted = await history(cwd, 'accept', ...P50, '--note', 'larger envelope');
    expect(accepted.code).toBe(0);
    expect(JSON.parse(linesOf(cwd).at(-1)!)).toMatchObject({ kind: 'accept', note: 'larger envelope' });
    expect((await check(cwd, ...P50)).code).toBe(0);
  });

  test('adds a result once for any verdict, and not at all with --no-add', async () => {
    const cwd = await historyOf(level(20, 3));
    await saveResult(join(cwd, 'r'), 20, { day: 3 });
    await check(cwd, 'r', ...P50, '--no-add');
    expect(linesOf(cwd)).toHaveLength(3);
    await check(cwd, 'r', ...P50);
    await check(cwd, 'r', ...P50);
    expect(linesOf(cwd)).toHaveLength(4);
  });

  test('reset excludes earlier results and keeps their lines', async () => {
    const cwd = await historyOf([...level(20, 15), ...level(25, 5)]);
    expect((await check(cwd, ...P50)).code).toBe(4);
    const { code, stdout } = await history(cwd, 'reset', '--history', 'history', '--note', 'new machine');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('was reset') });
    expect(linesOf(cwd)).toHaveLength(21);
    await saveResult(join(cwd, 'r'), 25, { day: 400 });
    const after = await check(cwd, 'r', ...P50);
    expect(after.code).toBe(6);
    expect(after.stdout).toContain('Skipped: 20 before the reset');
  });

  test('reset with a result makes it the first of the new history', async () => {
    const cwd = await historyOf(level(20, 5));
    await saveResult(join(cwd, 'r'), 30, { day: 5 });
    const { code, stdout } = await history(cwd, 'reset', 'r', ...P50);
    expect(code).toBe(6);
    expect(stdout).toContain(', 1 result\n');
  });

  test('--json prints the verdict as data', async () => {
    const cwd = await historyOf(level(20, 12));
    const { code, stdout } = await check(cwd, ...P50, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'passed',
      metrics: [{ name: 'putToGet.p50', state: 'holds' }],
    });
  });

  test('--markdown also writes the report for a job summary', async () => {
    const cwd = await historyOf(level(20, 12));
    expect((await check(cwd, ...P50, '--markdown', 'out/history.md')).code).toBe(0);
    expect(readFileSync(join(cwd, 'out/history.md'), 'utf8')).toMatch(
      /^### ✅ `clickstream` against its history: passed/,
    );
  });

  test('reads a folder of results without a history file', async () => {
    const cwd = emptyFolder();
    for (let day = 0; day < 12; day++) await saveResult(join(cwd, `results/${day}`), day < 7 ? 20 : 30, { day });
    const { code, stdout } = await check(cwd, '--history', 'results', '--metric', 'putToGet.p50');
    expect(code).toBe(4);
    expect(stdout).toContain('since result 8 of 12');
    // The newest result, named explicitly, is the same run and counts once.
    expect((await check(cwd, 'results/11', '--history', 'results', '--metric', 'putToGet.p50')).stdout).toContain(
      '12 results',
    );
  });

  test('an invalid result ends with code 5 and is not added', async () => {
    const cwd = await historyOf(level(20, 12));
    await saveResult(join(cwd, 'r'), 20, { day: 12, scheduleLagNs: 80e6 });
    const { code, stdout } = await check(cwd, 'r', ...P50);
    expect(code).toBe(5);
    expect(stdout).toContain('SCHEDULE_LAG');
    expect(linesOf(cwd)).toHaveLength(12);
  });

  test('skips and reports a torn last line, and removes it when it adds the next line', async () => {
    const cwd = await historyOf(level(20, 12));
    appendFileSync(join(cwd, 'history/history.jsonl'), '{"schemaVersion":1,"ki');
    const { code, stdout } = await check(cwd, ...P50);
    expect(code).toBe(0);
    expect(stdout).toContain('history.jsonl:13 ends in the middle and was skipped');
    await saveResult(join(cwd, 'r'), 20, { day: 12 });
    expect((await check(cwd, 'r', ...P50)).code).toBe(0);
    expect(linesOf(cwd).map((line) => JSON.parse(line))).toHaveLength(13);
    expect(readdirSync(join(cwd, 'history'))).toEqual(['history.jsonl']);
  });

  test('loses no line when many processes add results at once', async () => {
    const cwd = emptyFolder();
    await Promise.all(Array.from({ length: 8 }, (_, day) => saveResult(join(cwd, `r${day}`), 20, { day })));
    await Promise.all(
      Array.from({ length: 8 }, (_, day) => startedCommand(['history', 'check', `r${day}`, ...P50], { cwd })),
    );
    expect(linesOf(cwd).map((line) => JSON.parse(line).kind)).toEqual(new Array(8).fill('result'));
  });

  test('skips results of another machine, and reports another seed', async () => {
    const cwd = await historyOf(level(20, 12));
    await saveResult(join(cwd, 'r'), 20, {
      day: 12,
      change: (result) => ({ ...result, seed: 8, scenario: { ...result.scenario, seed: 8 }, scenarioHash: 'seed-8' }),
    });
    const seeded = await check(cwd, 'r', ...P50);
    expect(seeded.code, seeded.stderr).toBe(0);
    expect(seeded.stdout).toContain('seed 8 instead of 7 since result 13');
    await saveResult(join(cwd, 'r'), 20, {
      day: 13,
      change: (result) => ({ ...result, environment: { ...result.environment, cores: 64 } }),
    });
    const moved = await check(cwd, 'r', ...P50);
    expect(moved.code).toBe(6);
    expect(moved.stdout.replace(/\s+/g, ' ')).toContain('Skipped: 13 from other machines');
  });
});

describe('an outage in a history', () => {
  /** Adds a copy of the newest line, a day later, with some of 3,000 records undelivered. */
  function appendOutage(cwd: string, undelivered: number): void {
    const line: { startedAt: string; metrics: Record<string, number> } = JSON.parse(linesOf(cwd).at(-1)!);
    const startedAt = new Date(Date.parse(line.startedAt) + 86_400_000).toISOString();
    const metrics = { ...line.metrics, undelivered, 'delivered.ratio': 1 - undelivered / 3000, 'putToGet.p50': 90e6 };
    appendFileSync(join(cwd, 'history/history.jsonl'), `${JSON.stringify({ ...line, startedAt, metrics })}\n`);
  }
  const words = (text: string) => text.replace(/\s+/g, ' ');

  test('fails, and is marked in the chart without being a point of the series', async () => {
    const cwd = await historyOf(level(20, 12));
    appendOutage(cwd, 300);
    const { code, stdout } = await check(cwd, ...P50, '--markdown', 'h.md');
    expect(code).toBe(4);
    expect(stdout).toContain(', 12 results');
    expect(words(stdout)).toContain('FAILED The result has 300 records undelivered (10%); usually all are delivered.');
    expect(words(stdout)).toContain('Skipped: 1 with more undelivered records than usual (history.jsonl:13)');
    expect(stdout).toMatch(/^ +×$/m);
    expect(readFileSync(join(cwd, 'h.md'), 'utf8')).toContain('300 records undelivered');
    const { outages, metrics } = JSON.parse((await check(cwd, ...P50, '--json')).stdout);
    expect(outages).toMatchObject([{ undelivered: 300, where: 'history.jsonl:13', limitRatio: 0 }]);
    expect(metrics[0].points).toHaveLength(12);
  });

  test('does not fail the next result that delivers everything', async () => {
    const cwd = await historyOf(level(20, 12));
    appendOutage(cwd, 3000);
    await saveResult(join(cwd, 'r'), 20, { day: 13 });
    const { code, stdout } = await check(cwd, 'r', ...P50);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(', 13 results');
  });

  test('becomes usual after accept, and a larger one still fails', async () => {
    const cwd = await historyOf(level(20, 12));
    appendOutage(cwd, 30);
    expect((await history(cwd, 'accept', ...P50)).code).toBe(0);
    expect(JSON.parse(linesOf(cwd).at(-1)!).delivery.undeliveredRatio).toBeCloseTo(0.01, 9);
    expect((await check(cwd, ...P50)).stdout).toContain(', 13 results');
    const accept = linesOf(cwd).at(-1)!;
    writeFileSync(join(cwd, 'history/history.jsonl'), `${linesOf(cwd).slice(0, -1).join('\n')}\n`);
    appendOutage(cwd, 33);
    appendFileSync(join(cwd, 'history/history.jsonl'), `${accept}\n`);
    expect((await check(cwd, ...P50)).stdout).toContain(', 14 results');
    writeFileSync(join(cwd, 'history/history.jsonl'), `${linesOf(cwd).slice(0, -1).join('\n')}\n`);
    appendOutage(cwd, 60);
    appendFileSync(join(cwd, 'history/history.jsonl'), `${accept}\n`);
    const larger = await check(cwd, ...P50);
    expect(larger.code).toBe(4);
    expect(words(larger.stdout)).toContain('60 records undelivered (2%); up to 1.2% is usual.');
  });
});

test('names history check as the successor of gate --history', async () => {
  const { code, stderr } = await commandInProcess(['gate', 'r', '--history', 'history'], { cwd: emptyFolder() });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'RUNNER_USAGE gate has no --history. Use streamgauge history check RESULT --history DIR.\n',
  });
});

describe('history check', () => {
  test('rejects two scenarios in one history, and names both with their lines', async () => {
    const cwd = await historyOf(level(20, 2));
    await saveResult(join(cwd, 'r'), 20, {
      day: 2,
      change: (result) => ({ ...result, scenario: { ...result.scenario, name: 'orders' } }),
    });
    const { code, stderr } = await check(cwd, 'r', ...P50);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'HISTORY_MIXED the history contains 2 different loads: "clickstream" (history.jsonl:1, history.jsonl:2) and "orders" (r).',
    );
    expect(linesOf(cwd)).toHaveLength(2);
  });

  test('rejects a partial result', async () => {
    const cwd = emptyFolder();
    await saveResult(join(cwd, 'r'), 20, { day: 0, outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    const { code, stderr } = await check(cwd, 'r', ...P50);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^HISTORY_PARTIAL the run did not complete \(interrupted\) \(r\)\. /);
    expect(existsSync(join(cwd, 'history'))).toBe(false);
  });

  test('rejects a truncated result in its folder', async () => {
    const cwd = await historyOf(level(20, 2));
    mkdirSync(join(cwd, 'history/broken'));
    writeFileSync(join(cwd, 'history/broken/result.json'), '{"schemaVersion": 1,');
    const { code, stderr } = await check(cwd, ...P50);
    expect(code).toBe(2);
    expect(stderr).toMatch(/RESULT_TRUNCATED .* \(history\/broken\/result\.json\)/);
  });

  test.each([
    ['a missing --history', [], 'RUNNER_USAGE history check needs --history'],
    ['an empty history', ['--history', 'nowhere'], 'HISTORY_EMPTY the history contains no results (nowhere).'],
    ['a file for a folder', ['--history', 'file'], 'HISTORY_NOT_READABLE'],
    ['an unknown metric', ['--history', 'nowhere', '--metric', 'putToGet.p5'], 'METRIC_UNKNOWN'],
    [
      'a magnitude of 500 %',
      ['--history', 'nowhere', '--min-magnitude', '5'],
      'got "5". Write 5% if you mean percent; a share is 0 to 1.',
    ],
    [
      'a probability of 1',
      ['--history', 'nowhere', '-p', '1'],
      'RUNNER_USAGE --p must be above 0 and below 0.5, got "1".',
    ],
    [
      'a window of 3',
      ['--history', 'nowhere', '--window', '3'],
      'RUNNER_USAGE --window must be a whole number from 10 to 1000, got "3".',
    ],
    [
      'an option of an earlier version',
      ['--history', 'nowhere', '--reset'],
      'RUNNER_USAGE history check has no option --reset',
    ],
    [
      'a note without a decision',
      ['--history', 'nowhere', '--note', 'x'],
      'RUNNER_USAGE history check has no option --note',
    ],
    ['a missing result', ['r', '--history', 'nowhere'], 'RESULT_NOT_FOUND there is no result (r).'],
  ])('rejects %s in one line', async (_, args, message) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'file'), '');
    const { code, stdout, stderr } = await check(cwd, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
