import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCalibration, parseGateResult } from '../../../reports/gate/gate-result.ts';
import { gateScenario } from '../../../runners/gate/gate-scenario.ts';
import { readEnvironment } from '../../../runners/run/environment.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import { calibrationOf } from '../../reports/gate/example-calibration.ts';
import { normals, pairsOf } from '../../reports/gate/example-pairs.ts';
import { command, ENTRY, type Ended, emptyFolder, plainEnvironment } from './cli-command.ts';

/**
 * A slow target, so that blocks are valid on a busy machine: a producer may be late by a tenth of the median latency.
 */
const noop = (ms: number) => `{ kind: noop, delay: { lognormal: { p50: ${ms}ms, p99: ${1.5 * ms}ms } } }`;

const SCENARIO = {
  name: 'tiny',
  target: { kind: 'noop', delay: { lognormal: { p50: '200ms', p99: '300ms' } } },
  workloads: [
    {
      name: 'w',
      phases: [
        { name: 'warm-up', duration: '50ms', rate: '400/s', recorded: false },
        { name: 'steady', duration: '1s', rate: '400/s' },
      ],
      keys: { uniform: true, count: 10 },
      payload: { size: '10B' },
      producers: { batch: { records: 1, bytes: '1MB', lingerMs: 0 }, inFlight: 1024 },
    },
  ],
  consumers: [{ name: 'c', kind: 'fan-out' }],
};

function folderWithScenario(): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(SCENARIO));
  return folder;
}

const ATTEMPTS_MAX = 3;
/** Enough for 21 pairs of blocks, some of which are invalid on a busy machine. */
const GATE_TIMEOUT_MS = 400_000;

/** Runs a gate, and repeats it if it is invalid, because a busy machine makes blocks invalid. */
async function gate(cwd: string, ...args: readonly string[]): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const ended = await command(['gate', ...args, '--block', '250ms'], { cwd });
    if (ended.code !== 5 || attempt === ATTEMPTS_MAX) return ended;
  }
}

const resultIn = (folder: string) => {
  const file = join(folder, 'results/gate/tiny/gate.json');
  return parseGateResult(readFileSync(file, 'utf8'), file);
};

describe('a gate', () => {
  test('fails a target that is 20 % slower, after confirming it, and reports it in every format', {
    timeout: GATE_TIMEOUT_MS,
  }, async () => {
    const cwd = folderWithScenario();
    const files = ['--markdown', 'gate.md', '--junit', 'gate.xml'];
    const { code, stdout, stderr } = await gate(
      cwd,
      'tiny.json',
      '--baseline',
      noop(200),
      '--candidate',
      noop(240),
      ...files,
    );
    expect(code, stderr).toBe(4);
    expect(stdout).toMatch(/^FAIL {2}putToGet\.p50 is \d+(\.\d+)?% worse/m);
    expect(stdout).toContain('results/gate/tiny/gate.json');
    expect(stderr).toContain('No calibration that fits');
    expect(stderr).toContain('an alarm, confirming');
    const result = resultIn(cwd);
    expect(result.pairs).toHaveLength(20);
    expect(result.verdict).toEqual({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
    expect(new Set(result.pairs.map(({ seed }) => seed)).size).toBe(20);
    expect(readFileSync(join(cwd, 'gate.md'), 'utf8')).toMatch(/^## Gate tiny: FAIL/);
    expect(readFileSync(join(cwd, 'gate.xml'), 'utf8')).toContain('failures="1"');
    const again = (...format: readonly string[]) => command(['report', 'results/gate/tiny', ...format], { cwd });
    expect((await again()).stdout).toBe(stdout);
    expect((await again('--format', 'markdown')).stdout).toBe(readFileSync(join(cwd, 'gate.md'), 'utf8'));
    expect((await again('--format', 'junit')).stdout).toBe(readFileSync(join(cwd, 'gate.xml'), 'utf8'));
  });

  test('passes an equal target at its first look, and prints only the result with --json', {
    timeout: GATE_TIMEOUT_MS,
  }, async () => {
    const cwd = folderWithScenario();
    const { code, stdout } = await gate(cwd, 'tiny.json', '--baseline', noop(200), '--candidate', noop(200), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { kind: 'pass' }, counts: { pairs: 10, discardedPairs: 1 } });
  });

  test('ends with code 3 and names the side if an endpoint does not start', async () => {
    const { code, stderr } = await gate(
      folderWithScenario(),
      'tiny.json',
      '--baseline',
      noop(200),
      '--candidate',
      'cmd:echo no database; exit 1',
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/RUNNER_TARGET_FAILED .*no database.*cmd:echo no database; exit 1/);
  });
});

describe('a gate of commands that is interrupted', () => {
  test('saves its pairs, ends with code 130, and leaves no process', async () => {
    const cwd = folderWithScenario();
    const serve = `cmd:echo $$ >> pids; exec ${JSON.stringify(process.execPath)} ${ENTRY} serve --port {port}`;
    const code = await new Promise<number | null>((done, fail) => {
      const args = [ENTRY, 'gate', 'tiny.json', '--baseline', serve, '--candidate', serve, '--block', '250ms'];
      const child = spawn(process.execPath, args, {
        cwd,
        env: plainEnvironment(),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('warm-up pair') || text.includes('repeated')) child.kill('SIGINT');
      });
      child.on('error', fail);
      child.on('exit', done);
    });
    expect(code).toBe(130);
    expect(resultIn(cwd)).toMatchObject({
      ending: 'interrupted',
      verdict: { kind: 'inconclusive', reason: 'INTERRUPTED' },
    });
    const pids = readFileSync(join(cwd, 'pids'), 'utf8').trim().split('\n').map(Number);
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('gate calibrate', () => {
  test('records pairs of equal sides, and reports which changes a gate can find', async () => {
    const cwd = folderWithScenario();
    const { code, stdout, stderr } = await gate(cwd, 'calibrate', 'tiny.json', '--max-pairs', '3');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('block noise');
    expect(stdout).toContain('Too few pairs to simulate gates');
    const file = join(cwd, 'results/gate/tiny/gate-calibration.json');
    const calibration = parseCalibration(readFileSync(file, 'utf8'), file);
    expect(calibration.pairs).toHaveLength(3);
    expect(calibration.metrics[0]).toEqual({ name: 'putToGet.p50', isBetterHigher: false });
    expect((await command(['report', 'results/gate/tiny'], { cwd })).stdout).toBe(stdout);
  });

  test('makes a gate reject a tolerance that is too small for the noise, unless it is forced', {
    timeout: GATE_TIMEOUT_MS,
  }, async () => {
    const cwd = folderWithScenario();
    const normal = normals(1);
    const noisy = calibrationOf(pairsOf(Array.from({ length: 60 }, () => Math.exp(0.3 * normal()))));
    const calibration = {
      ...noisy,
      environment: await readEnvironment(),
      scenario: gateScenario(resolveScenario(SCENARIO)),
      sideKind: 'noop',
      blockNs: 250e6,
    };
    const out = join(cwd, 'results/gate/tiny');
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'gate-calibration.json'), JSON.stringify(calibration));
    const { code, stderr } = await gate(cwd, 'tiny.json', '--baseline', noop(200), '--candidate', noop(200));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /RUNNER_GATE_TOO_TIGHT .* with a tolerance of 5% .* would fail .* and find .* of worsenings of 5% /,
    );
    expect(existsSync(join(out, 'gate.json'))).toBe(false);
    const forced = await gate(cwd, 'tiny.json', '--baseline', noop(200), '--candidate', noop(200), '--force', '--json');
    expect(forced.code).toBe(0);
    expect(JSON.parse(forced.stdout).falseAlarms.simulated).toMatchObject({ runs: 1000, recordedPairs: 56 });
  });
});

describe('the command gate', () => {
  const sides = ['--baseline', noop(200), '--candidate', noop(240)];
  test.each([
    ['no scenario', [], 'RUNNER_USAGE gate needs a scenario'],
    ['one side', ['tiny.json', '--baseline', noop(1)], 'RUNNER_USAGE gate needs --candidate'],
    ['an unknown metric', ['tiny.json', ...sides, '--metric', 'putToGet.p51'], 'METRIC_UNKNOWN'],
    ['a count', ['tiny.json', ...sides, '--metric', 'lost'], 'RUNNER_USAGE lost is 0 in a good run'],
    [
      'two metrics',
      ['tiny.json', ...sides, '--metric', 'putToGet.p50', '--metric', 'putToGet.p99'],
      'RUNNER_USAGE gate accepts one --metric, got 2',
    ],
    [
      'a percentile of too few records',
      ['tiny.json', ...sides, '--metric', 'putToGet.p99.9'],
      'RUNNER_GATE_TOO_SHORT putToGet.p99.9 needs 100,000 records',
    ],
    [
      'too little time',
      ['tiny.json', ...sides, '--max-duration', '5s'],
      'RUNNER_GATE_TOO_SHORT --max-duration 5.00s allows',
    ],
    ['a tolerance above 100 %', ['tiny.json', ...sides, '--tolerance', '500%'], 'below 100%, got "500%"'],
    ['a tolerance without %', ['tiny.json', ...sides, '--tolerance', '5'], 'below 100%, got "5". Write 5%'],
    ['a floor above the tolerance', ['tiny.json', ...sides, '--floor', '8%'], 'RUNNER_USAGE --floor must not be above'],
    ['an unknown kind of side', ['tiny.json', '--baseline', 'here', '--candidate', 'there'], 'RUNNER_GATE_SIDE "here"'],
    ['an option of another command', ['tiny.json', ...sides, '--accept'], 'RUNNER_USAGE gate has no option --accept'],
    ['a calibration without a scenario', ['calibrate'], 'RUNNER_USAGE gate calibrate needs a scenario'],
    ['a misspelt option', ['tiny.json', ...sides, '--tolerence', '5%'], 'Did you mean --tolerance?'],
  ])('rejects %s with code 2', async (_, args, message) => {
    const { code, stderr } = await gate(folderWithScenario(), ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });
});
