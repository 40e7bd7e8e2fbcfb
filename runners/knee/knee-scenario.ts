import { checkThreshold } from '../../reports/verdict/threshold-grammar.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { shardsAtStart } from '../../workloads/resolve-target.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { KneeFace } from '../targets/target-kind.ts';
import { kindOf, targetTexts } from '../targets/targets.ts';
import { burstNsOf, type KneeOptions } from './knee-rules.ts';
import { trialScenario } from './trial-scenario.ts';

/** A number of shards, and the scenario with it. */
export interface KneeVariant {
  /** null if the target does not report it before its use. */
  readonly shards: number | null;
  readonly scenario: Scenario;
}

export interface ScenarioParts {
  readonly scenario: Scenario;
  /** The scenario as written, to resolve it again with another number of shards. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly file: string;
}

/**
 * Returns the scenario once for each number of shards; unchanged if no numbers are given.
 * @throws RunnerError RUNNER_USAGE for a target whose shards the scenario cannot choose; ScenarioError
 */
export function variantsOf({ scenario, raw, file }: ScenarioParts, shardCounts: readonly number[]): KneeVariant[] {
  const { target } = scenario;
  if (scenario.workloads.some(({ arrivals }) => arrivals.kind === 'recorded')) {
    throw usage('recorded arrivals have their own times, and knee sets the rate', 'Use arrivals: poisson or constant.');
  }
  if (shardCounts.length === 0) return [{ shards: shardsOf(scenario), scenario }];
  const { knee } = kindOf(target);
  if (knee === undefined) throw usage(`--shards has no effect on a ${target.kind} target`, 'Omit --shards.');
  const problem = knee.shardsProblem?.(target);
  if (problem !== undefined) throw usage(problem.what, problem.fix);
  return shardCounts.map((shards) => {
    const again = resolveScenario(withShards(raw, knee, shards), { file });
    return { shards, scenario: { ...again, seed: scenario.seed } };
  });
}

function withShards(raw: Readonly<Record<string, unknown>>, knee: KneeFace<TargetSpec>, shards: number): unknown {
  // Reshards are not part of a trial, and may name shards that are not there with another number of them.
  const { steps: _steps, thresholds: _thresholds, ...rest } = raw;
  return { ...rest, target: knee.withShards(raw.target ?? { kind: 'engine' }, shards) };
}

function shardsOf({ target }: Scenario): number | null {
  return shardsAtStart(target) ?? null;
}

/**
 * Returns the objectives of the command line, or the thresholds of the scenario.
 * @throws RunnerError RUNNER_USAGE if there are none; ReportError THRESHOLD_NOT_UNDERSTOOD
 */
export function objectivesOf(scenario: Scenario, given: readonly string[]): readonly string[] {
  const objectives = given.length > 0 ? given : scenario.thresholds;
  if (objectives.length === 0) {
    throw usage('knee needs an objective, and the scenario has no thresholds', "Add --slo 'putToGet.p99 < 70ms'.");
  }
  const lengths = { warmUpNs: 1e9, trialNs: 10e9 };
  const trial = trialScenario(scenario, { ratePerSecond: 1, purpose: 'explore' }, lengths, []).scenario;
  for (const text of objectives) {
    const error = checkThreshold(text, trial);
    if (error !== undefined) throw error;
  }
  return objectives;
}

/** Describes the target without its number of shards, which the search chooses. */
export function kneeTargetText({ target }: Scenario): string {
  return targetTexts(target)
    .join(', ')
    .replace(/ with \d[\d,]* shards?/u, '');
}

export function kneeNotes(scenario: Scenario, options: KneeOptions): string[] {
  const notes: string[] = [];
  if ((scenario.steps ?? []).length > 0) notes.push('The steps of the scenario are not part of the trials.');
  const phases = scenario.workloads.flatMap((workload) => workload.phases).filter(({ recorded }) => recorded);
  if (
    new Set(phases.flatMap(({ fromPerSecond, toPerSecond }) => [fromPerSecond, toPerSecond])).size >
    scenario.workloads.length
  )
    notes.push(
      'Each trial has a constant rate; ramps, pauses and steps of the rate in the scenario only set the shares of its workloads.',
    );
  if ((options.burstNs ?? burstNsOf(scenario)) > 0 && options.burstNs === undefined)
    notes.push(
      'The target saves up capacity for bursts. The knee is lowered by the share of a trial that bursts can cover; a longer --trial lowers it less.',
    );
  return notes;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}
