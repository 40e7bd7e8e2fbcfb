import { isScenarioError, type Problem, scenarioError } from './errors.ts';
import { type ResolveOptions, resolveScenario } from './resolve.ts';
import type { Scenario } from './scenario.ts';
import { readYaml } from './yaml.ts';

/**
 * Reads a scenario from YAML text.
 * @param options.file Path of the text, for relative paths in it and for messages.
 * @throws ScenarioError with all problems at once, each with line and column.
 */
export function parseScenario(text: string, options: ResolveOptions = {}): Scenario {
  const read = readYaml(text);
  if (read.kind === 'problems') throw scenarioError(read.problems, options.file ?? 'The scenario');
  try {
    return resolveScenario(read.value, options);
  } catch (error) {
    if (!isScenarioError(error)) throw error;
    const problems = error.problems.map((problem): Problem => ({ ...problem, ...read.position(problem.path) }));
    throw scenarioError(problems, options.file ?? 'The scenario');
  }
}
