import { shareUpperBound } from '../statistics/clopper-pearson.ts';
import { robustDeviation } from '../statistics/median.ts';
import { meanOf, medianOf } from '../statistics/moments.ts';
import { mser } from '../statistics/mser.ts';
import type { GateCalibration } from './gate-result.ts';
import type { GateRules } from './judge.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';
import { floorFor, GATE_PAIRS_MIN, rulesFor } from './plan.ts';
import { type NoisePair, noiseOf, SIMULATION_PAIRS_MIN, simulateGates } from './simulate.ts';

/** Tolerances for which a calibration simulates gates. */
export const CALIBRATED_TOLERANCES = [0.01, 0.02, 0.03, 0.05, 0.1] as const;

/** Share of comparisons of equal sides that a good gate may fail. */
export const FALSE_ALARMS_RATIO_MAX = 0.01;
/** Share of worsenings of its tolerance that a good gate finds. */
export const POWER_RATIO_MIN = 0.9;

const RUNS = 500;
/** Range in which the search looks for the smallest change that a gate finds. */
const CHANGE_RATIO_MIN = 0.001;
const CHANGE_RATIO_MAX = 1;
const SEARCH_STEPS = 11;

/** Noise of one metric in recorded blocks, and what gates can find in it. */
export interface MetricNoise {
  readonly metric: GatedMetric;
  /** Spread of the values of blocks, by the median absolute deviation, so that outliers hardly count. */
  readonly blockRatio: number;
  /** Spread of the log-ratios of pairs, measured in the same way. */
  readonly pairRatio: number;
  /** Correlation of the log-ratio of a pair with that of the next pair: -1 to 1, near 0 for independent pairs. */
  readonly lag1: number;
  /** Smallest worsening that a gate with exactly this tolerance finds in 90 % of cases; null above 100 %. */
  readonly detectableRatio: number | null;
  readonly gates: readonly ToleranceNoise[];
}

/** Results of simulated gates of one tolerance, with noise of the recorded blocks. */
export interface ToleranceNoise {
  readonly toleranceRatio: number;
  /** Share of comparisons of equal sides that the gate fails. */
  readonly falseAlarmRatio: number;
  /** Upper 95 % bound of `falseAlarmRatio`. */
  readonly falseAlarmBoundRatio: number;
  /** Share of comparisons of equal sides that would fail without a gate, with one block of each side. */
  readonly onePairFalseAlarmRatio: number;
  /** Share of worsenings of exactly the tolerance that the gate fails. */
  readonly powerRatio: number;
}

/**
 * The number of pairs at the start that a gate must discard, because the values of their blocks have not settled yet. At least
 * one, because the first blocks of a process compile code and fill caches; at most an eighth of all.
 */
export function pairsToDiscard(pairs: readonly GatePair[], metric: GatedMetric): number {
  const measured = pairs.flatMap(({ baseline, candidate }, index) => {
    const values = [baseline.values[metric.name] ?? 0, candidate.values[metric.name] ?? 0];
    return values.every((value) => value > 0) ? [{ index, value: meanOf(values.map(Math.log)) }] : [];
  });
  if (measured.length < 8) return 1;
  const { dropped } = mser(measured.map(({ value }) => value));
  const first = measured[dropped]?.index ?? pairs.length;
  return Math.max(1, Math.min(Math.floor(pairs.length / 8), first));
}

/** The changes that gates can find on the machine of a calibration. */
export interface CalibrationFindings {
  /** Time limit of the simulated gates. */
  readonly maxDurationNs: number;
  /** Pairs for which such a gate has time. */
  readonly plannedPairs: number;
  /** One for each metric of the calibration, in its order. */
  readonly noises: readonly MetricNoise[];
}

/** Simulates gates with recorded noise, which takes about a second. @param maxDurationNs time limit of a gate. */
export function calibrationFindings(calibration: GateCalibration, maxDurationNs: number): CalibrationFindings {
  const plannedPairs = pairsIn(maxDurationNs, calibration);
  const noises = calibration.metrics.map((metric) => noiseOfMetric(calibration, metric, plannedPairs));
  return { maxDurationNs, plannedPairs, noises };
}

/** @param plannedPairs pairs for which a gate has time. */
export function noiseOfMetric(calibration: GateCalibration, metric: GatedMetric, plannedPairs: number): MetricNoise {
  const { pairs, discardPairs } = calibration;
  const kept = pairs.slice(discardPairs);
  const ratios = logRatios(kept, metric).filter((ratio) => ratio !== null);
  const noise = noiseOf(calibration, metric);
  const canSimulate = noise.length >= SIMULATION_PAIRS_MIN;
  const rulesOf = (toleranceRatio: number) =>
    rulesFor({ metric, toleranceRatio, floorRatio: floorFor(toleranceRatio), plannedPairs });
  return {
    metric,
    blockRatio: blockSpread(kept, metric),
    pairRatio: ratios.length === 0 ? 0 : robustDeviation(ratios),
    lag1: autocorrelation(ratios),
    detectableRatio: canSimulate ? detectable(noise, rulesOf) : null,
    gates: canSimulate ? CALIBRATED_TOLERANCES.map((ratio) => toleranceNoise(noise, ratios, rulesOf(ratio))) : [],
  };
}

/** The number of pairs that fit into a time if they take as long as the recorded ones, and at least as many as a gate needs. */
export function pairsIn(durationNs: number, { pairs }: GateCalibration): number {
  if (pairs.length === 0) return GATE_PAIRS_MIN;
  const pairNs = medianOf(pairs.map(({ baseline, candidate }) => baseline.tookNs + candidate.tookNs));
  return Math.max(GATE_PAIRS_MIN, Math.floor(durationNs / pairNs) - 1);
}

function toleranceNoise(noise: readonly NoisePair[], ratios: readonly number[], rules: GateRules): ToleranceNoise {
  const { toleranceRatio } = rules;
  const equal = simulateGates(noise, rules, { effectRatio: 0, runs: RUNS });
  const worse = simulateGates(noise, rules, { effectRatio: toleranceRatio, runs: RUNS });
  const limit = Math.log1p(toleranceRatio);
  // The two sides are equal, so that each of them could be the candidate: both directions count.
  const alarms = ratios.filter((ratio) => Math.abs(ratio) > limit).length;
  return {
    toleranceRatio,
    falseAlarmRatio: equal.failed / equal.runs,
    falseAlarmBoundRatio: shareUpperBound(equal.failed, equal.runs),
    onePairFalseAlarmRatio: alarms / (2 * ratios.length),
    powerRatio: worse.failed / worse.runs,
  };
}

/**
 * Searches by halving on a logarithmic scale. All simulations use the same random numbers, so that a larger worsening is never
 * found less often.
 */
function detectable(noise: readonly NoisePair[], rulesOf: (toleranceRatio: number) => GateRules): number | null {
  const finds = (ratio: number) => {
    const { failed, runs } = simulateGates(noise, rulesOf(ratio), { effectRatio: ratio, runs: RUNS });
    return failed / runs >= POWER_RATIO_MIN;
  };
  if (!finds(CHANGE_RATIO_MAX)) return null;
  let low = CHANGE_RATIO_MIN;
  let high = CHANGE_RATIO_MAX;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const middle = Math.sqrt(low * high);
    if (finds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Spread of the logarithms of the values of all blocks. */
function blockSpread(pairs: readonly GatePair[], { name }: GatedMetric): number {
  const values = pairs
    .flatMap(({ baseline, candidate }) => [baseline.values[name] ?? 0, candidate.values[name] ?? 0])
    .filter((value) => value > 0);
  return values.length === 0 ? 0 : robustDeviation(values.map(Math.log));
}

function autocorrelation(values: readonly number[]): number {
  const mean = meanOf(values);
  let products = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    squares += (value - mean) ** 2;
    if (index > 0) products += (value - mean) * (values[index - 1]! - mean);
  }
  return squares === 0 ? 0 : products / squares;
}
