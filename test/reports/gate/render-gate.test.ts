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
  test('reports for a FAIL by how much, in which pairs, and the rate of false alarms', () => {
    const text = renderGate(failing, plain);
    expect(text).toMatch(/^FAIL {2}putToGet\.p50 is 10% worse \(.*\) on the candidate, shown by 10 pairs/m);
    expect(text).toContain('by design in at most 0.13% of comparisons');
    expect(text).toContain('Not measured on this machine');
  });

  test('reports for a PASS the worsening that is ruled out', () => {
    expect(renderGateLine(passing, plain)).toMatch(/^PASS {2}putToGet\.p50 is not worse by 5% on the candidate: /);
  });

  test('is never cut when it is rendered as one line', () => {
    const lines = renderGateLine(noisy, { colours: false, width: 40 });
    expect(lines).toMatch(/^INCONCLUSIVE {2}30 pairs cannot show if putToGet\.p50 is worse by 5%: .*\.$/);
  });

  test('has no empty table without a pair', () => {
    expect(renderGate(gateResultOf([], { ending: 'interrupted' }), plain)).not.toContain('95% interval');
  });

  test('reports for INCONCLUSIVE which worsening it could find, and how many pairs it needs', () => {
    const text = renderGate(noisy, plain).replace(/\s+/g, ' ');
    expect(text).toMatch(/INCONCLUSIVE 30 pairs cannot show/);
    expect(text).toMatch(/find a worsening of \d+(\.\d+)?% in 90% of gates/);
    expect(text).toMatch(/needs about [\d,]+ pairs, or \d+ minutes: pass --max-duration \d+m/);
  });

  test('reports how many simulated gates failed equal sides, if there is a calibration', () => {
    const simulated = { failed: 1, runs: 1000, recordedPairs: 96, boundRatio: 0.0047 };
    const result = gateResultOf(passing.pairs, { falseAlarms: { designRatio: 0.00125, simulated } });
    const text = renderGate(result, plain).replace(/\s+/g, ' ');
    expect(text).toContain('1 of 1,000 simulated gates');
    expect(text).toContain('0.47%');
  });

  test.each([
    ['failing', failing],
    ['passing', passing],
    ['noisy', noisy],
    ['empty', gateResultOf([], { ending: 'interrupted' })],
    ['with one wild pair', gateResultOf(pairsOf([...around(1, 0.01, 9), 9]), { ending: 'out-of-time' })],
    ['of values that are all equal', gateResultOf(pairsOf(new Array(10).fill(1)))],
  ])('(%s) stays within 80 and within 60 columns', (_, result) => {
    for (const width of [80, 60]) {
      const lines = renderGate(result, { colours: false, width }).split('\n');
      for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(width);
    }
  });

  test('draws one dot for each pair if they fit', () => {
    const text = renderGate(failing, plain);
    expect(text.match(/•/g)).toHaveLength(20);
    expect(text).toContain('tolerance 5%');
  });

  test('drops control characters from the names of sides', () => {
    const result = gateResultOf(passing.pairs, { sides: { baseline: 'a\u001b[2Jb', candidate: 'c' } });
    expect(renderGate(result, plain)).not.toContain('\u001b');
  });
});

test('JSON has the findings instead of the pairs', () => {
  const json = JSON.parse(gateJson(failing));
  expect(json.verdict).toEqual({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
  expect(json.findings.confirmation.medianRatio).toBeCloseTo(0.1, 2);
  expect(json.pairs).toBeUndefined();
  expect(json.counts).toEqual({ pairs: 20, discardedPairs: 0 });
});

test('Markdown has the verdict as its heading and escapes texts from outside', () => {
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
])('JUnit shows FAIL as a failure, and a gate without a verdict as an error', async (result, counts) => {
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
