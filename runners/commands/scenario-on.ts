import { type Problem, scenarioError } from '../../workloads/errors.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { readWrittenTarget, type WrittenTarget } from '../targets/written-target.ts';
import { loadScenario, problemsOfScenario, readScenarioText } from './scenario.ts';

const WAYS = 'Pass a file with a target, a target such as "{ kind: noop, delay: 5ms }", or an address (http://...).';

/** Reads a target that replaces the scenario's own. @throws RunnerError RUNNER_TARGET_UNREADABLE */
export function readTargetOption(text: string, option: string, scenario: string): WrittenTarget {
  const own = () => loadScenario(scenario, undefined);
  return readWrittenTarget(text, { option, code: 'RUNNER_TARGET_UNREADABLE', ways: WAYS, scenario: own });
}

/**
 * Loads a scenario once on each of these targets. The rules of a target (record sizes, kinds of consumers, steps, faults) apply
 * as if it were in the scenario, which needs no target of its own.
 * @returns one scenario for each target, in their order.
 * @throws SCENARIO_INVALID with the problems of all targets at once; each names its target.
 */
export function loadScenarioOn(
  nameOrPath: string,
  targets: readonly WrittenTarget[],
  seed: number | undefined,
): Scenario[] {
  const { file, value, position } = readScenarioText(nameOrPath);
  const outcomes = targets.map((target) => {
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    const outcome = problemsOfScenario(isPlain ? { ...value, target: target.written } : value, file);
    return { target, ...outcome };
  });
  const problems = outcomes.flatMap(({ target, problems: own }) =>
    own.map((problem) => placed(problem, target, isOfTarget(problem) ? target.position : position)),
  );
  if (problems.length > 0) {
    const names = targets.map(({ name }) => name).join(', ');
    throw scenarioError(onceEach(problems, targets), `${file} on ${names}`);
  }
  return outcomes.flatMap(({ scenario }) => (scenario === undefined ? [] : [withSeed(scenario, seed)]));
}

const withSeed = (scenario: Scenario, seed: number | undefined): Scenario =>
  seed === undefined ? scenario : { ...scenario, seed };

interface PlacedProblem extends Problem {
  readonly target: WrittenTarget;
}

function placed(problem: Problem, target: WrittenTarget, position: WrittenTarget['position']): PlacedProblem {
  return { ...problem, ...position?.(problem.path), target };
}

const isOfTarget = ({ path }: Problem): boolean => /^target(?![\w-])/u.test(path);

/** A problem that every target has is one of the scenario, and listed once. Any other one names its target. */
function onceEach(problems: readonly PlacedProblem[], targets: readonly WrittenTarget[]): Problem[] {
  const sameAs = (one: Problem) => (other: Problem) => one.path === other.path && one.what === other.what;
  return problems.flatMap((problem, index) => {
    const { target, ...own } = problem;
    const first = problems.findIndex(sameAs(problem));
    const isOfAll = !isOfTarget(problem) && problems.filter(sameAs(problem)).length === targets.length;
    if (isOfAll && targets.length > 1) return first === index ? [own] : [];
    return [{ ...own, path: `${own.path} (${target.name})`.trim() }];
  });
}
