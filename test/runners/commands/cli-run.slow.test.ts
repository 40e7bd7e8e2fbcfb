import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../reports/result/result.ts';
import { exitCodeOf } from '../../../runners/commands/ending.ts';
import { folderName } from '../../../runners/names/safe-name.ts';
import { command, ENTRY, type Ended, emptyFolder, plainEnvironment, whenMachineIsQuiet } from './cli-command.ts';

/**
 * A slow target, so that runs are valid on a busy machine: a run is invalid if producers are late by a large share of the
 * response time.
 */
function folderWithScenario({ seconds = 1, threshold = 'lost == 0' } = {}): string {
  const folder = emptyFolder();
  const scenario = `name: short
seed: 3
target: { kind: noop, delay: 200ms }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: ${seconds}s, rate: 500/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: reader, kind: fan-out }]
thresholds: ['${threshold}']
`;
  writeFileSync(join(folder, 'short.yaml'), scenario);
  return folder;
}

function runQuietly(cwd: string, out: string, ...flags: readonly string[]): Promise<Ended> {
  return whenMachineIsQuiet(() => command(['run', 'short.yaml', ...flags], { cwd }), join(cwd, out, 'result.json'));
}

function savedResult(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
}

describe('run', () => {
  test('prints a summary, saves the result below results/, and passes', async () => {
    const cwd = folderWithScenario();
    const { code, stdout, stderr } = await runQuietly(cwd, 'results/short');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('results/short/result.json');
    expect(stderr).toMatch(/^running short, seed 3, result in results\/short\n/);
    expect(savedResult(join(cwd, 'results/short'))).toMatchObject({ seed: 3, outcome: { kind: 'completed' } });
  });

  test('--json prints the result and nothing else on stdout', async () => {
    const cwd = folderWithScenario();
    const { code, stdout } = await runQuietly(cwd, 'here', '--json', '--out', 'here', '--seed', '99');
    expect(code).toBe(0);
    const { verdict, summary } = savedResult(join(cwd, 'here'));
    expect(JSON.parse(stdout)).toMatchObject({ seed: 99, verdict, summary });
    expect(existsSync(join(cwd, 'results'))).toBe(false);
  });

  test('--report writes reports next to the result, and names them on stderr', async () => {
    const cwd = folderWithScenario();
    const flags = ['--report', 'markdown,junit', '--report', 'csv'];
    const { code, stdout, stderr } = await runQuietly(cwd, 'results/short', ...flags);
    expect(code, stderr).toBe(0);
    const names = ['report.csv', 'report.junit.xml', 'report.md', 'result.json'];
    expect(readdirSync(join(cwd, 'results/short')).sort()).toEqual(names);
    expect(stderr).toContain('Wrote results/short/report.md\n');
    expect(stdout).not.toContain('Wrote');
  });

  test('--report with a format that does not exist makes no load', async () => {
    const cwd = folderWithScenario();
    const { code, stderr } = await command(['run', 'short.yaml', '--report', 'junti'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean junit?');
    expect(existsSync(join(cwd, 'results'))).toBe(false);
  });

  test('--quiet prints the verdict in one line', async () => {
    const { code, stdout, stderr } = await runQuietly(folderWithScenario(), 'results/short', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  test('ends with code 4 if a threshold fails', async () => {
    const cwd = folderWithScenario({ threshold: 'putToGet.p50 < 1ns' });
    expect((await runQuietly(cwd, 'results/short', '--quiet')).code).toBe(4);
  });
});

describe('an interrupted run', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('saves its result after %s and ends with code 130', async (signal) => {
    const cwd = folderWithScenario({ seconds: 60 });
    const ended = interrupt(cwd, async (kill) => {
      while (!existsSync(join(cwd, 'results/short/unfinished.jsonl'))) await sleep(20);
      kill(signal);
    });
    expect(await ended).toBe(130);
    expect(savedResult(join(cwd, 'results/short'))).toMatchObject({
      partial: true,
      outcome: { kind: 'interrupted', signal },
    });
  });

  test('ends with code 130 at the second signal, before anything is saved', async () => {
    const cwd = folderWithScenario({ seconds: 60 });
    const ended = interrupt(cwd, async (kill) => {
      while (!existsSync(join(cwd, 'results/short/unfinished.jsonl'))) await sleep(20);
      kill('SIGINT');
      await sleep(20);
      kill('SIGINT');
    });
    expect(await ended).toBe(130);
    expect(existsSync(join(cwd, 'results/short/result.json'))).toBe(false);
    expect(existsSync(join(cwd, 'results/short/unfinished.jsonl'))).toBe(true);
  });
});

describe('the exit code of a run', () => {
  const passed = { kind: 'passed', thresholds: [] } as const;
  const measured = { kind: 'measured', thresholds: [] } as const;
  const failed = { kind: 'failed', thresholds: [] } as const;
  const invalid = { kind: 'invalid', thresholds: [] } as const;
  test.each<[Pick<Result, 'outcome' | 'verdict'>, number]>([
    [{ outcome: { kind: 'completed' }, verdict: passed }, 0],
    [{ outcome: { kind: 'completed' }, verdict: measured }, 0],
    [{ outcome: { kind: 'completed' }, verdict: failed }, 4],
    [{ outcome: { kind: 'completed' }, verdict: invalid }, 5],
    [{ outcome: { kind: 'aborted', threshold: 'lost == 0' }, verdict: failed }, 4],
    [{ outcome: { kind: 'interrupted', signal: 'SIGINT' }, verdict: invalid }, 130],
    [{ outcome: { kind: 'failed', code: 'RUNNER_WORKER_FAILED', message: '' }, verdict: invalid }, 1],
    [{ outcome: { kind: 'failed', code: 'RUNNER_TARGET_FAILED', message: '' }, verdict: invalid }, 3],
  ])('a run with %j ends with code %i', (result, code) => {
    expect(exitCodeOf(result)).toBe(code);
  });
});

test.each([
  ['web-clickstream', 'web-clickstream'],
  ['My Stream 2', 'My-Stream-2'],
  ['../../etc', 'etc'],
  ['a/b\\c', 'a-b-c'],
  ['...', 'run'],
])('results of %j go to a folder called %s', (name, folder) => expect(folderName(name)).toBe(folder));

function interrupt(
  cwd: string,
  act: (kill: (signal: NodeJS.Signals) => void) => Promise<void>,
): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [ENTRY, 'run', 'short.yaml'], {
      cwd,
      env: plainEnvironment(),
      stdio: 'ignore',
    });
    child.on('error', fail);
    child.on('exit', (code) => done(code));
    act((signal) => child.kill(signal)).catch(fail);
  });
}
