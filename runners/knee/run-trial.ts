import { measureTrial } from '../../reports/knee/measure-trial.ts';
import type { Trial, TrialRequest } from '../../reports/knee/trial.ts';
import type { Result } from '../../reports/result/result.ts';
import { parseThreshold } from '../../reports/verdict/threshold-grammar.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import { ownSide, targetOfBlock } from '../gate/side.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import { runScenario } from '../run/run.ts';
import type { ProgressSample } from '../run/run-watch.ts';
import { dueRecords } from './due-records.ts';
import { type TrialLengths, trialScenario } from './trial-scenario.ts';

export interface TrialTask {
  readonly scenario: Scenario;
  readonly request: TrialRequest;
  readonly lengths: TrialLengths;
  readonly objectives: readonly string[];
  /** Counts all trials, so that each has its own seed, and its own stream if it creates one. */
  readonly number: number;
  readonly costAgreed: boolean;
  readonly signal?: AbortSignal;
  readonly onSnapshot?: (snapshot: LiveSnapshot) => void;
}

/**
 * Time after the end of a trial at which its run is stopped: an overloaded target would otherwise run until its backlog
 * drained, without a change of the outcome.
 */
const CUT_AFTER_NS = 1e9;
const CUT_AFTER_MAX_NS = 30e9;
const CUT_REASON = 'the trial was over';

/**
 * Runs one trial at a constant rate. The run drains, so that the next trial starts with an empty target.
 * @returns undefined if the trial was interrupted.
 * @throws RunnerError RUNNER_TARGET_FAILED, RUNNER_WORKER_FAILED
 */
export async function runTrial(task: TrialTask): Promise<Trial | undefined> {
  const { request, number, signal } = task;
  const startedAt = new Date();
  const startMs = performance.now();
  const { scenario, window } = trialScenario(task.scenario, request, task.lengths, task.objectives);
  const seed = (task.scenario.seed + number) % Number.MAX_SAFE_INTEGER;
  const own: Scenario = { ...scenario, seed, target: targetOfBlock(ownSide(scenario), number, undefined) };
  const cut = new AbortController();
  const cutAtNs = window.endNs + Math.max(CUT_AFTER_NS, Math.min(CUT_AFTER_MAX_NS, 2 * latencyLimitNs(own)));
  const samples: ProgressSample[] = [];
  const left: unknown[] = [];
  const result = await runScenario(own, {
    ceiling: 'skip',
    costAgreed: task.costAgreed,
    signal: signal === undefined ? cut.signal : AbortSignal.any([signal, cut.signal]),
    onProgress: (sample) => samples.push(sample),
    onSnapshot: (snapshot) => {
      if (snapshot.elapsedNs > cutAtNs) cut.abort(CUT_REASON);
      task.onSnapshot?.(snapshot);
    },
    onLeftBehind: (error) => left.push(error),
  });
  if (left.length > 0) throw left[0];
  const wasCut = checkOutcome(result);
  if (wasCut === undefined || signal?.aborted === true) return undefined;
  const due = dueRecords(
    own,
    samples.map(({ atNs }) => atNs),
  );
  const backlog = samples.map(({ failed, dropped, ...sample }, i) => ({
    ...sample,
    due: due[i]!,
    gone: failed + dropped,
  }));
  return {
    request,
    startedAt: startedAt.toISOString(),
    tookNs: Math.round((performance.now() - startMs) * 1e6),
    measured: measureTrial(result, backlog, window, wasCut),
  };
}

/** @returns true if the run was stopped at the end of its trial; undefined for an interruption by the user. */
function checkOutcome({ outcome }: Result): boolean | undefined {
  switch (outcome.kind) {
    case 'completed':
    case 'aborted':
      return false;
    case 'interrupted':
      return outcome.signal === CUT_REASON ? true : undefined;
    case 'died':
      return undefined;
    case 'failed': {
      const code = outcome.code === 'RUNNER_TARGET_FAILED' ? 'RUNNER_TARGET_FAILED' : 'RUNNER_WORKER_FAILED';
      throw runnerError(code, { what: outcome.message.replace(/\.$/u, ''), fix: 'Check the target.' });
    }
  }
}

/** Returns the longest latency that an objective allows. */
function latencyLimitNs(scenario: Scenario): number {
  const limits = scenario.thresholds
    .map((text) => parseThreshold(text, scenario))
    .flatMap(({ metric, limit }) => (metric.kind === 'latency' ? [limit] : []));
  return Math.max(0, ...limits);
}
