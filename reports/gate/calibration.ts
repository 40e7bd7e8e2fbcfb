import { shareUpperBound } from '../statistics/clopper-pearson.ts';
import { robustDeviation } from '../statistics/median.ts';
import { meanOf, medianOf } from '../statistics/moments.ts';
import { mser } from '../statistics/mser.ts';
import type { GateCalibration } from './gate-result.ts';
import type { GateRules } from './judge.ts';
import { type GatedMetric, type GatePair, logRatios } from './pairs.ts';
import { floorFor, GATE_PAIRS_MIN, rulesFor } from './plan.ts';
import { type NoisePair, noiseOf, SIMULATION_PAIRS_MIN, simulateGates } from './simulate.ts';

/** Tolerances that a calibration tells about. */
export const CALIBRATED_TOLERANCES = [0.01, 0.02, 0.03, 0.05, 0.1] as const;

/** A gate is called good where it misfires so seldom, and finds so many of the worsenings that it is to find. */
export const FALSE_ALARMS_RATIO_MAX = 0.01;
export const POWER_RATIO_MIN = 0.9;

const RUNS = 500;
/** Between these the smallest change that a gate finds is looked for. */
const CHANGE_RATIO_MIN = 0.001;
const CHANGE_RATIO_MAX = 1;
const SEARCH_STEPS = 11;

/** What the recorded blocks say about one metric. */
export interface MetricNoise {
  readonly metric: GatedMetric;
  /** Spread of the blocks' values and of the pairs' log-ratios, robust: by the median absolute deviation. */
  readonly blockRatio: number;
  readonly pairRatio: number;
  /** How much a pair's log-ratio tells of the next one's: -1 to 1, near 0 where pairs are independent. */
  readonly lag1: number;
  /** Smallest worsening that a gate of this very tolerance finds nine times in ten; null above 100 %. */
  readonly detectableRatio: number | null;
  readonly gates: readonly ToleranceNoise[];
}

/** Gates of one tolerance, simulated from the recorded blocks. */
export interface ToleranceNoise {
  readonly toleranceRatio: number;
  /** Of comparisons of equals, by the gate; and by one block of each side, as a comparison without a gate does it. */
  readonly falseAlarmRatio: number;
  readonly falseAlarmBoundRatio: number;
  readonly onePairFalseAlarmRatio: number;
  /** Of worsenings of just the tolerance. */
  readonly powerRatio: number;
}

/**
 * How many pairs at the start to discard, by the blocks' own values: what lies before the series settles, at least one pair (the
 * first blocks of a process compile code and fill caches), at most an eighth of all.
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

/** What gates can tell by a calibration. */
export interface CalibrationFindings {
  /** Of the gates that are simulated. */
  readonly maxDurationNs: number;
  readonly plannedPairs: number;
  /** One a metric, in their order. */
  readonly noises: readonly MetricNoise[];
}

/** Simulates gates with recorded noise, which takes a second. @param maxDurationNs what a gate may take. */
export function calibrationFindings(calibration: GateCalibration, maxDurationNs: number): CalibrationFindings {
  const plannedPairs = pairsIn(maxDurationNs, calibration);
  const noises = calibration.metrics.map((metric) => noiseOfMetric(calibration, metric, plannedPairs));
  return { maxDurationNs, plannedPairs, noises };
}

/** @param plannedPairs what a gate may take, by time. */
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

/** Pairs that fit into a time, by how long the recorded ones took; never fewer than a gate needs. */
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
  // Which of the two equal sides is called the candidate is chance, so both directions count.
  const alarms = ratios.filter((ratio) => Math.abs(ratio) > limit).length;
  return {
    toleranceRatio,
    falseAlarmRatio: equal.failed / equal.runs,
    falseAlarmBoundRatio: shareUpperBound(equal.failed, equal.runs),
    onePairFalseAlarmRatio: alarms / (2 * ratios.length),
    powerRatio: worse.failed / worse.runs,
  };
}

/** By halving on a logarithmic scale; the simulations share their random numbers, so more worsening never finds less. */
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

/** Of the logarithms of all blocks' values. */
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
