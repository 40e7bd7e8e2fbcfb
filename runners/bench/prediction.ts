import type { Result } from '../../reports/result/result.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';

/** One figure of a run, as the simulation predicted it and as the run measured it. */
export interface PredictedFigure {
  readonly name: string;
  readonly unit: '%' | 'ms';
  readonly predicted: number;
  readonly measured: number;
  readonly isWithin: boolean;
}

const NS_PER_MS = 1e6;
/** What a prediction may be off by. */
const THROTTLED_POINTS = 0.02;
const THROTTLED_RELATIVE = 0.1;
const P50_RELATIVE = 0.1;
const P99_RELATIVE = 0.25;

/**
 * The throttled share of a run, and p50 and p99 of put-to-get of each consumer. A throttled share is within its limits if it is off by
 * at most 2 points or 10 %, whichever is more; p50 by at most 10 %, p99 by at most 25 %.
 */
export function comparePrediction(predicted: SimulatedRun, measured: Result): PredictedFigure[] {
  const { rate, consumers } = measured.summary;
  return [
    throttledFigure(predicted.throttledRatio, rate.throttledRatio),
    ...predicted.consumers.flatMap(({ name, putToGet }) => {
      const own = consumers.find((consumer) => consumer.name === name)?.spans.putToGet;
      const prefix = predicted.consumers.length === 1 ? '' : `${name} `;
      return [
        latencyFigure(`${prefix}p50`, putToGet.p50, own?.p50Ns, P50_RELATIVE),
        latencyFigure(`${prefix}p99`, putToGet.p99, own?.p99Ns, P99_RELATIVE),
      ];
    }),
  ];
}

function throttledFigure(predicted: number, measured: number): PredictedFigure {
  const limit = Math.max(THROTTLED_POINTS, THROTTLED_RELATIVE * measured);
  const isWithin = Math.abs(predicted - measured) <= limit;
  return { name: 'throttled', unit: '%', predicted: predicted * 100, measured: measured * 100, isWithin };
}

function latencyFigure(
  name: string,
  predicted: number,
  measured: number | null | undefined,
  relative: number,
): PredictedFigure {
  const measuredMs = (measured ?? Number.NaN) / NS_PER_MS;
  const predictedMs = predicted / NS_PER_MS;
  const isWithin = Math.abs(predictedMs - measuredMs) <= relative * measuredMs;
  return { name, unit: 'ms', predicted: predictedMs, measured: measuredMs, isWithin };
}
