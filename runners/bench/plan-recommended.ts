import type { VerifiedRun } from '../../reports/plan/plan.ts';
import { findShards, hotKeyAllowance } from '../plan/find-shards.ts';
import { hotKeysOf } from '../plan/hot-keys.ts';
import { conditionsOfScenario, loadOfScenario } from '../plan/input/load-of-scenario.ts';
import { judgeSlo, type Slo, sloOf } from '../plan/slo.ts';
import { comparePrediction } from '../plan/verify/compare-prediction.ts';
import { runnableScenario } from '../plan/verify/runnable-scenario.ts';
import { runScenario } from '../run/run.ts';
import { simulate } from '../simulation/simulate.ts';
import { accuracyScenarios, type EngineScenario } from './accuracy-scenarios.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

const SHARDS_MAX = 128;

/** Recommends a shard count for each scenario, and runs it and one fewer on the engine: the first must hold the SLO, the other fail it. */
export const planRecommended: Benchmark = {
  name: 'plan-recommended',
  title: 'recommended shard counts and one fewer, run on the engine, 12 scenarios of 20 to 40 s',
  onlyByName: true,
  run: async () => {
    const rows: BenchmarkRow[] = [];
    let right = 0;
    const scenarios = accuracyScenarios();
    for (const scenario of scenarios) {
      const { shards, runs } = await recommendAndRun(scenario);
      const [recommended, fewer] = runs.map(({ isSloHeld }) => isSloHeld.measured);
      const isRight = recommended === true && fewer === false;
      if (isRight) right += 1;
      const note = `${verdictText(recommended)}, one fewer ${verdictText(fewer)}: ${isRight ? 'right' : 'WRONG'}`;
      process.stderr.write(`  ${scenario.name}: ${shards} shards ${note}\n`);
      rows.push({ name: scenario.name, unit: 'shards', median: shards, min: shards, max: shards, note });
    }
    const row = { name: 'plan-recommended', unit: 'right', median: right, min: right, max: right };
    return [...rows, { ...row, note: `of ${scenarios.length}` }];
  },
};

/** @returns NaN shards and no runs if no shard count holds the SLO. */
async function recommendAndRun(scenario: EngineScenario): Promise<{ shards: number; runs: VerifiedRun[] }> {
  const load = loadOfScenario(scenario);
  const slo = sloOf({ given: [], scenario: scenario.thresholds, consumers: scenario.consumers });
  const conditions = conditionsOfScenario(scenario);
  const { end } = findShards(load, hotKeysOf(load, hotKeyAllowance(slo)), {
    slo,
    maxShards: SHARDS_MAX,
    simulate: (simulated, shards) => simulate(simulated, shards, conditions),
  });
  if (end.kind !== 'found') return { shards: Number.NaN, runs: [] };
  const runs: VerifiedRun[] = [];
  for (const shards of [end.shards, end.shards - 1]) {
    if (shards > 0) runs.push(await runWith(scenario, shards, slo));
  }
  return { shards: end.shards, runs };
}

async function runWith(scenario: EngineScenario, shards: number, slo: Slo): Promise<VerifiedRun> {
  const { consumers } = loadOfScenario(scenario);
  const runnable = runnableScenario(scenario, { shards, seed: scenario.seed, slo, consumers });
  const predicted = simulate(loadOfScenario(runnable), shards, conditionsOfScenario(runnable));
  const measured = await runScenario(runnable, { ceiling: 'skip' });
  return comparePrediction(predicted, judgeSlo(slo, predicted).isHeld, measured);
}

const verdictText = (isHeld: boolean | null | undefined): string =>
  isHeld === true ? 'holds' : isHeld === false ? 'fails' : 'proves nothing';
