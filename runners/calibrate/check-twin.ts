import type { Result } from '../../reports/result/result.ts';
import { type CheckedKind, type CheckedRun, checkTwin, type TwinCheck } from '../../reports/twin/twin-check.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { type CalibrateOptions, disturbancesOf, measure } from './calibrate.ts';
import { type LatencyConditions, latencyScenario, type WrittenTarget } from './calibration-scenario.ts';
import { delaySampleOf } from './measured-delay.ts';

export interface CheckOptions extends Pick<CalibrateOptions, 'signal' | 'onStage' | 'onLeftBehind'> {
  readonly target: WrittenTarget;
  readonly targetFile?: string | undefined;
  /** File or name of a shipped profile. */
  readonly profile: string;
  readonly conditions: LatencyConditions;
  readonly shards: number;
  /** Parts of the profile to compare. */
  readonly kinds: readonly CheckedKind[];
  /** Number of runs of each side. */
  readonly runs: number;
}

/**
 * Runs the target and its twin alternately, so that disturbances of the machine affect both, and compares their latencies.
 * @throws RunnerError if a side fails or the check is interrupted; ScenarioError if the target or the profile is invalid.
 */
export async function checkAgainstTarget(options: CheckOptions): Promise<TwinCheck> {
  const { target, targetFile, profile, conditions, shards, runs, kinds, onStage } = options;
  const twin = { kind: 'engine', profile, shards };
  const scenarioOf = (side: WrittenTarget, file: string | undefined, run: number): Scenario =>
    latencyScenario(side, { ...conditions, seed: conditions.seed + run }, file);
  const found: { target: CheckedRun[]; twin: CheckedRun[] } = { target: [], twin: [] };
  let invalidRuns = 0;
  const invalidCodes = new Set<string>();
  for (let run = 0; run < runs; run += 1) {
    // Every second pair begins with the other side.
    const sides = run % 2 === 0 ? (['target', 'twin'] as const) : (['twin', 'target'] as const);
    for (const side of sides) {
      onStage(`run ${run + 1} of ${runs}: ${side}`);
      const scenario = side === 'target' ? scenarioOf(target, targetFile, run) : scenarioOf(twin, undefined, run);
      const result = await measure(scenario, options);
      const codes = disturbancesOf(result);
      for (const code of codes) invalidCodes.add(code);
      if (codes.length === 0) found[side].push(latenciesOf(result, kinds));
      else invalidRuns += 1;
    }
  }
  return checkTwin({ ...found, invalidRuns, invalidCodes: [...invalidCodes] });
}

function latenciesOf(result: Result, kinds: readonly CheckedKind[]): CheckedRun {
  const entries = kinds.map((kind) => [kind, delaySampleOf(result, kind).whole] as const);
  return Object.fromEntries(entries.filter(([, histogram]) => histogram.count > 0));
}
