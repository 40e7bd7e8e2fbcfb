import type { VerifiedMetric } from '../../reports/plan/plan.ts';
import type { Result } from '../../reports/result/result.ts';
import { mergedHistogram, selectCells } from '../../reports/summary/cells.ts';
import { conditionsOfScenario, loadOfScenario } from '../plan/input/load-of-scenario.ts';
import { comparePrediction } from '../plan/verify/compare-prediction.ts';
import { runScenario } from '../run/run.ts';
import { simulate } from '../simulation/simulate.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';
import { accuracyScenarios, type EngineScenario } from './accuracy-scenarios.ts';
import { type Benchmark, type BenchmarkRow, holds } from './benchmark.ts';

const NS_PER_MS = 1e6;
/** Allowed error of a predicted share of throttled attempts: the larger of the two. */
const THROTTLED_POINTS = 0.02;
const THROTTLED_RELATIVE = 0.1;

/** A run whose producers are later than this at p99 depends more on the machine than on the prediction. */
const LATE_MAX_MS = 2;
const RUNS_MAX = 3;

/** Predicts each scenario first, runs it on the engine, and compares the run with the prediction. */
export const planAccuracy: Benchmark = {
  name: 'plan-accuracy',
  title: 'predicted throttling and put-to-get beside runs on the engine, 12 scenarios of 20 to 40 s',
  onlyByName: true,
  run: async () => {
    const rows: BenchmarkRow[] = [];
    for (const scenario of accuracyScenarios()) {
      const { metrics, lateP99Ms } = await predictAndRunInTime(scenario);
      const late = `producers ${lateP99Ms.toFixed(1)} ms late at p99`;
      process.stderr.write(`  ${scenario.name}: ${metrics.map(metricText).join(', ')}; ${late}\n`);
      rows.push(...metrics.map((metric) => rowOfMetric(scenario.name, metric)));
    }
    return rows;
  },
};

interface CheckedPrediction {
  readonly metrics: readonly VerifiedMetric[];
  /** Lateness of the producers at p99. A busy machine throttles more, because late records come in bursts. */
  readonly lateP99Ms: number;
}

/** Runs a scenario again if its producers were late, and returns the run whose producers were least late. */
async function predictAndRunInTime(scenario: EngineScenario): Promise<CheckedPrediction> {
  let best = await predictAndRun(scenario);
  for (let run = 1; run < RUNS_MAX && best.lateP99Ms > LATE_MAX_MS; run++) {
    const next = await predictAndRun(scenario);
    if (next.lateP99Ms < best.lateP99Ms) best = next;
  }
  return best;
}

/** @throws WrongResult if the run did not complete or made other records than the simulation. */
async function predictAndRun(scenario: EngineScenario): Promise<CheckedPrediction> {
  const predicted = simulate(loadOfScenario(scenario), scenario.target.shards, conditionsOfScenario(scenario));
  const measured = await runScenario(scenario, { ceiling: 'skip' });
  const { outcome, summary } = measured;
  holds(outcome.kind === 'completed', `${scenario.name} ended ${outcome.kind}`);
  const { sent, failed, dropped, unacknowledged } = summary.ledger;
  const made = sent + failed + dropped + unacknowledged;
  holds(made === predicted.counts.due, `${scenario.name} made ${made} records, not ${predicted.counts.due}`);
  const lag = mergedHistogram(selectCells(measured.cells, scenario), 'scheduleLag');
  return {
    metrics: [attemptsThrottled(predicted, measured), ...comparePrediction(predicted, true, measured).metrics],
    lateP99Ms: lag.percentileNs(99) / NS_PER_MS,
  };
}

function attemptsThrottled({ throttledRatio: predicted }: SimulatedRun, { summary }: Result): VerifiedMetric {
  const measured = summary.rate.throttledRatio;
  const tolerance = Math.max(THROTTLED_POINTS, measured * THROTTLED_RELATIVE);
  const isHeld = Math.abs(predicted - measured) <= tolerance;
  return { name: 'attempts throttled', unit: 'ratio', predicted, measured, tolerance, isHeld };
}

/** Percent or ms. */
const shownOf = ({ unit }: VerifiedMetric, value: number | null): number =>
  value === null ? Number.NaN : unit === 'ns' ? value / NS_PER_MS : value * 100;

function metricText(metric: VerifiedMetric): string {
  const [predicted, measured] = [metric.predicted, metric.measured].map((value) => shownOf(metric, value).toFixed(1));
  return `${metric.name} ${predicted}/${measured}${metric.unit === 'ns' ? ' ms' : ' %'}${metric.isHeld ? '' : ' OFF'}`;
}

/** The measured value, and the predicted one over it. */
function rowOfMetric(scenario: string, metric: VerifiedMetric): BenchmarkRow {
  const measured = shownOf(metric, metric.measured);
  return {
    name: `${scenario} ${metric.name}`,
    unit: metric.unit === 'ns' ? 'ms' : '%',
    median: measured,
    min: measured,
    max: measured,
    ...(measured > 0 ? { ratio: shownOf(metric, metric.predicted) / measured } : {}),
    note: `${shownOf(metric, metric.predicted).toFixed(2)} predicted, ${metric.isHeld ? 'within' : 'OFF'}`,
  };
}
