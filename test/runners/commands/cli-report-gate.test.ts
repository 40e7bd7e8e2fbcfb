import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { GateResult } from '../../../reports/gate/gate-result.ts';
import { renderGate } from '../../../reports/gate/render-gate.ts';
import { gateJson } from '../../../reports/gate/render-json.ts';
import { renderGateMarkdown } from '../../../reports/gate/render-markdown.ts';
import { writeResult } from '../../../reports/result/result-file.ts';
import { writeCalibration, writeGateResult } from '../../../runners/gate/gate-files.ts';
import { exampleResult } from '../../reports/example-result.ts';
import { calibrationOf, gateResultOf } from '../../reports/gate/example-calibration.ts';
import { around, normals, pairsOf } from '../../reports/gate/example-pairs.ts';
import { commandInProcess as command, emptyFolder } from './cli-command.ts';

const JUNIT_SCHEMA = readFileSync(join(import.meta.dirname, '../../reports/export/junit.xsd'), 'utf8');
const folder = emptyFolder();
const report = (...args: readonly string[]) => command(['report', ...args], { cwd: folder });
const normal = normals(3);
const noise = pairsOf(Array.from({ length: 40 }, () => Math.exp(0.02 * normal())));

const gates: Readonly<Record<string, GateResult>> = {
  fail: gateResultOf(pairsOf(around(1.1, 0.01, 20))),
  pass: gateResultOf(pairsOf(around(1, 0.01, 10))),
  inconclusive: gateResultOf(pairsOf(around(1.01, 0.3, 30)), { ending: 'out-of-time' }),
  invalid: gateResultOf(pairsOf(around(1, 0.2, 5)), { ending: 'blocks-invalid' }),
  interrupted: gateResultOf([], { ending: 'interrupted' }),
};

beforeAll(async () => {
  for (const [name, result] of Object.entries(gates)) await writeGateResult(join(folder, name), result);
  await writeCalibration(join(folder, 'fail'), calibrationOf(noise));
  await writeCalibration(join(folder, 'calibrated'), calibrationOf(noise));
  await writeResult(join(folder, 'run'), exampleResult({ thresholds: ['lost == 0'] }));
});

describe('report of a gate', () => {
  test('prints what the gate printed, from its folder, its file, and a copy by another name', async () => {
    const { code, stdout, stderr } = await report('fail');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const style = { colours: false, width: 80 };
    expect(stdout).toBe(`${renderGate(gates.fail!, { ...style, resultPath: 'fail/gate.json' })}\n`);
    expect((await report('fail/gate.json')).stdout).toBe(stdout);
    writeFileSync(join(folder, 'monday.json'), readFileSync(join(folder, 'fail/gate.json')));
    expect((await report('monday.json')).stdout).toBe(stdout.replace('fail/gate.json', 'monday.json'));
    writeFileSync(join(folder, 'formatted.json'), JSON.stringify(gates.fail, undefined, 2));
    expect((await report('formatted.json', '--format', 'markdown')).stdout).toBe(renderGateMarkdown(gates.fail!));
  });

  test('as markdown, JUnit and JSON is what gate writes', async () => {
    expect((await report('fail', '--format', 'markdown')).stdout).toBe(renderGateMarkdown(gates.fail!));
    expect((await report('fail', '--json')).stdout).toBe(gateJson(gates.fail!));
    const xml = (await report('fail', '--format', 'junit')).stdout;
    expect((await validateXML({ xml, schema: JUNIT_SCHEMA })).errors).toEqual([]);
    expect(xml).toContain('<testsuite name="streamgauge.gate.orders"');
    expect(xml).toContain('failures="1"');
  });

  test('--judge ends with the code of the verdict, of several with the worst', async () => {
    const names = ['pass', 'fail', 'invalid', 'inconclusive', 'interrupted'];
    const codes = await Promise.all(names.map(async (name) => (await report(name, '--judge')).code));
    expect(codes).toEqual([0, 4, 5, 6, 6]);
    expect((await report('pass', 'inconclusive', 'fail', '--judge')).code).toBe(4);
  });

  test('several gates come one after the other; JUnit tells them apart by their folders', async () => {
    const { stdout } = await report('pass', 'fail');
    expect(stdout).toBe(`${(await report('pass')).stdout}\n${(await report('fail')).stdout}`);
    const xml = (await report('pass', 'fail', '--format', 'junit')).stdout;
    expect(xml).toContain('<testsuite name="streamgauge.gate.pass"');
    expect(xml).toContain('<testsuite name="streamgauge.gate.fail"');
    expect(JSON.parse((await report('pass', 'fail', '--json')).stdout)).toMatchObject([
      { verdict: { kind: 'pass' } },
      { verdict: { kind: 'fail' } },
    ]);
  });

  test('goes into a folder, and never over a result', async () => {
    const { stdout } = await report('fail', '--format', 'markdown,junit,terminal,json', '--out', 'fail');
    expect(stdout).toBe(
      ['report.md', 'report.junit.xml', 'report.txt', 'report.json'].map((file) => `Wrote fail/${file}\n`).join(''),
    );
    const over = await report('fail', '--format', 'json', '--out', 'elsewhere/gate.json');
    expect(over.code).toBe(2);
    expect(over.stderr).toMatch(/^RUNNER_FILE_EXISTS elsewhere\/gate\.json is where a result or a gate lies/);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('in a folder that has a result too is asked for by its file', async () => {
    const both = join(folder, 'both');
    await writeResult(both, exampleResult({ thresholds: ['lost == 0'] }));
    await writeGateResult(both, gates.fail!);
    expect((await report('both')).stdout).toMatch(/^clickstream/);
    expect((await report('both/gate.json')).stdout).toMatch(/^orders, putToGet\.p50\n/);
  });
});

describe('report of a calibration', () => {
  test('prints what gate calibrate printed, for people and for programs', async () => {
    const { code, stdout } = await report('calibrated');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders: what a gate can tell here\n/);
    expect(stdout).toContain('finds in 10 min');
    expect(stdout).toContain('Calibration  calibrated/gate-calibration.json\n');
    const json: unknown = JSON.parse((await report('fail/gate-calibration.json', '--json')).stdout);
    expect(json).toMatchObject({
      kind: 'gate-calibration',
      pairCount: 40,
      noises: [{ metric: { name: 'putToGet.p50' } }],
    });
  });
});

describe('refused with code 2, one line, and what to do:', () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      'a page of a gate',
      ['fail', '--format', 'html'],
      /^RUNNER_USAGE a gate has no report as html\. It has terminal, markdown, junit, json\.$/,
    ],
    ['CSV among others', ['fail', '--format', 'junit,csv', '--out', 'x'], /^RUNNER_USAGE a gate has no report as csv/],
    [
      'JUnit of a calibration',
      ['calibrated', '--format', 'junit'],
      /^RUNNER_USAGE a calibration has no report as junit\. It has terminal, json\.$/,
    ],
    ['other thresholds', ['fail', '--threshold', 'lost == 0'], /^RUNNER_USAGE a report of a gate takes no --threshold/],
    ['rows of CSV', ['fail', '--csv-by', 'shard'], /^RUNNER_USAGE a report of a gate takes no --csv-by/],
    [
      'the verdict of a calibration',
      ['calibrated', '--judge'],
      /^RUNNER_USAGE a report of a calibration takes no --judge/,
    ],
    [
      'a result and a gate',
      ['run', 'fail'],
      /^RUNNER_USAGE run\/result\.json is a result and fail\/gate\.json a gate\. Make a report of each kind/,
    ],
    [
      'a gate and a calibration',
      ['pass', 'calibrated'],
      /^RUNNER_USAGE pass\/gate\.json is a gate and .* a calibration\./,
    ],
    [
      'a gate that is not there',
      ['nowhere/gate.json'],
      /^RESULT_NOT_FOUND there is no result \(nowhere\/gate\.json\)\./,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await report(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  type Saved = ReturnType<typeof JSON.parse>;
  test.each<[string, (gate: Saved) => Saved, RegExp]>([
    [
      'a newer version',
      (gate) => ({ ...gate, schemaVersion: 9 }),
      /schemaVersion=9, this version reads up to 2 .*\. Update/,
    ],
    [
      'a changed verdict',
      (gate) => ({ ...gate, verdict: { kind: 'pass', reason: 'WITHIN_TOLERANCE' } }),
      /its verdict is pass, and its pairs give fail/,
    ],
    ['a time that is none', (gate) => ({ ...gate, startedAt: 'yesterday' }), /startedAt: /],
    [
      'a metric that is none',
      (gate) => ({ ...gate, rules: { ...gate.rules, metric: { ...gate.rules.metric, name: 'speed' } } }),
      /rules\.metric\.name: .*speed/,
    ],
    [
      'no pairs, as --json prints it',
      (gate) => JSON.parse(gateJson(gate)),
      /it has no pairs .*\. Pass the file that the gate wrote/,
    ],
  ])('a gate with %s', async (name, damage, message) => {
    const file = `${name.replaceAll(/\W/gu, '-')}.json`;
    writeFileSync(join(folder, file), JSON.stringify(damage(structuredClone(gates.fail))));
    const { code, stdout, stderr } = await report(file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD /);
    expect(stderr).toContain(` (${file}). `);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('half a gate, and what is none under its name', async () => {
    mkdirSync(join(folder, 'half'));
    const whole = readFileSync(join(folder, 'fail/gate.json'), 'utf8');
    writeFileSync(join(folder, 'half/gate.json'), whole.slice(0, whole.length / 2));
    expect((await report('half')).stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD .* \(half\/gate\.json\)\. /);
    writeFileSync(join(folder, 'half/gate.json'), 'hello');
    expect((await report('half')).stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD .* \(half\/gate\.json\)\. /);
    mkdirSync(join(folder, 'odd/gate.json'), { recursive: true });
    const { code, stderr } = await report('odd');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^GATE_FILE_NOT_READABLE EISDIR.* \(odd\/gate\.json\)\. Give a gate's --out folder/);
  });
});
