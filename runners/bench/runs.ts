import type { Result } from '../../reports/result/result.ts';
import { mergedHistogram, selectCells } from '../../reports/summary/cells.ts';
import type { Phase, Scenario } from '../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../workloads/targets/engine.ts';
import type { NoopTargetSpec } from '../../workloads/targets/noop.ts';
import { CEILING_SCENARIO, measureNow } from '../run/ceiling.ts';
import { runScenario } from '../run/run.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';

const REPEATS = 5;
const NOOP: NoopTargetSpec = { kind: 'noop', shards: 4, delay: { kind: 'none' }, stalls: [] };
const ENGINE: EngineTargetSpec = {
  kind: 'engine',
  shards: 4,
  limits: 'none',
  latency: 'none',
  memoryBytes: 256 * 2 ** 20,
  maxRecordBytes: 2 ** 20,
  // Lossless, so that a consumer that falls behind slows the producer down and the ledger stays exact.
  whenFull: 'refuse',
};

/**
 *   producer thread: schedule -> key -> stamp -> noop -> record -> receive -> record -> ledger
 *
 * Both sides of the harness on one thread, as fast as they go.
 */
export const noopRun: Benchmark = {
  name: 'noop-run',
  title: 'a run on the noop target: scheduled, stamped, recorded and received, per generator thread',
  run: async () => [rowOf('noop-run', 'records/s', await repeated(REPEATS, () => measureNow(CEILING_SCENARIO)))],
};

/**
 *   producer thread -> 4 shards in shared memory -> consumer thread,   10,000 Zipf keys, 100 B, batches of 500
 *
 * More is offered than can be made, so the time until every record is acknowledged and received gives the rate.
 */
export const engineRun: Benchmark = {
  name: 'engine-run',
  title: 'a run on the engine, everything on: one producer and one consumer thread, 4 shards, 10,000 Zipf keys, 100 B',
  run: async () => {
    const phases = [constantPhase('all', 0, 1e9, 15e6)];
    const values = await repeated(REPEATS, async () => {
      const result = await runScenario(scenarioOf('engine-run', ENGINE, phases), { ceiling: 'skip' });
      checkLedger(result, 15e6);
      return result.summary.ledger.sent / ((result.series.at(-1)?.endNs ?? 0) / 1e9);
    });
    return [rowOf('engine-run', 'records/s', values)];
  },
};

/** Lateness of the producer at 100,000 records a second. Below 50 us the kernel's timer is the limit. */
export const scheduleLag: Benchmark = {
  name: 'schedule-lag',
  title: 'schedule lag on the noop target at 100,000 records/s, p99',
  run: async () => {
    const phases = [
      { ...constantPhase('warm-up', 0, 1e9, 1e5), recorded: false },
      constantPhase('steady', 1e9, 4e9, 1e5),
    ];
    const medians: number[] = [];
    const p99s = await repeated(REPEATS, async () => {
      const result = await runScenario(scenarioOf('schedule-lag', NOOP, phases), { ceiling: 'skip' });
      checkLedger(result, 5e5);
      const lag = mergedHistogram(selectCells(result.cells, result.scenario), 'scheduleLag');
      medians.push(lag.percentileNs(50) / 1e3);
      return lag.percentileNs(99) / 1e3;
    });
    return [rowOf('schedule-lag', 'us at p99', p99s), rowOf('schedule-lag-p50', 'us at p50', medians)];
  },
};

function checkLedger({ summary, outcome }: Result, records: number): void {
  const { sent, received, lost, duplicated, reordered } = summary.ledger;
  holds(outcome.kind === 'completed', `the run ended ${outcome.kind}`);
  holds(sent === records && received === records, `sent ${sent}, received ${received} of ${records}`);
  holds(lost + duplicated + reordered === 0, `lost ${lost}, duplicated ${duplicated}, reordered ${reordered}`);
}

function scenarioOf(name: string, target: Scenario['target'], phases: readonly Phase[]): Scenario {
  const workload = { ...CEILING_SCENARIO.workloads[0]!, name, phases };
  return { ...CEILING_SCENARIO, name, target, workloads: [workload] };
}

function constantPhase(name: string, startNs: number, durationNs: number, perSecond: number): Phase {
  return { name, startNs, durationNs, fromPerSecond: perSecond, toPerSecond: perSecond, recorded: true };
}
