import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { command, ENTRY, emptyFolder, plainEnvironment } from './cli-command.ts';

function folderWithScenario(seconds: number, { rate = 300 } = {}): string {
  const folder = emptyFolder();
  const scenario = `name: short
seed: 3
target: { kind: noop, delay: 200ms }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: ${seconds}s, rate: ${rate}/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: reader, kind: fan-out }]
thresholds: ['lost == 0']
`;
  writeFileSync(join(folder, 'short.yaml'), scenario);
  return folder;
}

const KEPT = /^result-\d{8}T\d{6}Z(?:-\d+)?\.json$/;

/** Starts a run in the background. */
function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [ENTRY, 'run', 'short.yaml', '--no-live', ...args], {
    cwd,
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) =>
    child.on('close', (code) => done({ code, stdout, stderr })),
  );
  return { child, ended };
}

/** Waits until the file has at least `min` seconds, and returns their number. */
async function secondsIn(file: string, min: number): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const seconds = existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 2 : 0;
    if (seconds >= min) return seconds;
    await sleep(50);
  }
  throw new Error(`${file} never had ${min} seconds`);
}

describe('a run that is killed', () => {
  test('leaves every finished second on disk, and report reads them as a partial result', async () => {
    const cwd = folderWithScenario(60);
    const { child, ended } = start(cwd, ['--out', 'out']);
    const file = join(cwd, 'out', 'unfinished.jsonl');
    await secondsIn(file, 3);
    child.kill('SIGKILL');
    await ended;
    const seconds = await secondsIn(file, 3);
    const { code, stdout, stderr } = await command(['report', 'out'], { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`stopped at ${seconds}.00s`);
    expect(stdout).toMatch(/^INVALID /m);
    expect(stdout).toContain('PARTIAL  Not finished: its process died, or is still running.');
    expect((await command(['report', 'out', '--judge'], { cwd })).code).toBe(5);
    const cut = await command(['cut', 'out', '--from', '1s', '--out', 'cut', '--quiet'], { cwd });
    expect(cut).toMatchObject({ code: 130, stderr: '' });
    const compared = await command(['compare', 'out', 'out', '--force'], { cwd });
    expect(compared.code, compared.stderr).toBe(0);
    expect(existsSync(join(cwd, 'cut', 'result.json'))).toBe(true);
  });

  test('keeps the earlier result, and the next run keeps its finished seconds', async () => {
    const cwd = folderWithScenario(60);
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out', 'result.json'), '{"startedAt": "2026-01-02T03:04:05.678Z"}');
    const { child, ended } = start(cwd, ['--out', 'out']);
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      '.streamgauge.lock',
      'result-20260102T030405Z.json',
      'unfinished.jsonl',
    ]);
    const next = start(cwd, ['--out', 'out']);
    while (!readdirSync(join(cwd, 'out')).some((name) => name.startsWith('unfinished-'))) await sleep(20);
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    next.child.kill('SIGINT');
    expect((await next.ended).code).toBe(130);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'result-20260102T030405Z.json',
      'result.json',
      expect.stringMatching(/^unfinished-\d{8}T\d{6}Z\.jsonl$/),
    ]);
  });
});

describe('a folder with a result', () => {
  test('keeps it next to the result of the next run, and a line reports its new name', async () => {
    const cwd = folderWithScenario(1);
    const first = await command(['run', 'short.yaml'], { cwd });
    expect(first.stderr).not.toContain('Kept');
    const before = readFileSync(join(cwd, 'results/short/result.json'), 'utf8');
    const second = await command(['run', 'short.yaml'], { cwd });
    expect([0, 5]).toContain(second.code);
    const [kept, current, ...others] = readdirSync(join(cwd, 'results/short')).sort();
    expect([kept, current, others]).toEqual([expect.stringMatching(KEPT), 'result.json', []]);
    expect(second.stderr).toContain(`Kept the earlier result as results/short/${kept}\n`);
    expect(readFileSync(join(cwd, 'results/short', kept!), 'utf8')).toBe(before);
  });

  test('has only the new result after --force', async () => {
    const cwd = folderWithScenario(1);
    await command(['run', 'short.yaml', '--out', 'out'], { cwd });
    const before = readFileSync(join(cwd, 'out/result.json'), 'utf8');
    const { stderr } = await command(['run', 'short.yaml', '--out', 'out', '--force'], { cwd });
    expect(stderr).not.toContain('Kept');
    expect(readdirSync(join(cwd, 'out'))).toEqual(['result.json']);
    expect(readFileSync(join(cwd, 'out/result.json'), 'utf8')).not.toBe(before);
  });

  test('keeps it when the next run is interrupted', async () => {
    const cwd = folderWithScenario(60);
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out', 'result.json'), '{"startedAt": "2026-01-02T03:04:05.678Z"}');
    const { child, ended } = start(cwd, ['--out', 'out']);
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['result-20260102T030405Z.json', 'result.json']);
    expect(JSON.parse(readFileSync(join(cwd, 'out/result.json'), 'utf8'))).toMatchObject({ partial: true });
  });

  test('keeps its result if the next run never starts', async () => {
    const cwd = folderWithScenario(1);
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out', 'result.json'), 'good');
    const file = join(cwd, 'short.yaml');
    const kinesis = '{ kind: kinesis, stream: s, endpoint: "http://127.0.0.1:1", region: us-east-1 }';
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^target: .*$/m, `target: ${kinesis}`));
    const { code } = await command(['run', 'short.yaml', '--out', 'out'], {
      cwd,
      env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    });
    expect(code).toBe(3);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['result.json']);
  });

  test('is rejected by a second run at the same time', async () => {
    const cwd = folderWithScenario(60);
    const { child, ended } = start(cwd, ['--out', 'out']);
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    const second = await command(['run', 'short.yaml', '--out', 'out'], { cwd });
    child.kill('SIGINT');
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toContain(
      `RUNNER_FOLDER_IN_USE cannot write a result: process ${child.pid} uses the folder (out).`,
    );
    expect((await ended).code).toBe(130);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['result.json']);
  });
});

describe('a run on a failing disk', () => {
  const mounted: string[] = [];
  afterAll(() => {
    for (const folder of mounted) spawnSync('umount', [folder]);
  });

  /** Mounts a small file system. @returns undefined if the test may not mount. */
  function smallDisk(cwd: string, kilobytes: number): string | undefined {
    const folder = join(cwd, 'small');
    mkdirSync(folder);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]);
    if (status !== 0) return undefined;
    mounted.push(folder);
    return folder;
  }

  /** Writes a file until the disk is full. */
  function fill(path: string): void {
    const file = openSync(path, 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(file);
    }
  }

  test('prints the numbers, saves the result elsewhere, and reports a full disk', async (context) => {
    const cwd = folderWithScenario(5, { rate: 3000 });
    const disk = smallDisk(cwd, 20);
    if (disk === undefined) return context.skip('mount needs root');
    const temporary = join(cwd, 'tmp');
    mkdirSync(temporary);
    const { code, stdout, stderr } = await command(['run', 'short.yaml', '--out', 'small/out', '--no-live'], {
      cwd,
      env: { TMPDIR: temporary },
    });
    const folder = readdirSync(temporary).find((name) => name.startsWith('streamgauge-'));
    const saved = join(temporary, folder!, 'result.json');
    expect(stdout).toContain('put-to-get');
    expect(stdout).toContain(`Result  ${temporary}`);
    expect(stderr).toMatch(
      /Cannot write small\/out\/unfinished.jsonl: ENOSPC[^\n]*The run continues, and its seconds wait in memory\.\n/,
    );
    expect(stderr).toMatch(
      /RESULT_NOT_WRITABLE ENOSPC: no space left on device[^\n]* \(small\/out\)\. The result was saved as /,
    );
    expect([2, 5]).toContain(code);
    const report = await command(['report', saved, '--format', 'json'], { cwd });
    expect(JSON.parse(report.stdout)).toMatchObject({ outcome: { kind: 'completed' } });
    expect(readdirSync(join(disk, 'out'))).toEqual([]);
  });

  test('writes the seconds that waited once there is room again', async (context) => {
    const cwd = folderWithScenario(6);
    const disk = smallDisk(cwd, 512);
    if (disk === undefined) return context.skip('mount needs root');
    const { child, ended } = start(cwd, ['--out', 'small/out']);
    const file = join(disk, 'out', 'unfinished.jsonl');
    await secondsIn(file, 1);
    const filler = join(disk, 'filler');
    fill(filler);
    const full = await secondsIn(file, 1);
    await sleep(2500);
    expect(await secondsIn(file, 1)).toBeLessThanOrEqual(full + 1);
    rmSync(filler);
    await secondsIn(file, full + 3);
    const { code, stderr } = await ended;
    expect([0, 5], `${child.pid}: ${stderr}`).toContain(code);
    expect(stderr).toMatch(/ENOSPC[^\n]*its seconds wait in memory/);
    const { series, notes } = JSON.parse(readFileSync(join(disk, 'out', 'result.json'), 'utf8'));
    expect(series.length).toBeGreaterThanOrEqual(6);
    expect(series.slice(0, 6).map(({ startNs }: { startNs: number }) => startNs)).toEqual(
      [0, 1, 2, 3, 4, 5].map((second) => second * 1e9),
    );
    expect(notes).toBeUndefined();
  });

  test('keeps the finished seconds if the temporary folder is full too', async (context) => {
    const cwd = folderWithScenario(4);
    const disk = smallDisk(cwd, 64);
    if (disk === undefined) return context.skip('mount needs root');
    mkdirSync(join(disk, 'tmp'));
    const { code, stdout, stderr } = await command(['run', 'short.yaml', '--out', 'small/out', '--no-live'], {
      cwd,
      env: { TMPDIR: join(disk, 'tmp') },
    });
    expect(stdout).toContain('put-to-get');
    expect(stderr).toContain('The temporary folder did not take it either.');
    expect([2, 5]).toContain(code);
    expect(readdirSync(join(disk, 'out'))).toEqual(['unfinished.jsonl']);
    expect((await command(['report', 'small/out', '--judge'], { cwd })).code).toBe(5);
  });

  test('makes no load if the disk is full before the start', async (context) => {
    const cwd = folderWithScenario(60);
    const disk = smallDisk(cwd, 8);
    if (disk === undefined) return context.skip('mount needs root');
    const { code, stderr } = await command(['run', 'short.yaml', '--out', 'small/out'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^RESULT_NOT_WRITABLE ENOSPC[^\n]* \(small\/out\)\./);
  });

  test('creates its folder again if it is deleted during the run', async () => {
    const cwd = folderWithScenario(4);
    const { ended } = start(cwd, ['--out', 'out']);
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    rmSync(join(cwd, 'out'), { recursive: true });
    const { code, stdout } = await ended;
    expect([0, 5]).toContain(code);
    expect(stdout).toContain('put-to-get');
    const { series } = JSON.parse(readFileSync(join(cwd, 'out/result.json'), 'utf8'));
    expect(series.length).toBeGreaterThanOrEqual(4);
  });

  test('saves the result elsewhere if a file replaces its folder', async () => {
    const cwd = folderWithScenario(3);
    mkdirSync(join(cwd, 'tmp'));
    const { ended } = start(cwd, ['--out', 'out'], { TMPDIR: join(cwd, 'tmp') });
    await secondsIn(join(cwd, 'out', 'unfinished.jsonl'), 1);
    rmSync(join(cwd, 'out'), { recursive: true });
    writeFileSync(join(cwd, 'out'), 'a file');
    const { code, stdout, stderr } = await ended;
    expect([2, 5]).toContain(code);
    expect(stdout).toContain('put-to-get');
    expect(stderr).toMatch(/RESULT_NOT_WRITABLE .* \(out\)\. The result was saved as .*\/tmp\/streamgauge-short-/);
  });
});
