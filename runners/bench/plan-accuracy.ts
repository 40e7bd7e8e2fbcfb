import { conditionsOfScenario, loadOfScenario } from '../plan/input/load-of-scenario.ts';
import { runScenario } from '../run/run.ts';
import { simulate } from '../simulation/simulate.ts';
import { accuracyScenarios, type EngineScenario } from './accuracy-scenarios.ts';
import { type Benchmark, type BenchmarkRow, holds } from './benchmark.ts';
import { comparePrediction, type PredictedFigure } from './prediction.ts';

/** Predicts each scenario first, runs it on the engine, and holds the run against the prediction. */
export const planAccuracy: Benchmark = {
  name: 'plan-accuracy',
  title: 'predicted throttling and put-to-get beside runs on the engine, 12 scenarios of 20 to 40 s',
  onlyByName: true,
  run: async () => {
    const rows: BenchmarkRow[] = [];
    for (const scenario of accuracyScenarios()) {
      const figures = await predictAndRun(scenario);
      process.stderr.write(`${scenario.name}: ${figures.map(figureText).join(', ')}\n`);
      rows.push(...figures.map((figure) => rowOfFigure(scenario.name, figure)));
    }
    return rows;
  },
};

/** @throws WrongAnswer if the run did not complete. */
export async function predictAndRun(scenario: EngineScenario): Promise<PredictedFigure[]> {
  const predicted = simulate(loadOfScenario(scenario), scenario.target.shards, conditionsOfScenario(scenario));
  const measured = await runScenario(scenario, { ceiling: 'skip' });
  const { outcome, summary } = measured;
  holds(outcome.kind === 'completed', `${scenario.name} ended ${outcome.kind}`);
  const { sent, failed, dropped, unacknowledged } = summary.ledger;
  const made = sent + failed + dropped + unacknowledged;
  holds(made === predicted.counts.due, `${scenario.name} made ${made} records, not ${predicted.counts.due}`);
  return comparePrediction(predicted, measured);
}

const figureText = ({ name, unit, predicted, measured, isWithin }: PredictedFigure): string =>
  `${name} ${predicted.toFixed(2)} ${unit} predicted, ${measured.toFixed(2)} measured${isWithin ? '' : ' (OFF)'}`;

/** The measured value, and the predicted one over it. */
function rowOfFigure(scenario: string, { name, unit, predicted, measured, isWithin }: PredictedFigure): BenchmarkRow {
  return {
    name: `${scenario} ${name}`,
    unit,
    median: measured,
    min: measured,
    max: measured,
    ...(measured === 0 ? {} : { ratio: predicted / measured }),
    note: `${predicted.toFixed(2)} predicted, ${isWithin ? 'within' : 'OFF'}`,
  };
}
