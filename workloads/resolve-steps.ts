import { type PathPart, type Problem, pathText } from './errors.ts';
import type { ScenarioStep, TargetSpec, Workload } from './scenario.ts';
import { scheduleEndNs } from './schedule.ts';
import type { ParsedSteps } from './schema-steps.ts';

type Report = (code: Problem['code'], path: readonly PathPart[], what: string, fix: string) => void;

/** Largest number of open shards of the engine. */
const ENGINE_SHARDS_MAX = 4096;

/** Sorts steps by time. Steps of one time keep their order. */
export function resolveSteps(parsed: ParsedSteps): ScenarioStep[] {
  const steps = parsed.map((step): ScenarioStep => {
    const { at: atNs } = step;
    if ('split' in step) return { kind: 'split', atNs, shard: step.split };
    if ('merge' in step) return { kind: 'merge', atNs, shards: step.merge };
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
  if (parsed.length > 0 && target.kind === 'noop') {
    report('CONFLICT', [], 'the shards of the noop target never change.', 'Remove steps, or use target engine.');
    return;
  }
  const endNs = endOf(workloads);
  for (const [i, step] of parsed.entries()) {
    if (step.at >= endNs) {
      const what = `the step comes after the load ends, at ${endNs / 1e9} s.`;
      report('OUT_OF_RANGE', [i, 'at'], what, 'Write an earlier time, or make the phases longer.');
    }
    if ('merge' in step && step.merge !== 'coldest' && step.merge[0] === step.merge[1]) {
      report('OUT_OF_RANGE', [i, 'merge'], `shard ${step.merge[0]} is given twice.`, 'Name two neighbouring shards.');
    }
    if ('shards' in step && target.kind === 'engine' && step.shards > ENGINE_SHARDS_MAX) {
      report('OUT_OF_RANGE', [i, 'shards'], `${step.shards} is too large.`, `Write at most ${ENGINE_SHARDS_MAX}.`);
    }
  }
  if (target.kind === 'engine') checkShardsExist(parsed, target.shards, report);
}

/** The engine numbers its shards from 0 as it creates them, so that some shards cannot exist at the time of a step. */
function checkShardsExist(parsed: ParsedSteps, shards: number, report: Report): void {
  const byTime = [...parsed.entries()].sort(([, a], [, b]) => a.at - b.at);
  let made = shards;
  for (const [i, step] of byTime) {
    const named = 'split' in step ? [step.split] : 'merge' in step && step.merge !== 'coldest' ? step.merge : [];
    const missing = named.find((shard) => typeof shard === 'number' && shard >= made);
    if (missing !== undefined) {
      const what = `shard ${missing} does not exist at that time: at most ${made} shards were created, numbered from 0.`;
      report(
        'OUT_OF_RANGE',
        [i, 'split' in step ? 'split' : 'merge'],
        what,
        'Name an open shard, or write hottest or coldest.',
      );
    }
    made += 'split' in step ? 2 : 'merge' in step ? 1 : step.shards;
  }
}

/** End of the last phase; Infinity without phases, which is reported elsewhere. */
export function endOf(workloads: readonly Workload[]): number {
  const endNs = scheduleEndNs(workloads);
  return endNs === 0 ? Number.POSITIVE_INFINITY : endNs;
}
