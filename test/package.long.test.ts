import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../errors/exit-code.ts';
import { blocksOf, commandsOf, missingWord, page } from './document-blocks.ts';
import { type Ended, emptyFolder, plainEnvironment, program } from './runners/commands/cli-command.ts';

/** The package as somebody gets it: packed, installed into an empty folder, and used from there as plain JavaScript. */

const SCENARIO = `name: two-seconds
target: { kind: noop, delay: 200ms }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: 2s, rate: 1000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: reader, kind: fan-out }]
thresholds: [lost == 0]
`;

const folder = emptyFolder();
// The pinned Node comes first, because the one of the machine may be too old for the package.
const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), NODE_ENV: '' };

beforeAll(async () => {
  const packed = await program('npm', ['pack', '--pack-destination', folder], { env });
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball';
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=dev'];
  const installed = await program('npm', ['install', ...flags, join(folder, tarball)], { cwd: folder, env });
  expect(installed.code, installed.stderr).toBe(0);
});

function streamgauge(...args: readonly string[]): Promise<Ended> {
  return program(join(folder, 'node_modules/.bin/streamgauge'), args, { cwd: folder, env });
}

function evaluate(code: string): Promise<Ended> {
  return program('node', ['--input-type=module', '--eval', code], { cwd: folder, env });
}

describe('the installed package', () => {
  test('contains built code and its data, and neither sources nor tests', () => {
    const root = join(folder, 'node_modules/streamgauge');
    const entries = readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(entries).toEqual(expect.arrayContaining(['LICENSE', 'package.json', 'workloads/scenario.schema.json']));
    expect(entries.filter((name) => /(?<!\.d)\.ts$|^test|\.test\./.test(name))).toEqual([]);
  });

  test('lists the ready-made scenarios', async () => {
    const { code, stdout } = await streamgauge('list');
    expect(code).toBe(0);
    expect(stdout).toContain('web-clickstream');
  });

  test('runs a scenario and writes its result', async () => {
    writeFileSync(join(folder, 'two-seconds.yaml'), SCENARIO);
    const resultFile = join(folder, 'results/two-seconds/result.json');
    const { code, stdout, stderr } = await streamgauge('run', 'two-seconds.yaml');
    // On a busy machine the run is INVALID. This test only checks that it ran and lost nothing.
    expect([ExitCode.passed, ExitCode.invalid], stdout + stderr).toContain(code);
    expect(stdout).toContain('results/two-seconds/result.json');
    const result: unknown = JSON.parse(readFileSync(resultFile, 'utf8'));
    expect(result).toMatchObject({
      outcome: { kind: 'completed' },
      summary: { ledger: { sent: 2000, received: 2000, lost: 0, failed: 0, dropped: 0, unacknowledged: 0 } },
    });
  });

  test('makes a page of the result, with everything in it', async () => {
    const { code, stderr } = await streamgauge(
      'report',
      'results/two-seconds',
      '--format',
      'html',
      '--out',
      'page.html',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).toContain('var uPlot=');
    expect(page).toContain('class ReportPage');
    expect(page).toContain('Permission is hereby granted');
    expect(page).not.toMatch(/^(?:import|export)\b/m);
  });

  test('writes a scenario that points at the schema of the package', async () => {
    expect((await streamgauge('init')).code).toBe(0);
    expect(readFileSync(join(folder, 'scenario.yaml'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/node_modules\/streamgauge\/workloads\/scenario\.schema\.json\n/,
    );
  });

  test('can be imported as a library, whole and as each of its engines', async () => {
    for (const name of ['streamgauge/engine', 'streamgauge/engine/threads', 'streamgauge']) {
      const ended = await evaluate(`import * as face from '${name}'; console.log(Object.keys(face).length > 0)`);
      expect(ended, name).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
    }
  });

  test('runs the target of the guide, which passes the tests of streamgauge/testing', async () => {
    for (const { directive, text } of blocksOf(page('docs/guide/write-a-target.md'))) {
      if (directive.file !== undefined) writeFileSync(join(folder, directive.file), text);
    }
    const ran = await streamgauge('run', 'files.yaml');
    expect([ExitCode.passed, ExitCode.invalid], ran.stdout + ran.stderr).toContain(ran.code);
    const result: unknown = JSON.parse(readFileSync(join(folder, 'results/files/result.json'), 'utf8'));
    expect(result).toMatchObject({
      outcome: { kind: 'completed' },
      target: { title: 'module file-target.ts', residenceStart: 'hand-over' },
      summary: { ledger: { sent: 1000, received: 1000, lost: 0, reordered: 0 } },
    });
    const tested = await program('node', ['--test', 'file-target.test.mjs'], { cwd: folder, env });
    expect(tested.code, tested.stdout + tested.stderr).toBe(0);
    expect(tested.stdout).toMatch(/pass 6$/mu);
    expect(tested.stdout).toMatch(/skipped 0$/mu);
  });

  test('contains types for every export', () => {
    const manifest: { exports: Record<string, string | { types: string; default: string }> } = JSON.parse(
      readFileSync(join(folder, 'node_modules/streamgauge/package.json'), 'utf8'),
    );
    for (const entry of Object.values(manifest.exports)) {
      const paths = typeof entry === 'string' ? [entry] : [entry.types, entry.default];
      for (const path of paths)
        expect(readFileSync(join(folder, 'node_modules/streamgauge', path)).length > 0).toBe(true);
    }
  });
});

describe('the README', () => {
  const README = blocksOf(page('README.md'));
  const [install, run, gate, serve, ...others] = commandsOf(
    README.find(({ text }) => text.includes('npm install --save-dev'))?.text ?? '',
  ).map(({ command }) => command);

  test('installs the package by its name, and then runs three commands', () => {
    expect(install).toBe('npm install --save-dev streamgauge');
    expect(others).toEqual([]);
  });

  test('shows the output of its run, as the guide does', async () => {
    const { code, stdout, stderr } = await npx(run);
    expect([ExitCode.passed, ExitCode.invalid], stdout + stderr).toContain(code);
    if (code !== ExitCode.passed) return;
    const shown = README.find(({ text }) => text.startsWith('web-clickstream'))?.text ?? '';
    const guide = blocksOf(page('docs/guide/run.md')).find(({ text }) => text.startsWith('$ streamgauge run'))?.text;
    expect(missingWord(shown, stdout), stdout).toBeUndefined();
    expect(missingWord(commandsOf(guide ?? '')[0]?.output ?? '', stdout), stdout).toBeUndefined();
  });

  test('has a gate that starts', async () => {
    const { code, stdout, stderr } = await npx(`${gate} --block 250ms --max-duration 50s`);
    expect([ExitCode.passed, ExitCode.threshold, ExitCode.invalid, ExitCode.inconclusive], stdout + stderr).toContain(
      code,
    );
  });

  test('has an endpoint that starts', async () => {
    const child = spawn('bash', ['-c', `exec ${bin(serve)} --port 0`], { cwd: folder, env: plainEnvironment(env) });
    try {
      const [line] = await once(child.stdout, 'data');
      expect(String(line)).toContain('streamgauge serves Kinesis on http://127.0.0.1:');
    } finally {
      child.kill();
    }
  });

  function npx(line: string | undefined): Promise<Ended> {
    return program('bash', ['-c', bin(line)], { cwd: folder, env });
  }

  function bin(line = ''): string {
    return line.replace(/^npx streamgauge/, join(folder, 'node_modules/.bin/streamgauge'));
  }
});
