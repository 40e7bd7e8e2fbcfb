import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseGateResult } from '../../reports/gate/gate-result.ts';
import { command, type Ended, emptyFolder, whenMachineIsQuiet } from '../runners/commands/cli-command.ts';
import { type FailingProxy, failingProxy } from './failing-proxy.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

const SCENARIO = {
  name: 'tiny',
  target: { kind: 'kinesis', stream: 's', create: { shards: 1 }, protocol: 'http1', put: 'record' },
  workloads: [
    {
      name: 'w',
      phases: [{ name: 'steady', duration: '1s', rate: '200/s' }],
      keys: { uniform: true, count: 50 },
      payload: { size: '10B' },
      producers: { inFlight: 64, retry: { attempts: 2, base: '5ms', cap: '10ms' } },
    },
  ],
  consumers: [{ name: 'c', kind: 'polling', intervalMs: 200 }],
};
const GATE_TIMEOUT_MS = 300_000;
const ATTEMPTS_MAX = 3;

/** A busy machine makes blocks invalid, and enough invalid blocks make the gate invalid. Then it is retried. */
async function gate(cwd: string, ...args: readonly string[]): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const ended = await command(['gate', 'tiny.json', '--block', '500ms', ...args], { cwd });
    if (attempt === ATTEMPTS_MAX || !ended.stdout.includes('Free the machine')) return ended;
  }
}

function folderWith(scenario: object): string {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'tiny.json'), JSON.stringify(scenario));
  return cwd;
}

function gateResultIn(cwd: string) {
  const file = join(cwd, 'results/gate/tiny/gate.json');
  return parseGateResult(readFileSync(file, 'utf8'), file);
}

const words = (text: string) => text.replace(/\s+/g, ' ');

describe('a gate between endpoints', () => {
  let service: ServeProcess;
  let healthy: string;
  let rejecting: FailingProxy;
  let broken: FailingProxy;

  beforeAll(async () => {
    service = await startServe();
    healthy = service.url;
    const { port } = new URL(healthy);
    rejecting = await failingProxy(Number(port), (key) => hashOf(key) % 10 === 0);
    broken = await failingProxy(Number(port), () => true);
  });

  afterAll(async () => {
    rejecting.close();
    broken.close();
    await service.stop();
  });

  test('fails a candidate that rejects a tenth of all keys permanently', { timeout: GATE_TIMEOUT_MS }, async () => {
    const cwd = folderWith(SCENARIO);
    const files = ['--markdown', 'gate.md', '--junit', 'gate.xml'];
    const sides = ['--baseline', healthy, '--candidate', rejecting.endpoint];
    const { code, stdout, stderr } = await gate(cwd, ...sides, ...files);
    expect(code, stderr).toBe(4);
    const result = gateResultIn(cwd);
    expect(result.verdict).toEqual({ kind: 'fail', reason: 'DELIVERY_WORSE' });
    expect(result.pairs).toHaveLength(10);
    for (const { baseline, candidate } of result.pairs) {
      expect(baseline.undeliveredRecords).toBe(0);
      expect(candidate.undeliveredRecords).toBeGreaterThan(0);
      expect(candidate.undeliveredCause).toBe('InternalFailure');
    }
    expect(words(stdout)).toMatch(
      /FAIL The candidate left [\d,]+ of 1,000 records \(\d+(\.\d+)?%, mostly InternalFailure\) undelivered in 10 pairs, the baseline none of 1,000 records\./,
    );
    expect(stdout).toMatch(/^ {2}undelivered +0 +\d+(\.\d+)?% +worse in 10$/m);
    expect(stderr).toMatch(/ {2}undelivered 0 \/ \d+ of 100$/m);
    expect(readFileSync(join(cwd, 'gate.md'), 'utf8')).toMatch(/^\| undelivered +\| +0 \| +\d+(\.\d+)?% \|/m);
    expect(readFileSync(join(cwd, 'gate.xml'), 'utf8')).toMatch(/name="candidateUndelivered" value="\d+ of 1000"/);
  });

  test('fails a candidate that fails every record after two pairs', { timeout: GATE_TIMEOUT_MS }, async () => {
    const cwd = folderWith(SCENARIO);
    const { code, stdout, stderr } = await gate(cwd, '--baseline', healthy, '--candidate', broken.endpoint);
    expect(code, stderr).toBe(4);
    expect(gateResultIn(cwd)).toMatchObject({ verdict: { kind: 'fail', reason: 'CANDIDATE_FAILS' } });
    expect(gateResultIn(cwd).invalidBlocks.filter(({ side }) => side === 'candidate')).toEqual([]);
    expect(gateResultIn(cwd).pairs).toHaveLength(2);
    expect(words(stdout)).toContain(
      'FAIL The candidate left 200 of 200 records (100%, mostly InternalFailure) undelivered in 2 pairs, the baseline none of 200 records.',
    );
    expect(stdout).toMatch(/putToGet\.p90 .* no value$/m);
  });

  test('is invalid and names the baseline if the baseline fails every record', {
    timeout: GATE_TIMEOUT_MS,
  }, async () => {
    const cwd = folderWith(SCENARIO);
    const { code, stdout, stderr } = await gate(cwd, '--baseline', broken.endpoint, '--candidate', healthy);
    expect(code, stderr).toBe(5);
    expect(gateResultIn(cwd).verdict).toEqual({ kind: 'invalid', reason: 'BASELINE_FAILS' });
    expect(words(stdout)).toContain(`INVALID The baseline (${broken.endpoint}) left 200 of 200 records (100%, mostly`);
    expect(stdout).not.toContain('Stop other programs');
  });

  test('rejects a calibration on a side that fails every record', { timeout: GATE_TIMEOUT_MS }, async () => {
    const cwd = folderWith(SCENARIO);
    const args = ['calibrate', 'tiny.json', '--block', '500ms', '--baseline', broken.endpoint];
    const { code, stderr } = await command(['gate', ...args], { cwd });
    expect(stderr).toContain('RUNNER_GATE_INVALID the side left 400 of 400 records (100%, mostly InternalFailure)');
    expect(code).toBe(5);
  });
});

describe('a gate of equal sides that leave records undelivered', () => {
  const scenario = {
    ...SCENARIO,
    target: { kind: 'engine', shards: 2, latency: 'enhanced-fan-out' },
    faults: [{ kind: 'error', code: 'InternalFailure', rate: '20%' }],
    workloads: [
      {
        ...SCENARIO.workloads[0],
        producers: {
          inFlight: 64,
          retry: { attempts: 1, base: '5ms', cap: '10ms' },
          batch: { records: 1, bytes: '1MB', lingerMs: 0 },
        },
      },
    ],
    consumers: [{ name: 'c', kind: 'fan-out' }],
  };
  const engine = '{ kind: engine, shards: 2, latency: enhanced-fan-out }';

  test('does not fail, and reports the undelivered records', { timeout: GATE_TIMEOUT_MS }, async () => {
    const cwd = folderWith(scenario);
    const args = ['--baseline', engine, '--candidate', engine, '--max-pairs', '20', '--tolerance', '50%'];
    const { code, stdout } = await gate(cwd, ...args);
    expect(code, stdout).not.toBe(4);
    const { pairs } = gateResultIn(cwd);
    expect(
      pairs.every(({ baseline, candidate }) => baseline.undeliveredRecords + candidate.undeliveredRecords > 0),
    ).toBe(true);
    expect(stdout).toMatch(/^ {2}undelivered +\d+(\.\d+)?% +\d+(\.\d+)?% +no difference$/m);
  });

  test('is reported by gate calibrate', { timeout: GATE_TIMEOUT_MS }, async () => {
    const cwd = folderWith(scenario);
    const { code, stdout, stderr } = await command(
      ['gate', 'calibrate', 'tiny.json', '--block', '500ms', '--max-pairs', '3'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(words(stdout)).toMatch(
      /The side left [\d,]+ of 600 records \(\d+(\.\d+)?%, mostly failed\) undelivered, in 6 of 6 blocks\./,
    );
  });
});

describe('a run in which every record fails, against its history', () => {
  const faults = [{ kind: 'error', code: 'InternalFailure', rate: '100%' }];
  const scenario = { ...SCENARIO, target: { kind: 'engine', shards: 2, latency: 'enhanced-fan-out' }, faults };

  test('fails at once, also as the first result, and is not a point of the series', {
    timeout: GATE_TIMEOUT_MS,
  }, async () => {
    const cwd = folderWith({ ...scenario, consumers: [{ name: 'c', kind: 'fan-out' }] });
    const run = () => command(['run', 'tiny.json', '--out', 'r', '--quiet', '--force'], { cwd });
    const ended = await whenMachineIsQuiet(run, join(cwd, 'r/result.json'));
    expect(ended.code, ended.stderr).toBe(0);
    const { code, stdout, stderr } = await command(['history', 'check', 'r', '--history', 'history'], { cwd });
    expect(code, stderr).toBe(4);
    expect(words(stdout)).toContain('FAILED The result has 200 records undelivered (100%); usually all are delivered.');
    expect(stdout).toContain(', 0 results');
    expect(stdout).toContain('Added to history/history.jsonl');
  });
});

function hashOf(key: string): number {
  let hash = 0;
  for (const character of key) hash = (31 * hash + character.charCodeAt(0)) % 65_536;
  return hash;
}
