import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command, emptyFolder } from './cli-command.ts';

/** A long delay, so that the delays of a busy machine are small in comparison. */
const NOOP = '{ kind: noop, delay: 40ms }';

describe('streamgauge calibrate', () => {
  test('writes a profile with which the engine runs and is compared', async () => {
    const cwd = emptyFolder();
    const measured = await command(['calibrate', NOOP, '--duration', '2s', '--out', 'home.json'], { cwd });
    expect(measured.code, measured.stderr).toBe(0);
    expect(measured.stdout).toContain('target: { kind: engine, profile: home.json }');
    expect(measured.stderr).toContain('latency: 200/s for 2 s');
    expect(Math.max(...measured.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(JSON.parse(readFileSync(join(cwd, 'home.json'), 'utf8'))).toMatchObject({
      version: 1,
      basis: 'measurement',
    });
    writeFileSync(
      join(cwd, 'scenario.yaml'),
      `name: twin
target: { kind: engine, profile: home.json }
workloads:
  - name: w
    phases: [{ name: p, duration: 1s, rate: 200/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: c, kind: fan-out }]
`,
    );
    const run = await command(['run', 'scenario.yaml', '--json', '--out', 'out'], { cwd });
    const { summary } = JSON.parse(run.stdout);
    expect(summary.spans.ackLatency.p50Ns).toBeGreaterThan(39e6);
    expect(summary.spans.uncorrected.p50Ns).toBeGreaterThan(39e6);
    const check = await command(
      ['calibrate', NOOP, '--check', 'home.json', '--runs', '3', '--duration', '2s', '--json'],
      { cwd },
    );
    // A busy machine disturbs runs, and a few short runs may be inconclusive.
    expect([0, 5, 6], check.stderr).toContain(check.code);
    const { verdict, kinds } = JSON.parse(check.stdout);
    expect(['equivalent', 'invalid', 'inconclusive']).toContain(verdict);
    if (verdict !== 'invalid') expect(kinds[0].distance.overMeanRatio).toBeLessThan(0.1);
  });

  test('reports a twin that differs from its target', async () => {
    const cwd = emptyFolder();
    await command(['calibrate', '{ kind: noop, delay: 20ms }', '--duration', '2s', '--quiet'], { cwd });
    const check = await command(
      ['calibrate', NOOP, '--check', 'profile.json', '--runs', '3', '--duration', '2s', '--quiet'],
      { cwd },
    );
    expect([4, 5], check.stdout).toContain(check.code);
    if (check.code === 4) expect(check.stdout).toContain('DIFFERENT');
  });

  test.each<[string, string[], string, string]>([
    ['an unknown target', ['nonsense'], 'RUNNER_USAGE', 'neither a target nor a file'],
    ['a setting that no target has', ['{ kind: noop, delai: 5ms }'], 'SCENARIO_INVALID', 'delai'],
    [
      'an endpoint for another target',
      ['noop', '--endpoint', 'http://127.0.0.1:1'],
      'RUNNER_USAGE',
      '--endpoint needs',
    ],
    ['--runs without --check', ['noop', '--runs', '5'], 'RUNNER_USAGE', '--runs needs --check'],
    [
      '--out with --check',
      ['noop', '--check', 'aws-documented', '--out', 'x.json'],
      'RUNNER_USAGE',
      '--out has no effect',
    ],
    ['a rate without a unit', ['noop', '--rate', '5'], 'RUNNER_USAGE', '--rate must be'],
    ['a profile that does not exist', ['noop', '--check', 'none.json'], 'SCENARIO_INVALID', 'none.json'],
    ['too few runs', ['noop', '--check', 'aws-documented', '--runs', '2'], 'RUNNER_USAGE', 'from 3 to 100'],
  ])('rejects %s with exit code 2', async (_, args, code, what) => {
    const cwd = emptyFolder();
    const { code: exitCode, stderr } = await command(['calibrate', ...args], { cwd });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toContain(code);
    expect(stderr).toContain(what);
    expect(existsSync(join(cwd, 'profile.json'))).toBe(false);
  });

  test('keeps an existing profile, and writes none if the target is unreachable', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'profile.json'), 'mine');
    const kept = await command(['calibrate', 'noop'], { cwd });
    expect(kept.code).toBe(2);
    expect(kept.stderr).toContain('RUNNER_FILE_EXISTS');
    expect(readFileSync(join(cwd, 'profile.json'), 'utf8')).toBe('mine');
    const gone = await command(
      ['calibrate', 'kinesis:orders', '--endpoint', 'http://127.0.0.1:9', '--out', 'new.json', '--quiet'],
      { cwd, env: { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' } },
    );
    expect(gone.code, gone.stderr).toBe(3);
    expect(existsSync(join(cwd, 'new.json'))).toBe(false);
  });
});
