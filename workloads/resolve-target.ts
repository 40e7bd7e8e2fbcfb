import type { Problem } from './errors.ts';
import type { TargetSpec } from './scenario.ts';
import type { ParsedTarget } from './schema.ts';
import { RECORD_MAX_BYTES } from './schema-fields.ts';
import type { ParsedSteps } from './schema-steps.ts';
import { rulesOf } from './targets/targets.ts';

/**
 * Resolves the settings of the target and reports contradictions among them.
 * @param options.steps Steps of the scenario: the engine needs memory for the shards that they create.
 * @param options.scenarioFile Path of the scenario. Files that it names are relative to its folder.
 */
export function resolveTarget(
  parsed: ParsedTarget,
  problems: Problem[],
  { scenarioFile, steps = [] }: { readonly scenarioFile?: string | undefined; readonly steps?: ParsedSteps } = {},
): TargetSpec {
  return rulesOf(parsed).resolve(parsed, { problems, scenarioFile, steps });
}

/** Number of shards at the start of a run; undefined if only the service knows it. */
export function shardsAtStart(target: TargetSpec): number | undefined {
  return rulesOf(target).shardsAtStart?.(target);
}

/** Returns the largest record that the target accepts; undefined without a limit of its own. */
export function targetRecordBytesMax(target: TargetSpec): number | undefined {
  return rulesOf(target).recordBytesMax?.(target);
}

/** Returns the largest record of a scenario on this target; without a limit of its own, that of any stream. */
export function maxRecordBytesOf(target: TargetSpec): number {
  return targetRecordBytesMax(target) ?? RECORD_MAX_BYTES;
}

/** Time for which the target may hold an acknowledged record before consumers can see it. */
export function holdsNsOf(target: TargetSpec): number {
  return rulesOf(target).holdsNs?.(target) ?? 0;
}

/** Bytes that the target adds before the content of a template or recording. Sizes include them. */
export function envelopeBytesOf(target: TargetSpec): number {
  return rulesOf(target).envelopeBytes ?? 0;
}
