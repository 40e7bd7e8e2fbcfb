import type { HistoryResult } from '../../reports/gate-history/history-line.ts';
import { HISTORY_GATE_DEFAULTS, judgeHistory } from '../../reports/gate-history/judge-history.ts';
import { normalQuantile } from '../../reports/statistics/distributions.ts';
import { RandomStream } from '../../workloads/random.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';

const HISTORIES = 300;
const RESULTS = 60;
/** Results before a step, and how long it is waited for after it. */
const BEFORE = 40;
const WAITED = 15;
const STEPS = [1.05, 1.07, 1.1, 1.2];
/** Between results of one build on one machine: a median hardly varies, a tail does. */
const NOISE = { 'putToGet.p50': 0.02, 'putToGet.p99': 0.15, 'achieved.rate': 0.0001 } as const;
const OPTIONS = { ...HISTORY_GATE_DEFAULTS, metrics: Object.keys(NOISE) };

/**
 * The history gate on made-up histories, asked after every result as CI does: how often it fails where nothing changed, and how
 * many results after a step of put-to-get's median it fails.
 */
export const gateHistory: Benchmark = {
  name: 'gate-history',
  title: `the history gate on ${HISTORIES} histories of ${RESULTS} results`,
  run: async () => {
    const started = performance.now();
    const alarms = Array.from({ length: HISTORIES }, (_, seed) =>
      firstFailure(
        historyOf(seed, () => 1, RESULTS),
        1,
      ),
    );
    const failed = alarms.filter((at) => at !== undefined).length;
    // 2.6 % of series of one metric have a change point at p = 0.001 in the long run; here a verdict is asked 60 times.
    holds(failed <= 0.1 * HISTORIES, `${failed} of ${HISTORIES} unchanged histories failed`);
    const millis = (performance.now() - started) / (HISTORIES * RESULTS);
    return [
      rowOf('unchanged histories that fail once in 60 results', '%', [(100 * failed) / HISTORIES]),
      ...STEPS.map(delayRow),
      rowOf('one verdict', 'ms', [millis]),
    ];
  },
};

function delayRow(step: number): BenchmarkRow {
  const delays = Array.from({ length: HISTORIES }, (_, index) => {
    const history = historyOf(1e6 + index, (at) => (at < BEFORE ? 1 : step), BEFORE + WAITED);
    return firstFailure(history, BEFORE + 1);
  });
  const seen = delays.flatMap((at) => (at === undefined ? [] : [at - BEFORE]));
  const row = rowOf(`results after a step of ${Math.round(100 * (step - 1))} %`, 'results', seen);
  const missed = delays.length - seen.length;
  return missed === 0 ? row : { ...row, note: `${missed} of ${delays.length} not within ${WAITED}` };
}

/** @returns how many results there were when it failed first. */
function firstFailure(results: readonly HistoryResult[], from: number): number | undefined {
  for (let count = from; count <= results.length; count++) {
    const series = {
      results: results.slice(0, count),
      outages: [],
      accepts: [],
      resetAt: undefined,
      skipped: [],
      notes: [],
    };
    if (judgeHistory(series, OPTIONS).kind === 'failed') return count;
  }
  return undefined;
}

function historyOf(seed: number, factorAt: (index: number) => number, count: number): HistoryResult[] {
  const random = new RandomStream(seed, 'gate-history');
  const noise = (ratio: number) => 1 + ratio * normalQuantile(Math.max(1e-15, random.uniform()));
  return Array.from({ length: count }, (_, index) => ({
    schemaVersion: 1,
    kind: 'result',
    startedAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
    scenario: 'made-up',
    scenarioHash: '',
    loadHash: '',
    seed,
    machine: { cpuModel: '', cores: 2, memoryBytes: 0, kernel: '', nodeVersion: '' },
    toolVersion: '',
    validity: 'valid',
    metrics: {
      'putToGet.p50': 9e6 * factorAt(index) * noise(NOISE['putToGet.p50']),
      'putToGet.p99': 24e6 * noise(NOISE['putToGet.p99']),
      'achieved.rate': 500 * noise(NOISE['achieved.rate']),
    },
  }));
}
