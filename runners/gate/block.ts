import { isErrorOf } from '../../errors/streamgauge-error.ts';
import type { Block } from '../../reports/gate/pairs.ts';
import type { Result } from '../../reports/result/result.ts';
import { deliveryOf } from '../../reports/summary/delivery.ts';
import { measurementsOf } from '../../reports/summary/summary.ts';
import { callErrors, PRODUCER_ERROR_UNIT } from '../../reports/text/render-calls.ts';
import { measureMetric } from '../../reports/verdict/metric.ts';
import { parseMetric } from '../../reports/verdict/threshold-grammar.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import { runScenario } from '../run/run.ts';
import { type GateSide, targetOfBlock } from './side.ts';
import { type StartedEndpoint, startEndpoint } from './started-endpoint.ts';

export interface BlockTask {
  readonly scenario: Scenario;
  readonly side: GateSide;
  readonly seed: number;
  /** Number of the block in the gate; repeated blocks count too. */
  readonly blockNumber: number;
  /** Names of metrics. The first one decides. */
  readonly metrics: readonly string[];
  readonly costAgreed: boolean;
  readonly signal?: AbortSignal;
}

/** If the target failed a larger share of the records, the delivery of a block counts even if its latencies are invalid. */
const FAILED_LIMIT_RATIO = 0.5;

export type BlockOutcome =
  | { readonly kind: 'measured'; readonly block: Block }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'interrupted' };

/**
 * Runs the scenario once against one side, on fresh threads. The command of a side is started for the block and stopped after it.
 * @throws RunnerError RUNNER_TARGET_FAILED with the name of the side, if it cannot be set up or fails during the block.
 */
export async function runBlock(task: BlockTask): Promise<BlockOutcome> {
  const { side, signal } = task;
  const startedMs = performance.now();
  let service: StartedEndpoint | undefined;
  try {
    if (side.kind === 'command') service = await startEndpoint(side.command, signal);
    const target = targetOfBlock(side, task.blockNumber, service?.endpoint);
    const scenario: Scenario = { ...task.scenario, target, seed: task.seed, thresholds: [] };
    const leftBehind: unknown[] = [];
    const result = await runScenario(scenario, {
      ceiling: 'skip',
      costAgreed: task.costAgreed,
      onLeftBehind: (error) => leftBehind.push(error),
      ...(signal === undefined ? {} : { signal }),
    });
    // If the side failed, outcomeOf throws that failure, because it is the cause of the resources left behind.
    const outcome = outcomeOf(result, task, () => (performance.now() - startedMs) * 1e6);
    if (leftBehind.length > 0) throw leftBehind[0];
    return outcome;
  } catch (error) {
    if (signal?.aborted === true) return { kind: 'interrupted' };
    throw withSide(error, side, service?.ended());
  } finally {
    await service?.close();
  }
}

function outcomeOf(result: Result, { side, metrics }: BlockTask, tookNs: () => number): BlockOutcome {
  const { outcome, validity, summary } = result;
  if (outcome.kind === 'interrupted') return { kind: 'interrupted' };
  if (outcome.kind === 'failed') {
    if (outcome.code === 'RUNNER_TARGET_FAILED') throw targetFailed(side, outcome.message);
    return { kind: 'invalid', why: outcome.code };
  }
  const { due = 0, owed = 0, undelivered = 0 } = deliveryOf(summary.ledger) ?? {};
  const delivery = { owedRecords: owed, undeliveredRecords: undelivered, ...causeOf(result, undelivered) };
  // A late load generator distorts latencies, but does not make a target respond with errors.
  if (validity.kind === 'invalid' && summary.ledger.failed > FAILED_LIMIT_RATIO * due) {
    const values = Object.fromEntries(metrics.map((name) => [name, null]));
    return { kind: 'measured', block: { values, ...delivery, tookNs: tookNs() } };
  }
  if (validity.kind === 'invalid')
    return { kind: 'invalid', why: [...new Set(validity.reasons.map(({ code }) => code))].join(', ') };
  const measurements = measurementsOf(result);
  const values = Object.fromEntries(
    metrics.map((name) => [name, measureMetric(parseMetric(name), measurements).actual]),
  );
  const [primary] = metrics;
  // A side that delivers too little for the metric is judged by its delivery.
  const isMissing = primary !== undefined && !((values[primary] ?? 0) > 0);
  if (isMissing && undelivered === 0) return { kind: 'invalid', why: `no ${primary}` };
  return { kind: 'measured', block: { values, ...delivery, tookNs: tookNs() } };
}

function causeOf({ summary, workers }: Result, undelivered: number): Pick<Block, 'undeliveredCause'> {
  if (undelivered === 0) return {};
  const { dropped, failed, lost, unacknowledged } = summary.ledger;
  const errors = callErrors(workers).filter(({ unit }) => unit === PRODUCER_ERROR_UNIT);
  const worstError = errors.toSorted((left, right) => right.count - left.count)[0]?.code;
  const parts = Object.entries({ [worstError ?? 'failed']: failed, dropped, unacknowledged, lost });
  const [worst] = parts.toSorted(([, left], [, right]) => right - left);
  return worst === undefined || worst[1] === 0 ? {} : { undeliveredCause: worst[0] };
}

function withSide(error: unknown, side: GateSide, ended: string | undefined): unknown {
  if (!isErrorOf(RUNNER_ERRORS, error) || error.code !== 'RUNNER_TARGET_FAILED') return error;
  const why = error.description.replace(/\.$/u, '');
  return targetFailed(side, ended === undefined ? why : `${why}; ${ended}`, error);
}

function targetFailed({ name }: GateSide, why: string, cause?: unknown): RunnerError {
  return runnerError('RUNNER_TARGET_FAILED', {
    what: why,
    where: name,
    fix: 'Repair this side, and run the gate again.',
    cause,
  });
}
