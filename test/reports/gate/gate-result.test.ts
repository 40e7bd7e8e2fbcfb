import { describe, expect, test } from 'vitest';
import { parseCalibration, parseGateResult } from '../../../reports/gate/gate-result.ts';
import { gateJson } from '../../../reports/gate/render-json.ts';
import { calibrationOf, gateResultOf } from './example-calibration.ts';
import { around, pairsOf } from './example-pairs.ts';

const failing = gateResultOf(pairsOf(around(1.1, 0.01, 20)));

describe('a saved gate', () => {
  test('is read back unchanged and judged again with the same verdict', () => {
    expect(failing.verdict).toEqual({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
    expect(parseGateResult(JSON.stringify(failing), 'gate.json')).toEqual(failing);
  });

  test('still begins with its version and kind when it is read and written again', () => {
    const read = parseGateResult(JSON.stringify(failing), 'gate.json');
    expect(JSON.stringify(read).slice(0, 33)).toBe('{"schemaVersion":2,"kind":"gate",');
  });

  test('is rejected if its verdict was edited', () => {
    const changed = { ...failing, verdict: { kind: 'pass', reason: 'WITHIN_TOLERANCE' } };
    expect(() => parseGateResult(JSON.stringify(changed), 'gate.json')).toThrow(
      /GATE_FILE_NOT_UNDERSTOOD its verdict is pass, but its pairs lead to fail \(gate\.json\)/,
    );
  });

  test('is inconclusive after an interruption, and invalid with invalid blocks', () => {
    const some = pairsOf(around(1, 0.2, 5));
    expect(gateResultOf(some, { ending: 'interrupted' }).verdict).toEqual({
      kind: 'inconclusive',
      reason: 'INTERRUPTED',
    });
    expect(gateResultOf(some, { ending: 'blocks-invalid' }).verdict).toEqual({
      kind: 'invalid',
      reason: 'BLOCKS_INVALID',
    });
    expect(gateResultOf(some, { ending: 'out-of-time' }).verdict).toEqual({
      kind: 'inconclusive',
      reason: 'TOO_FEW_PAIRS',
    });
  });
});

test('a saved calibration is read back unchanged', () => {
  const calibration = calibrationOf(pairsOf([1, 1.01]));
  expect(parseCalibration(JSON.stringify(calibration), 'c.json')).toEqual(calibration);
});

test.each([
  ['that is cut', JSON.stringify(failing).slice(0, 500), 'GATE_FILE_NOT_UNDERSTOOD'],
  [
    'of a later version',
    JSON.stringify({ ...failing, schemaVersion: 9 }),
    'schemaVersion=9, this version reads up to 2',
  ],
  [
    'of an earlier version',
    JSON.stringify({ ...failing, schemaVersion: 1 }),
    'schemaVersion=1, which lacks delivery counts; this version reads 2 (some/gate.json). Run the gate, or its calibration, again.',
  ],
  [
    'with a tolerance of 0',
    JSON.stringify({ ...failing, rules: { ...failing.rules, toleranceRatio: 0 } }),
    'rules.toleranceRatio',
  ],
  ['that is a calibration', JSON.stringify(calibrationOf([])), 'GATE_FILE_NOT_UNDERSTOOD'],
  ['that began yesterday', JSON.stringify({ ...failing, startedAt: 'yesterday' }), 'startedAt: Invalid ISO datetime'],
  [
    'with an unknown metric',
    JSON.stringify({ ...failing, otherMetrics: [{ name: 'speed', isBetterHigher: true }] }),
    'otherMetrics.0.name: no metric is called "speed"',
  ],
  ['without its pairs, as --json prints it', gateJson(failing), 'it has no pairs'],
  ['that is a list', '[]', 'GATE_FILE_NOT_UNDERSTOOD'],
])('rejects a file %s, and names it', (_, content, message) => {
  expect(() => parseGateResult(content, 'some/gate.json')).toThrow('some/gate.json');
  expect(() => parseGateResult(content, 'some/gate.json')).toThrow(message);
});
