import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readKnee } from '../../reports/knee/knee-file.ts';
import { command, ENTRY, emptyFolder, plainEnvironment } from '../runners/commands/cli-command.ts';

const cwd = emptyFolder();
const CAPACITY_PER_SECOND = 4000;

/** Slow enough for a busy machine, and of known capacity: one server, 250 us for each record. */
writeFileSync(
  join(cwd, 'queue.yaml'),
  `name: queue
target: { kind: noop, servers: 1, serviceTime: 250us }
workloads:
  - name: load
    phases: [{ name: steady, duration: 10s, rate: 3000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
    producers: { batch: { records: 10, lingerMs: 2 }, inFlight: 200 }
consumers: [{ name: reader, kind: fan-out }]
`,
);

const knee = (...args: readonly string[]) =>
  command(['knee', 'queue.yaml', '--trial', '2s', '--warm-up', '300ms', '--out', ...args], { cwd });

describe('knee', () => {
  test('finds the capacity of a queue, saves the trials, and never claims more', async () => {
    const options = ['--slo', 'putToGet.p99 < 500ms', '--resolution', '10%', '--confirm', '1', '--no-descent'];
    const { code, stdout, stderr } = await knee('found', ...options);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/[\d,]+\/s sustainable, [\d,]+\/s not/);
    const result = await readKnee(join(cwd, 'found'));
    const [search] = result.searches;
    expect(search!.knee.kind).toBe('found');
    expect(search!.knee.sustainablePerSecond!).toBeLessThanOrEqual(CAPACITY_PER_SECOND);
    expect(search!.knee.sustainablePerSecond!).toBeGreaterThan(0.8 * CAPACITY_PER_SECOND);
    expect(search!.knee.limit).toBe('target');
    expect(stderr).toMatch(/trial 1: explore 3,0\d0\/s; unknown so far/);
  });

  test('ends with 4 early if no rate can meet the objective', async () => {
    const text = readFileSync(join(cwd, 'queue.yaml'), 'utf8');
    writeFileSync(join(cwd, 'slow.yaml'), text.replace(/^target: .*$/mu, 'target: { kind: noop, delay: 300ms }'));
    const options = ['--slo', 'putToGet.p50 < 200ms', '--trial', '2s', '--json', '--format', 'markdown,html'];
    const { code, stdout } = await command(['knee', 'slow.yaml', '--out', 'never', ...options], { cwd });
    expect(code).toBe(4);
    const response = JSON.parse(stdout);
    expect(response.searches[0]).toMatchObject({ kind: 'never', sustainablePerSecond: null });
    expect(response.searches[0].trials.length).toBeLessThan(20);
    expect(readFileSync(join(cwd, 'never/knee.md'), 'utf8')).toContain('## Knee of `queue`');
    expect(readFileSync(join(cwd, 'never/knee.html'), 'utf8')).toContain('<!doctype html>');
  });

  test('ends at --to if every rate up to it is sustainable', async () => {
    const { code, stdout } = await knee(
      'always',
      '--slo',
      'putToGet.p99 < 500ms',
      '--from',
      '200/s',
      '--to',
      '400/s',
      '--quiet',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^above 399\/s: the highest rate tried\n$/);
  });

  test('ends with 6 and the bounds found so far when its time is over', async () => {
    const { code, stdout } = await knee('short', '--slo', 'putToGet.p99 < 500ms', '--max-duration', '4s');
    expect(code).toBe(6);
    expect(stdout).toContain('The search ran out of time.');
    expect((await readKnee(join(cwd, 'short'))).ending).toBe('out-of-time');
  });

  test('saves each trial, and ends with 130 after an interruption', async () => {
    const child = spawn(
      process.execPath,
      [ENTRY, 'knee', 'queue.yaml', '--trial', '2s', '--slo', 'putToGet.p99 < 500ms', '--out', 'cut'],
      {
        cwd,
        env: plainEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let isAsked = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!isAsked && text.includes('trial 2')) {
        isAsked = true;
        child.kill('SIGINT');
      }
    });
    const code = await new Promise((done) => child.on('close', done));
    expect(code).toBe(130);
    const result = await readKnee(join(cwd, 'cut'));
    expect(result.ending).toBe('interrupted');
    expect(result.searches[0]!.trials.length).toBeGreaterThanOrEqual(1);
  });

  test('ends with 3 if the target fails, and keeps the trials made so far', async () => {
    const text = readFileSync(join(cwd, 'queue.yaml'), 'utf8').replace(
      /^target: .*$/mu,
      'target: { kind: kinesis, stream: s, endpoint: "http://127.0.0.1:9", region: us-east-1 }',
    );
    writeFileSync(join(cwd, 'down.yaml'), text);
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const { code, stdout } = await command(['knee', 'down.yaml', '--slo', 'putToGet.p99 < 500ms', '--out', 'down'], {
      cwd,
      env,
    });
    expect(code).toBe(3);
    expect(stdout).toContain('The target failed:');
    expect((await readKnee(join(cwd, 'down'))).ending).toBe('target-failed');
  });
});
