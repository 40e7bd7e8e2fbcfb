import { isErrorOf, type StreamgaugeError } from '../../errors/streamgauge-error.ts';
import type { Result } from '../../reports/result/result.ts';
import type { RoundOutcome } from '../../reports/side-by-side/record.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { RUNNER_ERRORS } from '../errors.ts';
import type { LiveSnapshot } from '../live/snapshot.ts';
import { type RunOptions, runScenario } from '../run/run.ts';
import { kindOf } from '../targets/targets.ts';

export interface RoundTask {
  /** On the target of the side. */
  readonly scenario: Scenario;
  readonly seed: number;
  /** Number of the run in the comparison: a stream that is created for a run has its own name. */
  readonly runNumber: number;
  /** Where the result is saved; without it, nothing is. */
  readonly outDir?: string;
  readonly signal?: AbortSignal;
  readonly onSnapshot?: (snapshot: LiveSnapshot) => void;
  readonly onLeftBehind: (error: unknown) => void;
}

export interface RoundRun {
  readonly outcome: RoundOutcome;
  readonly result: Result | undefined;
  /** The error that ended the run, if it left no result. */
  readonly error?: StreamgaugeError;
}

/**
 * Runs the scenario once. Its thresholds do not apply: a threshold that ends a run would leave rounds of different lengths.
 * @returns an outcome also if the target fails. @throws any other error, such as one of the disk.
 */
export async function runRound(task: RoundTask, run = runScenario): Promise<RoundRun> {
  const { scenario, seed, runNumber, outDir, signal, onSnapshot, onLeftBehind } = task;
  const target = kindOf(scenario.target).gate?.forBlock?.(scenario.target, runNumber) ?? scenario.target;
  const options: RunOptions = {
    costAgreed: true,
    overwrite: true,
    onLeftBehind,
    ...(outDir === undefined ? { ceiling: 'skip' } : { outDir }),
    ...(signal === undefined ? {} : { signal }),
    ...(onSnapshot === undefined ? {} : { onSnapshot }),
  };
  try {
    const result = await run({ ...scenario, target, seed, thresholds: [] }, options);
    return { outcome: outcomeOf(result), result };
  } catch (error) {
    if (signal?.aborted === true) return { outcome: { kind: 'interrupted' }, result: undefined };
    if (!isTargetError(error)) throw error;
    return { outcome: { kind: 'failed', why: error.what }, result: undefined, error };
  }
}

/** Errors of one side. Others, such as a full disk, concern the whole comparison. */
function isTargetError(error: unknown): error is StreamgaugeError {
  return isErrorOf(RUNNER_ERRORS, error) && TARGET_CODES.has(error.code);
}

const TARGET_CODES: ReadonlySet<string> = new Set(['RUNNER_TARGET_FAILED', 'RUNNER_TARGET_MODULE', 'RUNNER_USAGE']);

function outcomeOf({ outcome, validity }: Result): RoundOutcome {
  if (outcome.kind === 'interrupted') return { kind: 'interrupted' };
  if (outcome.kind === 'failed') return { kind: 'failed', why: outcome.message };
  if (validity.kind === 'valid') return { kind: 'valid' };
  return { kind: 'invalid', why: [...new Set(validity.reasons.map(({ code }) => code))].join(', ') };
}
