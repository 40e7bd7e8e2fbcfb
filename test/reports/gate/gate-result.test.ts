import { describe, expect, test } from 'vitest';
import { parseCalibration, parseGateResult } from '../../../reports/gate/gate-result.ts';
import { gateJson } from '../../../reports/gate/render-json.ts';
import { calibrationOf, gateResultOf } from './example-calibration.ts';
import { around, pairsOf } from './example-pairs.ts';

const failing = gateResultOf(pairsOf(around(1.1, 0.01, 20)));

describe('a saved gate', () => {
  test('is read as it was written, and judged again with the same words', () => {
    expect(failing.verdict).toEqual({ kind: 'fail', reason: 'WORSE_CONFIRMED' });
    expect(parseGateResult(JSON.stringify(failing), 'gate.json')).toEqual(failing);
  });

  test('that was read and is written again still says first what it is', () => {
    const read = parseGateResult(JSON.stringify(failing), 'gate.json');
    expect(JSON.stringify(read).slice(0, 33)).toBe('{"schemaVersion":2,"kind":"gate",');
  });

  test('whose verdict was changed by hand is refused', () => {
    const changed = { ...failing, verdict: { kind: 'pass', reason: 'WITHIN_TOLERANCE' } };
    expect(() => parseGateResult(JSON.stringify(changed), 'gate.json')).toThrow(
      /GATE_FILE_NOT_UNDERSTOOD its verdict is pass, and its pairs give fail \(gate\.json\)/,
    );
  });

  test('that was interrupted is inconclusive, and one with invalid blocks invalid', () => {
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

test('a saved calibration is read as it was written', () => {
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
    'schemaVersion=1, which has no delivery counts; this version reads 2 (some/gate.json). Run the gate, or its calibration, again.',
  ],
  [
    'with a tolerance of 0',
    JSON.stringify({ ...failing, rules: { ...failing.rules, toleranceRatio: 0 } }),
    'rules.toleranceRatio',
  ],
  ['that is a calibration', JSON.stringify(calibrationOf([])), 'GATE_FILE_NOT_UNDERSTOOD'],
  ['that began yesterday', JSON.stringify({ ...failing, startedAt: 'yesterday' }), 'startedAt: Invalid ISO datetime'],
  [
    'about a metric that is none',
    JSON.stringify({ ...failing, otherMetrics: [{ name: 'speed', isBetterHigher: true }] }),
    'otherMetrics.0.name: no metric is called "speed"',
  ],
  ['without its pairs, as --json prints it', gateJson(failing), 'it has no pairs'],
  ['that is a list', '[]', 'GATE_FILE_NOT_UNDERSTOOD'],
])('a file %s is refused, saying where', (_, content, said) => {
  expect(() => parseGateResult(content, 'some/gate.json')).toThrow('some/gate.json');
  expect(() => parseGateResult(content, 'some/gate.json')).toThrow(said);
});
