import type { Environment, Result } from '../result/result.ts';
import { outcomeText } from '../text/render-verdict.ts';
import type { Finding, FindingGrade, FindingTopic } from './comparison.ts';
import { clocksOf, originFindings } from './origin-findings.ts';
import { differences, workloadDifferences } from './scenario-difference.ts';

/** Maximum difference of two clocks on the length of a run during which neither was set. */
const CLOCK_TOLERANCE_MS = 1000;

const MACHINE_FIELDS = [
  ['cpuModel', 'CPU'],
  ['cores', 'cores'],
  ['memoryBytes', 'memory in bytes'],
  ['kernel', 'kernel'],
  ['nodeVersion', 'Node'],
] as const satisfies readonly (readonly [keyof Environment, string])[];

export interface Labelled {
  readonly label: string;
  readonly result: Result;
}

/**
 * Returns the obstacles to a fair comparison of two results, in the order of the topics, the most serious first within a
 * topic.
 * @param repeats true if both are runs of one side, so that a different target is a mistake and not the point of the
 * comparison.
 */
export function comparabilityOf(a: Labelled, b: Labelled, { repeats = false } = {}): Finding[] {
  const found: Finding[] = [
    ...listed(
      repeats ? 'rejected' : 'point',
      'target',
      differences(a.result.scenario.target, b.result.scenario.target),
    ),
    ...code(a.result, b.result),
    ...listed('rejected', 'scenario', workloadDifferences(a.result.scenario, b.result.scenario)),
    ...originFindings(a.result, b.result),
    ...seed(a.result, b.result),
    ...machine(a.result.environment, b.result.environment),
    ...tool(a.result, b.result),
    ...[a, b].flatMap(clock),
  ];
  return found;
}

/** Returns the faults of one result, which make any comparison with it unfair. */
export function soundnessOf({ label, result }: Labelled): Finding[] {
  const found: Finding[] = [];
  if (result.partial) {
    const what = `${label} ${outcomeText(result.outcome)}: it covers only the part that ran`;
    found.push({ grade: 'rejected', topic: 'partial', what });
  }
  if (result.validity.kind === 'invalid') {
    const codes = result.validity.reasons.map(({ code: reason }) => reason).join(', ');
    const what = `${label} is INVALID (${codes}): its numbers do not describe the target`;
    found.push({ grade: 'rejected', topic: 'invalid', what });
  }
  return found;
}

function listed(grade: FindingGrade, topic: FindingTopic, lines: readonly string[]): Finding[] {
  return lines.length === 0 ? [] : [{ grade, topic, what: lines.join('; ') }];
}

/** Compares the commits of the folders in which the runs started; a difference is probably the point of the comparison. */
function code(a: Result, b: Result): Finding[] {
  const [left, right] = [a.environment.gitCommit, b.environment.gitCommit];
  return left === right ? [] : listed('point', 'code', [`commit ${commitText(left)}, ${commitText(right)}`]);
}

function commitText(commit: string | undefined): string {
  return commit === undefined ? 'unknown' : commit.slice(0, 12);
}

/** Compares seeds. With another seed, keys, sizes and arrivals are other draws from the same distributions. */
function seed(a: Result, b: Result): Finding[] {
  return a.seed === b.seed ? [] : listed('caution', 'seed', [`${a.seed}, ${b.seed}: other draws of the same load`]);
}

function machine(a: Environment, b: Environment): Finding[] {
  const lines = MACHINE_FIELDS.filter(([field]) => a[field] !== b[field]).map(
    ([field, name]) => `${name} ${a[field]}, ${b[field]}`,
  );
  return listed('caution', 'machine', lines);
}

function tool(a: Result, b: Result): Finding[] {
  const versions = a.tool.version === b.tool.version ? [] : [`${a.tool.name} ${a.tool.version}, ${b.tool.version}`];
  const packages = differences(
    { ...a.environment.packages, streamgauge: undefined },
    { ...b.environment.packages, streamgauge: undefined },
  );
  return listed('caution', 'tool', [...versions, ...packages]);
}

/** Checks the wall clock against the monotonic clock, which measures latencies and is never set. */
function clock({ label, result }: Labelled): Finding[] {
  const byDayMs = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
  const elapsedMs = (result.series.at(-1)?.endNs ?? 0) / 1e6;
  const own = clocksOf(result);
  if (own !== undefined) return listed('caution', 'clock', [`${label} has ${own}`]);
  if (!(byDayMs < elapsedMs - CLOCK_TOLERANCE_MS)) return [];
  const seconds = (ms: number) => `${Number((ms / 1e3).toFixed(1))} s`;
  const what = `${label} took ${seconds(elapsedMs)}, and ${seconds(byDayMs)} by the wall clock, which was set during the run`;
  return listed('caution', 'clock', [what]);
}
