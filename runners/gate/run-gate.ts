import { performance } from 'node:perf_hooks';
import { formatDuration } from '../../reports/format/numbers.ts';
import { pairsIn } from '../../reports/gate/calibration.ts';
import { deliverySums } from '../../reports/gate/delivery-sums.ts';
import {
  type FalseAlarms,
  GATE_SCHEMA_VERSION,
  type GateCalibration,
  type GateEnding,
  type GateResult,
  verdictOfGate,
} from '../../reports/gate/gate-result.ts';
import {
  DELIVERY_ERROR_RATIO,
  type GateRules,
  type GateState,
  judgeGate,
  METRIC_ERROR_RATIO,
} from '../../reports/gate/judge.ts';
import type { GatedMetric, GatePair } from '../../reports/gate/pairs.ts';
import {
  DEFAULT_MAX_DURATION_NS,
  DEFAULT_TOLERANCE_RATIO,
  floorFor,
  GATE_PAIRS_MIN,
  rulesFor,
} from '../../reports/gate/plan.ts';
import { noiseOf, SIMULATION_PAIRS_MIN, simulateGates } from '../../reports/gate/simulate.ts';
import { shareUpperBound } from '../../reports/statistics/clopper-pearson.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { readEnvironment } from '../run/environment.ts';
import { checkNotTooTight } from './calibrated.ts';
import { gateScenario } from './gate-scenario.ts';
import { checkBlockLength, DEFAULT_METRIC, gatedMetric, otherMetrics } from './metrics.ts';
import { PairRunner, type SideName } from './pair-runner.ts';
import { recordedNs, shortened } from './shorten.ts';
import type { GateSide } from './side.ts';

export interface GateOptions {
  readonly baseline: GateSide;
  readonly candidate: GateSide;
  /** Metric that decides: a latency or rate of thresholds. By default `putToGet.p50`. */
  readonly metric?: string;
  /** Slowdown that a PASS rules out. By default 0.05. */
  readonly toleranceRatio?: number;
  /** Slowdown that a FAIL needs. By default half the tolerance. */
  readonly floorRatio?: number;
  /** Recorded part of one block. By default 2 s. */
  readonly blockNs?: number;
  /** Time limit from the first block to the last. By default 10 minutes. */
  readonly maxDurationNs?: number;
  /** Largest number of pairs, even if there is time for more. By default 200. */
  readonly maxPairs?: number;
  /** Blocks recorded on this machine, for this scenario and block length. */
  readonly calibration?: GateCalibration;
  /** Runs the gate even if the tolerance is too small for the noise of the calibration. */
  readonly force?: boolean;
  readonly costAgreed?: boolean;
  /** Aborting it ends the gate. The result contains the pairs until then. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: GateProgress) => void;
}

export type GateProgress =
  | { readonly kind: 'block'; readonly side: SideName; readonly invalidWhy: string | undefined }
  /** A pair of a calibration. */
  | {
      readonly kind: 'recorded';
      readonly pairs: readonly GatePair[];
      readonly elapsedNs: number;
      readonly maxDurationNs: number;
    }
  | { readonly kind: 'discarded'; readonly pair: GatePair; readonly plannedPairs: number }
  | {
      readonly kind: 'pair';
      readonly pairs: readonly GatePair[];
      readonly rules: GateRules;
      readonly state: GateState;
      readonly elapsedNs: number;
      readonly maxDurationNs: number;
    };

export const DEFAULT_BLOCK_NS = 2e9;
const DEFAULT_MAX_PAIRS = 200;
/** Estimated time of a block in addition to its schedule (set-up, start of threads, drain), until one has been measured. */
const BLOCK_OVERHEAD_NS = 0.35e9;
/** Pairs differ in length. The plan assumes slightly longer ones, so that its last look is before the time limit. */
const PAIR_LENGTH_MARGIN = 1.05;
const SIMULATIONS = 1000;

/**
 * Compares two sides in pairs of short runs, until there is a verdict or the time is up.
 *
 * @param scenario its target and thresholds are ignored: each side has a target.
 * @returns the result, with any verdict. The result of an interrupted gate contains the pairs until then.
 * @throws RunnerError RUNNER_GATE_TOO_SHORT, RUNNER_GATE_TOO_TIGHT, RUNNER_COST_NOT_AGREED before anything is started;
 *   RUNNER_TARGET_FAILED if a side fails. ReportError METRIC_UNKNOWN.
 */
export async function runGate(scenario: Scenario, options: GateOptions): Promise<GateResult> {
  const plan = planGate(scenario, options);
  const startedAt = new Date();
  const measured = await measure(plan, options);
  const { discarded, pairs, rules, ending, invalidBlocks } = measured;
  const environment = await readEnvironment();
  const { calibration } = options;
  const result: Omit<GateResult, 'verdict'> = {
    schemaVersion: GATE_SCHEMA_VERSION,
    kind: 'gate',
    toolVersion: environment.packages.streamgauge ?? 'unknown',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    environment,
    scenario: gateScenario(scenario),
    sides: { baseline: options.baseline.name, candidate: options.candidate.name },
    blockNs: plan.blockNs,
    rules,
    otherMetrics: plan.otherMetrics,
    discarded,
    pairs,
    invalidBlocks,
    ending,
    falseAlarms: falseAlarmsOf(rules, pairs, calibration),
  };
  return { ...result, verdict: verdictOfGate(result) };
}

interface GatePlan {
  readonly block: Scenario;
  readonly blockNs: number;
  readonly metric: GatedMetric;
  readonly otherMetrics: readonly GatedMetric[];
  readonly toleranceRatio: number;
  readonly floorRatio: number;
  readonly maxDurationNs: number;
  readonly maxPairs: number;
}

function planGate(scenario: Scenario, options: GateOptions): GatePlan {
  const { blockNs = DEFAULT_BLOCK_NS, maxDurationNs = DEFAULT_MAX_DURATION_NS } = options;
  const { toleranceRatio = DEFAULT_TOLERANCE_RATIO, maxPairs = DEFAULT_MAX_PAIRS } = options;
  const { floorRatio = floorFor(toleranceRatio) } = options;
  const metric = gatedMetric(options.metric ?? DEFAULT_METRIC);
  const block = shortened(scenario, blockNs);
  checkBlockLength(metric.name, block);
  const plannedPairs = Math.min(
    maxPairs,
    pairsWithin(maxDurationNs, 2 * (scheduleEndNs(block.workloads) + BLOCK_OVERHEAD_NS)) - 1,
  );
  if (plannedPairs < GATE_PAIRS_MIN) throw tooFewPairs(plannedPairs, maxDurationNs, block, maxPairs);
  if (options.calibration !== undefined && options.force !== true) {
    // The recorded blocks show how long blocks take on this machine, including the start of a command.
    const recordedPairs = Math.min(maxPairs, pairsIn(maxDurationNs, options.calibration));
    checkNotTooTight(
      options.calibration,
      rulesFor({ metric, toleranceRatio, floorRatio, plannedPairs: recordedPairs }),
    );
  }
  const others = otherMetrics(metric.name, block);
  return {
    block,
    blockNs: recordedNs(block),
    metric,
    otherMetrics: others,
    toleranceRatio,
    floorRatio,
    maxDurationNs,
    maxPairs,
  };
}

interface Measured {
  readonly discarded: readonly GatePair[];
  readonly pairs: readonly GatePair[];
  readonly rules: GateRules;
  readonly invalidBlocks: GateResult['invalidBlocks'];
  readonly ending: GateEnding;
}

async function measure(plan: GatePlan, options: GateOptions): Promise<Measured> {
  const startMs = performance.now();
  const elapsedNs = () => (performance.now() - startMs) * 1e6;
  const { onProgress, signal } = options;
  const blockTakesNs = scheduleEndNs(plan.block.workloads) + BLOCK_OVERHEAD_NS;
  const isOver = () => elapsedNs() + blockTakesNs > plan.maxDurationNs;
  const { metric, toleranceRatio, floorRatio, maxDurationNs } = plan;
  const runner = new PairRunner({
    scenario: plan.block,
    baseline: options.baseline,
    candidate: options.candidate,
    metrics: [metric, ...plan.otherMetrics].map(({ name }) => name),
    costAgreed: options.costAgreed === true,
    ...(signal === undefined ? {} : { signal }),
    isOver,
    onBlock: (side, invalidWhy) => onProgress?.({ kind: 'block', side, invalidWhy }),
  });
  const discarded: GatePair[] = [];
  const pairs: GatePair[] = [];
  // The warm-up pairs show how long pairs take, and update the plan. After them the rules never change.
  let rules = rulesFor({ metric, toleranceRatio, floorRatio, plannedPairs: GATE_PAIRS_MIN });
  const { invalidBlocks } = runner;
  const ended = (ending: GateEnding): Measured => ({ discarded, pairs, rules, invalidBlocks, ending });

  const discardPairs = Math.max(1, options.calibration?.discardPairs ?? 1);
  while (discarded.length < discardPairs) {
    const outcome = await runner.next();
    if (outcome.kind === 'abandoned') {
      if (!isOver()) continue;
      return ended('blocks-invalid');
    }
    if (outcome.kind !== 'measured') return ended(outcome.kind);
    discarded.push(outcome.pair);
    const remainingNs = maxDurationNs - elapsedNs();
    const plannedPairs = Math.min(plan.maxPairs, pairsWithin(remainingNs, PAIR_LENGTH_MARGIN * lengthOf(outcome.pair)));
    rules = rulesFor({ metric, toleranceRatio, floorRatio, plannedPairs });
    onProgress?.({ kind: 'discarded', pair: outcome.pair, plannedPairs });
  }
  let longestNs = 0;
  for (;;) {
    const outcome = await runner.next();
    if (outcome.kind === 'abandoned') {
      if (!isOver() && elapsedNs() + longestNs <= maxDurationNs) continue;
      return ended('out-of-time');
    }
    if (outcome.kind !== 'measured') return ended(outcome.kind);
    pairs.push(outcome.pair);
    const state = judgeGate(pairs, rules);
    onProgress?.({ kind: 'pair', pairs, rules, state, elapsedNs: elapsedNs(), maxDurationNs });
    if (state.kind !== 'open') return ended('decided');
    longestNs = Math.max(longestNs, lengthOf(outcome.pair));
    const isFull = pairs.length >= rules.firstPairs + rules.confirmPairs;
    if (isFull || elapsedNs() + longestNs > maxDurationNs) return ended('out-of-time');
  }
}

const lengthOf = ({ baseline, candidate }: GatePair): number => baseline.tookNs + candidate.tookNs;
const pairsWithin = (durationNs: number, pairNs: number): number => Math.floor(durationNs / pairNs);

function falseAlarmsOf(
  rules: GateRules,
  pairs: readonly GatePair[],
  calibration: GateCalibration | undefined,
): FalseAlarms {
  const { worsePairs, betterPairs } = deliverySums(pairs);
  const designRatio = METRIC_ERROR_RATIO + (worsePairs + betterPairs > 0 ? DELIVERY_ERROR_RATIO : 0);
  const noise = calibration === undefined ? [] : noiseOf(calibration, rules.metric);
  if (noise.length < SIMULATION_PAIRS_MIN) return { designRatio, simulated: null };
  const { failed, runs } = simulateGates(noise, rules, { effectRatio: 0, runs: SIMULATIONS });
  const boundRatio = shareUpperBound(failed, runs);
  return { designRatio, simulated: { failed, runs, recordedPairs: noise.length, boundRatio } };
}

function tooFewPairs(plannedPairs: number, maxDurationNs: number, block: Scenario, maxPairs: number): RunnerError {
  const pairNs = 2 * (scheduleEndNs(block.workloads) + BLOCK_OVERHEAD_NS);
  if (maxPairs < GATE_PAIRS_MIN) {
    return runnerError('RUNNER_GATE_TOO_SHORT', {
      what: `${maxPairs} pairs are too few for a verdict`,
      fix: `Pass --max-pairs ${GATE_PAIRS_MIN} or more: ten to decide and ten to confirm.`,
    });
  }
  return runnerError('RUNNER_GATE_TOO_SHORT', {
    what: `--max-duration ${formatDuration(maxDurationNs)} allows ${Math.max(0, plannedPairs)} pairs of ${formatDuration(pairNs)}, but a verdict needs time for at least ${GATE_PAIRS_MIN}`,
    fix: `Pass --max-duration ${Math.ceil((pairNs * (GATE_PAIRS_MIN + 2)) / 60e9)}m or more, or a shorter --block.`,
  });
}
