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
  test('prints the output of the gate, from its folder, its file, and a renamed copy', async () => {
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

  test('makes the same Markdown, JUnit and JSON as gate', async () => {
    expect((await report('fail', '--format', 'markdown')).stdout).toBe(renderGateMarkdown(gates.fail!));
    expect((await report('fail', '--json')).stdout).toBe(gateJson(gates.fail!));
    const xml = (await report('fail', '--format', 'junit')).stdout;
    expect((await validateXML({ xml, schema: JUNIT_SCHEMA })).errors).toEqual([]);
    expect(xml).toContain('<testsuite name="streamgauge.gate.orders"');
    expect(xml).toContain('failures="1"');
  });

  test('--judge ends with the code of the verdict, or the worst one of several', async () => {
    const names = ['pass', 'fail', 'invalid', 'inconclusive', 'interrupted'];
    const codes = await Promise.all(names.map(async (name) => (await report(name, '--judge')).code));
    expect(codes).toEqual([0, 4, 5, 6, 6]);
    expect((await report('pass', 'inconclusive', 'fail', '--judge')).code).toBe(4);
  });

  test('prints several gates one after the other, and names them by their folders in JUnit', async () => {
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

  test('writes into a folder, and never replaces a result', async () => {
    const { stdout } = await report('fail', '--format', 'markdown,junit,terminal,json', '--out', 'fail');
    expect(stdout).toBe(
      ['report.md', 'report.junit.xml', 'report.txt', 'report.json'].map((file) => `Wrote fail/${file}\n`).join(''),
    );
    const over = await report('fail', '--format', 'json', '--out', 'elsewhere/gate.json');
    expect(over.code).toBe(2);
    expect(over.stderr).toMatch(
      /^RUNNER_FILE_EXISTS a report must not replace measurements, got elsewhere\/gate\.json\./,
    );
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  test('needs the file of the gate if its folder has a result too', async () => {
    const both = join(folder, 'both');
    await writeResult(both, exampleResult({ thresholds: ['lost == 0'] }));
    await writeGateResult(both, gates.fail!);
    expect((await report('both')).stdout).toMatch(/^clickstream/);
    expect((await report('both/gate.json')).stdout).toMatch(/^orders, putToGet\.p50\n/);
  });
});

describe('report of a calibration', () => {
  test('prints the output of gate calibrate, as text and as JSON', async () => {
    const { code, stdout } = await report('calibrated');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders: what a gate can find on this machine\n/);
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

describe('report', () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      'a page of a gate',
      ['fail', '--format', 'html'],
      /^RUNNER_USAGE a gate cannot be reported as html\. Use one of terminal, markdown, junit, json\.$/,
    ],
    [
      'CSV among others',
      ['fail', '--format', 'junit,csv', '--out', 'x'],
      /^RUNNER_USAGE a gate cannot be reported as csv/,
    ],
    [
      'JUnit of a calibration',
      ['calibrated', '--format', 'junit'],
      /^RUNNER_USAGE a calibration cannot be reported as junit\. Use one of terminal, json\.$/,
    ],
    [
      'other thresholds',
      ['fail', '--threshold', 'lost == 0'],
      /^RUNNER_USAGE --threshold has no effect on a gate\. Remove --threshold\./,
    ],
    ['rows of CSV', ['fail', '--csv-by', 'shard'], /^RUNNER_USAGE --csv-by has no effect on a gate/],
    ['the verdict of a calibration', ['calibrated', '--judge'], /^RUNNER_USAGE --judge has no effect on a calibration/],
    [
      'a result and a gate',
      ['run', 'fail'],
      /^RUNNER_USAGE report needs inputs of one kind, got the result run\/result\.json and the gate fail\/gate\.json\./,
    ],
    [
      'a gate and a calibration',
      ['pass', 'calibrated'],
      /^RUNNER_USAGE report needs inputs of one kind, got the gate pass\/gate\.json and the calibration /,
    ],
    ['a missing gate', ['nowhere/gate.json'], /^RESULT_NOT_FOUND there is no result \(nowhere\/gate\.json\)\./],
  ])('rejects %s in one line with code 2', async (_, args, message) => {
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
      /its verdict is pass, but its pairs lead to fail/,
    ],
    ['an invalid time', (gate) => ({ ...gate, startedAt: 'yesterday' }), /startedAt: /],
    [
      'an unknown metric',
      (gate) => ({ ...gate, rules: { ...gate.rules, metric: { ...gate.rules.metric, name: 'speed' } } }),
      /rules\.metric\.name: .*speed/,
    ],
    [
      'no pairs, as --json prints it',
      (gate) => JSON.parse(gateJson(gate)),
      /it has no pairs .*\. Pass the file that the gate wrote/,
    ],
  ])('rejects a gate with %s', async (name, damage, message) => {
    const file = `${name.replaceAll(/\W/gu, '-')}.json`;
    writeFileSync(join(folder, file), JSON.stringify(damage(structuredClone(gates.fail))));
    const { code, stdout, stderr } = await report(file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD /);
    expect(stderr).toContain(` (${file}). `);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('rejects a truncated gate, and a foreign file with the name of a gate', async () => {
    mkdirSync(join(folder, 'half'));
    const whole = readFileSync(join(folder, 'fail/gate.json'), 'utf8');
    writeFileSync(join(folder, 'half/gate.json'), whole.slice(0, whole.length / 2));
    expect((await report('half')).stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD .* \(half\/gate\.json\)\. /);
    writeFileSync(join(folder, 'half/gate.json'), 'hello');
    expect((await report('half')).stderr).toMatch(/^GATE_FILE_NOT_UNDERSTOOD .* \(half\/gate\.json\)\. /);
    mkdirSync(join(folder, 'odd/gate.json'), { recursive: true });
    const { code, stderr } = await report('odd');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^GATE_FILE_NOT_READABLE EISDIR.* \(odd\/gate\.json\)\. Pass the --out folder of a gate/);
  });
});
