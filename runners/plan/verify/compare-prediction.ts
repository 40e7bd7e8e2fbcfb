import type { VerifiedMetric, VerifiedRun } from '../../../reports/plan/plan.ts';
import type { Result } from '../../../reports/result/result.ts';
import type { SimulatedRun } from '../../simulation/simulated-run.ts';

/** Largest difference between a measurement and its prediction, relative to the measurement. */
const P50_RATIO = 0.1;
const P99_RATIO = 0.25;
const THROTTLED_RATIO = 0.1;
/** Two points: smaller shares differ by chance. */
const THROTTLED_POINTS = 0.02;

/** A prediction beside the result of the run that it predicts. */
export function comparePrediction(predicted: SimulatedRun, isSloPredicted: boolean, result: Result): VerifiedRun {
  const { shards } = predicted;
  if (result.validity.kind === 'invalid' || result.outcome.kind !== 'completed') {
    const why = result.validity.reasons.map(({ code, what }) => `${code} ${what}`).join('; ') || result.outcome.kind;
    return { shards, outcome: 'invalid', why, isSloHeld: { predicted: isSloPredicted, measured: null }, metrics: [] };
  }
  return {
    shards,
    outcome: 'measured',
    why: null,
    isSloHeld: { predicted: isSloPredicted, measured: sloMeasured(result) },
    metrics: [throttled(predicted, result), ...latencies(predicted, result)],
  };
}

/** Judges the plan's SLO only, without the thresholds that every judged run has by default. */
function sloMeasured({ verdict }: Result): boolean | null {
  const own = verdict.thresholds.filter((threshold) => threshold.default !== true);
  if (own.some(({ holds }) => holds === false)) return false;
  return own.some(({ holds }) => holds === null) ? null : true;
}

function throttled({ throttledRecordsRatio: predicted }: SimulatedRun, { summary }: Result): VerifiedMetric {
  const measured = summary.rate.throttledRecordsRatio;
  const tolerance = Math.max(THROTTLED_POINTS, measured * THROTTLED_RATIO);
  return metric('records throttled', 'ratio', predicted, measured, tolerance);
}

function latencies({ consumers }: SimulatedRun, { summary }: Result): VerifiedMetric[] {
  return consumers.flatMap(({ name, putToGet }) => {
    const found = summary.consumers.find((consumer) => consumer.name === name)?.spans.putToGet;
    const { p50Ns = null, p99Ns = null } = found ?? {};
    return [
      metric(`put-to-get p50 ${name}`, 'ns', putToGet.p50, p50Ns, (p50Ns ?? 0) * P50_RATIO),
      metric(`put-to-get p99 ${name}`, 'ns', putToGet.p99, p99Ns, (p99Ns ?? 0) * P99_RATIO),
    ];
  });
}

/** A metric that could not be measured does not count against the prediction. */
function metric(
  name: string,
  unit: VerifiedMetric['unit'],
  predicted: number,
  measured: number | null,
  tolerance: number,
): VerifiedMetric {
  const isHeld = measured === null || Math.abs(predicted - measured) <= tolerance;
  return { name, unit, predicted, measured, tolerance, isHeld };
}
