import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { replaySearch, type SearchEnd, type SearchRules } from '../../../reports/knee/search.ts';
import type { Trial, TrialMeasures, TrialRequest } from '../../../reports/knee/trial.ts';

/** A queue of known capacity, measured with the noise of a machine. Rates are records/s. */
export interface SimulatedTarget {
  readonly capacityPerSecond: number;
  /** Standard deviation of the measured growth of the backlog, divided by the rate. */
  readonly growthNoiseRatio?: number;
  /** Share of trials in which the generator was late. */
  readonly invalidRatio?: number;
  /** Rate above which every trial is invalid. */
  readonly generatorPerSecond?: number;
  /** Latency of an idle target, and the limit of the objective. */
  readonly floorNs?: number;
  readonly limitNs?: number;
  /** Indexes of trials in which something other than the target made the backlog grow. */
  readonly disturbedTrials?: readonly number[];
  /** Share of its capacity that the target sustains after an overload. */
  readonly afterOverloadRatio?: number;
}

export const RULES: SearchRules = {
  startPerSecond: 1000,
  lowestPerSecond: 10,
  highestPerSecond: 1e8,
  resolutionRatio: 0.005,
  confirmations: 5,
  trialNs: 10e9,
  burstNs: 0,
  trialsMax: 150,
  seed: 1,
};

/** Runs a whole search. */
export function searchOn(target: SimulatedTarget, rules: SearchRules = RULES): { end: SearchEnd; trials: Trial[] } {
  const random = xoroshiro128plus(rules.seed + 12_345);
  const uniform = () => (random.next() >>> 0) / 2 ** 32;
  const trials: Trial[] = [];
  for (;;) {
    const step = replaySearch(rules, trials);
    if (step.kind === 'end') return { end: step.end, trials };
    const isDisturbed = target.disturbedTrials?.includes(trials.length) === true;
    const seen = isDisturbed ? { ...target, capacityPerSecond: step.request.ratePerSecond / 2 } : target;
    trials.push(trialOf(step.request, measure(seen, step.request, rules.trialNs, uniform)));
  }
}

export function trialOf(request: TrialRequest, measured: TrialMeasures): Trial {
  return { request, startedAt: '2026-01-02T03:04:05.000Z', tookNs: 12e9, measured };
}

function measure(
  target: SimulatedTarget,
  { ratePerSecond, afterOverloadPerSecond }: TrialRequest,
  trialNs: number,
  uniform: () => number,
): TrialMeasures {
  const { growthNoiseRatio = 0, invalidRatio = 0, generatorPerSecond = Number.POSITIVE_INFINITY } = target;
  const { floorNs = 1e6, limitNs = 70e6, afterOverloadRatio = 1 } = target;
  const capacity = target.capacityPerSecond * (afterOverloadPerSecond === undefined ? 1 : afterOverloadRatio);
  const seconds = trialNs / 1e9;
  const noise = growthNoiseRatio * ratePerSecond * normal(uniform);
  const growthPerSecond = Math.max(0, ratePerSecond - capacity) + noise;
  const reach = 1.7 * growthNoiseRatio * ratePerSecond;
  const waitNs = (Math.max(0, growthPerSecond * seconds) / capacity) * 1e9;
  const actual = floorNs + waitNs;
  const isInvalid = ratePerSecond > generatorPerSecond || uniform() < invalidRatio;
  return {
    intendedPerSecond: ratePerSecond,
    achievedPerSecond: Math.min(ratePerSecond, capacity),
    throttledRatio: 0,
    undelivered: 0,
    objectives: [
      { text: 'putToGet.p99 < 70ms', actual, limit: limitNs, holds: actual < limitNs, low: actual, high: actual },
    ],
    backlog: {
      samples: 200,
      growthPerSecond,
      lowPerSecond: growthPerSecond - reach,
      highPerSecond: growthPerSecond + reach,
      unackedRecords: Math.max(0, Math.round(growthPerSecond * seconds)),
      unreceivedRecords: 0,
    },
    behind: null,
    putToGetP50Ns: actual / 2,
    putToGetP99Ns: actual,
    ackLatencyP50Ns: actual / 2,
    wasCut: false,
    invalidCodes: isInvalid ? ['SCHEDULE_LAG'] : [],
    ...(isInvalid ? { invalidWhy: 'Producers came to a record 9.00ms late at p99; 7.00ms is the limit.' } : {}),
    otherCpuRatio: 0,
    // All slots are in use if the queue is as long as their number.
    targetLimited: waitNs > 500e6,
    busiestShard: null,
  };
}

/** Draws from a normal distribution by the method of Box and Muller. */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
