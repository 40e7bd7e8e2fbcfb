import {
  HISTORY_SCHEMA_VERSION,
  type HistoryResult,
  type Located,
} from '../../../reports/gate-history/history-line.ts';

/** A result of a day, at noon. */
export function exampleLine(day: number, metrics: Readonly<Record<string, number>>, more: Partial<HistoryResult> = {}) {
  const line: HistoryResult = {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    kind: 'result',
    startedAt: new Date(Date.UTC(2026, 0, 1 + day, 12)).toISOString(),
    commit: (day + 0x1000000).toString(16).padEnd(40, '0'),
    scenario: 'checkout',
    scenarioHash: 'hash-of-scenario',
    loadHash: 'hash-of-load',
    seed: 1,
    machine: {
      cpuModel: 'Example CPU',
      cores: 4,
      memoryBytes: 16 * 2 ** 30,
      kernel: 'Linux 6.1',
      nodeVersion: '24.21.0',
    },
    toolVersion: '0.1.0',
    validity: 'valid',
    metrics,
  };
  return { ...line, ...more };
}

export function located(lines: readonly HistoryResult[]): Located<HistoryResult>[] {
  return lines.map((line, index) => ({ line, where: `history.jsonl:${index + 1}` }));
}
