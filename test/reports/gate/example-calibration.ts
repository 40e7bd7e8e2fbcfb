import {
  GATE_SCHEMA_VERSION,
  type GateCalibration,
  type GateResult,
  verdictOfGate,
} from '../../../reports/gate/gate-result.ts';
import type { GatePair } from '../../../reports/gate/pairs.ts';
import { P50, RULES } from './example-pairs.ts';

const COMMON = {
  toolVersion: '0.1.0',
  startedAt: '2026-11-26T10:00:00.000Z',
  finishedAt: '2026-11-26T10:02:05.000Z',
  environment: {
    cpuModel: 'An Example',
    cores: 2,
    memoryBytes: 8e9,
    kernel: 'Linux 6.1 x64',
    nodeVersion: '24.21.0',
    packages: { streamgauge: '0.1.0' },
  },
  scenario: { name: 'orders', hash: 'abc', seed: 7 },
  blockNs: 2e9,
  invalidBlocks: [],
} as const;

export function calibrationOf(pairs: readonly GatePair[], discardPairs = 1): GateCalibration {
  return {
    schemaVersion: GATE_SCHEMA_VERSION,
    kind: 'gate-calibration',
    ...COMMON,
    side: "the scenario's own target (engine)",
    sideKind: 'engine',
    metrics: [P50],
    discardPairs,
    pairs,
  };
}

export function gateResultOf(pairs: readonly GatePair[], options: Partial<GateResult> = {}): GateResult {
  const result: Omit<GateResult, 'verdict'> = {
    schemaVersion: GATE_SCHEMA_VERSION,
    kind: 'gate',
    ...COMMON,
    sides: { baseline: 'http://127.0.0.1:4567', candidate: 'cmd:node server.js --port {port}' },
    rules: RULES,
    otherMetrics: [{ name: 'achieved.rate', isBetterHigher: true }],
    discarded: [],
    pairs,
    ending: 'decided',
    falseAlarms: { designRatio: 0.00125, simulated: null },
    ...options,
  };
  return { ...result, verdict: verdictOfGate(result) };
}
