import { performance } from 'node:perf_hooks';
import { pairsToDiscard } from '../../reports/gate/calibration.ts';
import { sideDelivery, undeliveredText } from '../../reports/gate/delivery-sums.ts';
import { GATE_SCHEMA_VERSION, type GateCalibration } from '../../reports/gate/gate-result.ts';
import type { GatePair } from '../../reports/gate/pairs.ts';
import { DEFAULT_MAX_DURATION_NS } from '../../reports/gate/plan.ts';
import { SIMULATION_PAIRS_MIN } from '../../reports/gate/simulate.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { readEnvironment } from '../run/environment.ts';
import { kindOf } from './calibrated.ts';
import { gateScenario } from './gate-scenario.ts';
import { checkBlockLength, DEFAULT_METRIC, gatedMetric, otherMetrics } from './metrics.ts';
import { PairRunner, type SideName } from './pair-runner.ts';
import { DEFAULT_BLOCK_NS } from './run-gate.ts';
import { recordedNs, shortened } from './shorten.ts';
import type { GateSide } from './side.ts';

export interface CalibrateOptions {
  readonly side: GateSide;
  readonly metric?: string;
  readonly blockNs?: number;
  readonly maxDurationNs?: number;
  readonly maxPairs?: number;
  readonly costAgreed?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CalibrateProgress) => void;
}

type CalibrateProgress =
  | { readonly kind: 'block'; readonly side: SideName; readonly invalidWhy: string | undefined }
  | {
      readonly kind: 'pair';
      readonly pairs: readonly GatePair[];
      readonly elapsedNs: number;
      readonly maxDurationNs: number;
    };

/** Pairs after which the calibration fails if the side has delivered nothing. */
const DELIVERY_PAIRS = 2;

/**
 * Records blocks of one side against itself until the time is up. Their order and length are those of a gate.
 * @returns the recorded pairs; after an interruption, those until then.
 * @throws RunnerError the codes of runGate; RUNNER_INTERRUPTED if interrupted before the first pair; RUNNER_GATE_INVALID if
 *   blocks stay invalid or the side delivers nothing.
 */
export async function calibrateGate(scenario: Scenario, options: CalibrateOptions): Promise<GateCalibration> {
  const { side, blockNs = DEFAULT_BLOCK_NS, maxDurationNs = DEFAULT_MAX_DURATION_NS, signal } = options;
  const metric = gatedMetric(options.metric ?? DEFAULT_METRIC);
  const block = shortened(scenario, blockNs);
  checkBlockLength(metric.name, block);
  const metrics = [metric, ...otherMetrics(metric.name, block)];
  const environment = await readEnvironment();
  const startedAt = new Date();
  const startMs = performance.now();
  const elapsedNs = () => (performance.now() - startMs) * 1e6;
  const runner = new PairRunner({
    scenario: block,
    baseline: side,
    candidate: side,
    metrics: metrics.map(({ name }) => name),
    costAgreed: options.costAgreed === true,
    ...(signal === undefined ? {} : { signal }),
    onBlock: (name, invalidWhy) => options.onProgress?.({ kind: 'block', side: name, invalidWhy }),
  });
  const pairs: GatePair[] = [];
  let longestNs = 0;
  while (pairs.length < (options.maxPairs ?? Number.POSITIVE_INFINITY) && elapsedNs() + longestNs <= maxDurationNs) {
    const outcome = await runner.next();
    if (outcome.kind === 'abandoned') continue;
    if (outcome.kind === 'blocks-invalid' && pairs.length < SIMULATION_PAIRS_MIN) throw neverValid(runner);
    // The pairs until then are real noise of this machine, and enough for simulations.
    if (outcome.kind !== 'measured') break;
    pairs.push(outcome.pair);
    if (pairs.length === DELIVERY_PAIRS) checkDelivers(side, pairs);
    longestNs = Math.max(longestNs, outcome.pair.baseline.tookNs + outcome.pair.candidate.tookNs);
    options.onProgress?.({ kind: 'pair', pairs, elapsedNs: elapsedNs(), maxDurationNs });
  }
  if (pairs.length === 0 && signal?.aborted !== true) throw neverValid(runner);
  if (pairs.length === 0) {
    throw runnerError('RUNNER_INTERRUPTED', {
      what: 'no pair was recorded before the interruption',
      fix: 'Run the calibration again.',
    });
  }
  return {
    schemaVersion: GATE_SCHEMA_VERSION,
    kind: 'gate-calibration',
    toolVersion: environment.packages.streamgauge ?? 'unknown',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    environment,
    scenario: gateScenario(scenario),
    side: side.name,
    sideKind: kindOf(side),
    blockNs: recordedNs(block),
    metrics,
    discardPairs: pairsToDiscard(pairs, metric),
    pairs,
    invalidBlocks: runner.invalidBlocks,
  };
}

/** @throws RUNNER_GATE_INVALID if the side delivers nothing, because it then has no noise to record. */
function checkDelivers({ name }: GateSide, pairs: readonly GatePair[]): void {
  const delivery = sideDelivery(pairs.flatMap(({ baseline, candidate }) => [baseline, candidate]));
  if (delivery.undeliveredRecords < delivery.owedRecords) return;
  throw runnerError('RUNNER_GATE_INVALID', {
    what: `the side left ${undeliveredText(delivery)} undelivered in its first ${DELIVERY_PAIRS} pairs`,
    where: name,
    fix: 'Repair the side, or correct --baseline.',
  });
}

function neverValid({ invalidBlocks }: PairRunner): RunnerError {
  const whys = [...new Set(invalidBlocks.flatMap(({ why }) => why.split(', ')))].join(', ');
  return runnerError('RUNNER_GATE_INVALID', {
    what: `${invalidBlocks.length} blocks were invalid (${whys})`,
    fix: 'Stop other programs on this machine, or lower the rate. streamgauge doctor checks if the machine is fit for measurements.',
  });
}
