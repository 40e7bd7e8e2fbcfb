import { type Problem, pathText } from './errors.ts';
import type { ScenarioStep, TargetSpec, Workload } from './scenario.ts';
import { scheduleEndNs } from './schedule.ts';
import type { ParsedSteps } from './schema-steps.ts';
import type { Report } from './targets/target-rules.ts';
import { rulesOf } from './targets/targets.ts';

/** Steps of a target whose shards can change, by their words in a scenario. */
const SHARD_WORDS: readonly string[] = ['split', 'merge', 'shards'];

/** Sorts steps by time. Steps of one time keep their order. */
export function resolveSteps(parsed: ParsedSteps): ScenarioStep[] {
  const steps = parsed.map((step): ScenarioStep => {
    const { at: atNs } = step;
    if ('split' in step) return { kind: 'split', atNs, shard: step.split };
    if ('merge' in step) return { kind: 'merge', atNs, shards: step.merge };
    if ('partitions' in step) return { kind: 'partition-count', atNs, count: step.partitions };
    if ('stop' in step) return { kind: 'stop', atNs, broker: step.stop };
    if ('start' in step) return { kind: 'start', atNs, broker: step.start };
    return { kind: 'shard-count', atNs, count: step.shards };
  });
  return steps.sort((a, b) => a.atNs - b.atNs);
}

/** Checks steps whose single values are valid: their time, their target, and shards that cannot exist. */
export function checkSteps(
  parsed: ParsedSteps,
  target: TargetSpec,
  workloads: readonly Workload[],
  problems: Problem[],
): void {
  const report: Report = (code, path, what, fix) =>
    problems.push({ code, path: pathText(['steps', ...path]), what, fix });
  if (parsed.length === 0) return;
  const { steps } = rulesOf(target);
  if (steps === undefined) {
    const what = `the shards of the ${target.kind} target never change.`;
    report('CONFLICT', [], what, 'Remove steps, or use target engine.');
    return;
  }
  const endNs = endOf(workloads);
  const { words = SHARD_WORDS } = steps;
  for (const [i, step] of parsed.entries()) {
    const word = Object.keys(step).find((key) => key !== 'at') ?? '';
    if (!words.includes(word)) {
      const what = `the ${target.kind} target has no step with ${word}.`;
      report('CONFLICT', [i, word], what, `Write ${words.join(', or ')}.`);
    }
    if (step.at >= endNs) {
      const what = `the step comes after the load ends, at ${endNs / 1e9} s.`;
      report('OUT_OF_RANGE', [i, 'at'], what, 'Write an earlier time, or make the phases longer.');
    }
    if ('merge' in step && step.merge !== 'coldest' && step.merge[0] === step.merge[1]) {
      report('OUT_OF_RANGE', [i, 'merge'], `shard ${step.merge[0]} is given twice.`, 'Name two neighbouring shards.');
    }
  }
  steps.check?.(parsed, target, report);
}

/** End of the last phase; Infinity without phases, which is reported elsewhere. */
export function endOf(workloads: readonly Workload[]): number {
  const endNs = scheduleEndNs(workloads);
  return endNs === 0 ? Number.POSITIVE_INFINITY : endNs;
}
