import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { calibrationFindings } from '../../../reports/gate/calibration.ts';
import { renderCalibration } from '../../../reports/gate/render-calibration.ts';
import { renderGate, renderGateLine } from '../../../reports/gate/render-gate.ts';
import { gateJson } from '../../../reports/gate/render-json.ts';
import { renderGateJunit } from '../../../reports/gate/render-junit.ts';
import { renderGateMarkdown } from '../../../reports/gate/render-markdown.ts';
import { calibrationOf, gateResultOf } from './example-calibration.ts';
import { around, normals, pairsOf } from './example-pairs.ts';

const JUNIT_SCHEMA = readFileSync(join(import.meta.dirname, '../export/junit.xsd'), 'utf8');
const plain = { colours: false, width: 80 };
const failing = gateResultOf(pairsOf(around(1.1, 0.01, 20)));
const passing = gateResultOf(pairsOf(around(1, 0.01, 10)));
const noisy = gateResultOf(pairsOf(around(1.01, 0.3, 30)), { ending: 'out-of-time' });

describe('a rendered gate', () => {
  test('that failed says by how much, by which pairs, and how often it is wrong', () => {
    const text = renderGate(failing, plain);
    expect(text).toMatch(/^FAIL {2}putToGet\.p50 is 10% worse \(.*\) on the candidate, shown by 10 pairs/m);
    expect(text).toContain('by its rules at most 0.13% of comparisons');
    expect(text).toContain('Not checked on this machine');
  });

  test('that passed says what is excluded', () => {
    expect(renderGateLine(passing, plain)).toMatch(/^PASS {2}putToGet\.p50 is not worse by 5% on the candidate: /);
  });

  test('in one line is whole, however long it is', () => {
    const lines = renderGateLine(noisy, { colours: false, width: 40 });
    expect(lines).toMatch(/^INCONCLUSIVE {2}30 pairs cannot tell whether putToGet\.p50 is worse by 5%: .*\.$/);
  });

  test('without a pair has no empty table', () => {
    expect(renderGate(gateResultOf([], { ending: 'interrupted' }), plain)).not.toContain('95% interval');
  });

  test('that is inconclusive says what it could have found, and what it would take', () => {
    const text = renderGate(noisy, plain).replace(/\s+/g, ' ');
    expect(text).toMatch(/INCONCLUSIVE 30 pairs cannot tell/);
    expect(text).toMatch(/find a worsening of \d+(\.\d+)?% nine times in ten/);
    expect(text).toMatch(/takes about [\d,]+ pairs, \d+ minutes: say --max-duration \d+m/);
  });

  test('with a calibration says how many of the simulated ones misfired', () => {
    const simulated = { failed: 1, runs: 1000, recordedPairs: 96, boundRatio: 0.0047 };
    const result = gateResultOf(passing.pairs, { falseAlarms: { designRatio: 0.00125, simulated } });
    const text = renderGate(result, plain).replace(/\s+/g, ' ');
    expect(text).toContain('1 of 1,000 simulated ones');
    expect(text).toContain('0.47%');
  });

  test.each([
    ['failing', failing],
    ['passing', passing],
    ['noisy', noisy],
    ['empty', gateResultOf([], { ending: 'interrupted' })],
    ['with one wild pair', gateResultOf(pairsOf([...around(1, 0.01, 9), 9]), { ending: 'out-of-time' })],
    ['of values that are all equal', gateResultOf(pairsOf(new Array(10).fill(1)))],
  ])('(%s) keeps to 80 columns, and to 60', (_, result) => {
    for (const width of [80, 60]) {
      const lines = renderGate(result, { colours: false, width }).split('\n');
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });

  test('draws as many dots as there are pairs, where they fit', () => {
    const text = renderGate(failing, plain);
    expect(text.match(/•/g)).toHaveLength(20);
    expect(text).toContain('tolerance 5%');
  });

  test('names of sides cannot move the cursor', () => {
    const result = gateResultOf(passing.pairs, { sides: { baseline: 'a\u001b[2Jb', candidate: 'c' } });
    expect(renderGate(result, plain)).not.toContain('\u001b');
  });
});

test('JSON has the findings, and not every pair', () => {
  const json = JSON.parse(gateJson(failing));
  expect(json.verdict).toEqual({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
  expect(json.findings.confirmation.medianRatio).toBeCloseTo(0.1, 2);
  expect(json.pairs).toBeUndefined();
  expect(json.counts).toEqual({ pairs: 20, discardedPairs: 0 });
});

test('Markdown has the verdict as its heading and escapes what comes from outside', () => {
  const text = renderGateMarkdown(gateResultOf(failing.pairs, { sides: { baseline: 'a`|b', candidate: '<img>' } }));
  expect(text).toMatch(/^## Gate orders: FAIL\n/);
  expect(text).toContain('| putToGet.p50 |');
  expect(text).not.toContain('a`|b');
  expect(text).toContain('`<img>`');
});

test.each([
  [passing, 'failures="0" errors="0"'],
  [failing, 'failures="1" errors="0"'],
  [noisy, 'failures="0" errors="1"'],
])('JUnit takes FAIL for a failure, and what is no verdict for an error', async (result, counts) => {
  const xml = renderGateJunit([{ name: 'orders', result }]);
  expect((await validateXML({ xml, schema: JUNIT_SCHEMA })).errors).toEqual([]);
  expect(xml).toContain(counts);
  expect(xml).toContain('name="putToGet.p50"');
});

test('a calibration shows noise and gates within 80 columns', () => {
  const normal = normals(3);
  const calibration = calibrationOf(pairsOf(Array.from({ length: 40 }, () => Math.exp(0.02 * normal()))));
  const text = renderCalibration(calibration, calibrationFindings(calibration, 600e9), {
    ...plain,
    resultPath: 'x.json',
  });
  expect(text).toContain('finds in 10 min');
  expect(text).toMatch(/one run each\s+\d+%/);
  for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
});
