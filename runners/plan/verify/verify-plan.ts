import { join } from 'node:path';
import { formatDuration } from '../../../reports/format/numbers.ts';
import type { Plan, Verification, VerifiedRun } from '../../../reports/plan/plan.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import { scheduleEndNs } from '../../../workloads/schedule.ts';
import type { Load } from '../../simulation/load.ts';
import { simulate } from '../../simulation/simulate.ts';
import { conditionsOfScenario, loadOfScenario } from '../input/load-of-scenario.ts';
import { judgeSlo, type Slo } from '../slo.ts';
import { comparePrediction } from './compare-prediction.ts';
import { type MinuteScenarios, minuteScenarios } from './minute-scenario.ts';
import { runnableScenario } from './runnable-scenario.ts';

const ATTEMPTS_MAX = 3;

export interface VerifyContext {
  /** The planned load, headroom included. */
  readonly load: Load;
  readonly slo: Slo;
  readonly seed: number;
  /** Undefined for loads that no scenario describes: their busiest minute is replayed. */
  readonly scenario?: Scenario | undefined;
  /** Folder for the results. Undefined: results are not saved. */
  readonly outDir?: string | undefined;
  readonly onProgress: (text: string) => void;
}

/**
 * Runs the recommended number of shards, and one fewer, on the engine with the limits of AWS, and compares the prediction of exactly that run
 * with the measurement. The engine has one latency for all consumers, so the prediction is repeated with the same one.
 */
export async function verifyPlan(plan: Plan, context: VerifyContext): Promise<Verification> {
  const { recommended, counts } = plan;
  const shards = recommended.shards ?? recommended.onlyHotKeySuffersFrom ?? counts.at(-1)?.shards ?? 1;
  const tried = [shards, shards - 1].filter((count) => count >= 1);
  const minute = context.scenario === undefined ? await minuteScenarios(context.load, tried, context.seed) : undefined;
  try {
    const runs: VerifiedRun[] = [];
    for (const count of tried) runs.push(await verifyValid(scenarioFor(count, context, minute), count, context));
    return { isHeld: runs.every(isHeld), runs };
  } finally {
    minute?.close();
  }
}

function scenarioFor(
  shards: number,
  { scenario, slo, seed, load }: VerifyContext,
  minute: MinuteScenarios | undefined,
): Scenario {
  const base = scenario ?? minute?.scenario;
  if (base === undefined) throw new Error('verify: neither a scenario nor a minute of the load');
  return runnableScenario(base, { shards, seed, slo, consumers: load.consumers });
}

/** Repeats a run that calls itself invalid: other programs may have kept the machine busy. */
async function verifyValid(scenario: Scenario, shards: number, context: VerifyContext): Promise<VerifiedRun> {
  for (let attempt = 1; ; attempt++) {
    const run = await verifyOne(scenario, shards, context);
    if (run.outcome === 'measured' || attempt === ATTEMPTS_MAX) return run;
  }
}

async function verifyOne(scenario: Scenario, shards: number, context: VerifyContext): Promise<VerifiedRun> {
  const predicted = simulate(loadOfScenario(scenario), shards, conditionsOfScenario(scenario));
  const { runScenario } = await import('../../run/run.ts');
  const lasts = formatDuration(scheduleEndNs(scenario.workloads));
  const startedAtMs = performance.now();
  const show = () => {
    const elapsed = formatDuration(1e9 * Math.round((performance.now() - startedAtMs) / 1e3));
    context.onProgress(`running ${shards} ${shards === 1 ? 'shard' : 'shards'} on the engine: ${elapsed} of ${lasts}`);
  };
  const timer = setInterval(show, 500);
  try {
    const { outDir } = context;
    const result = await runScenario(scenario, {
      ceiling: 'skip',
      ...(outDir === undefined ? {} : { outDir: join(outDir, `run-${shards}-shards`) }),
    });
    return comparePrediction(predicted, judgeSlo(context.slo, predicted).isHeld, result);
  } finally {
    clearInterval(timer);
  }
}

/** An invalid run proves nothing, so it does not count against the prediction. */
const isHeld = ({ outcome, metrics }: VerifiedRun): boolean =>
  outcome === 'invalid' || metrics.every((metric) => metric.isHeld);
