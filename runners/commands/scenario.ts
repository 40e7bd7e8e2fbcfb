import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { checkThreshold } from '../../reports/verdict/threshold-grammar.ts';
import { isScenarioError, type Problem, scenarioError } from '../../workloads/errors.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { listReadyMade } from '../../workloads/ready-made.ts';
import { resolveScenario, type ThresholdContext, type ThresholdProblem } from '../../workloads/resolve.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { readYaml } from '../../workloads/yaml.ts';
import { runnerError } from '../errors.ts';
import { meant } from './usage.ts';

/**
 * Loads a scenario. A file takes precedence over a ready-made scenario of the same name.
 * @param seed overrides the seed of the scenario.
 * @throws SCENARIO_INVALID with all problems at once, RUNNER_SCENARIO_NOT_FOUND, RUNNER_SCENARIO_UNREADABLE.
 */
export function loadScenario(nameOrPath: string, seed: number | undefined): Scenario {
  const file = scenarioFile(nameOrPath);
  const scenario = parseScenario(readScenario(file), { file, checkThreshold: thresholdProblem });
  rejectMisplacedThresholds(scenario, file);
  return seed === undefined ? scenario : { ...scenario, seed };
}

/** A scenario as it is written, and the positions of its values. */
export interface ScenarioText {
  readonly file: string;
  readonly value: unknown;
  readonly position: (path: string) => Pick<Problem, 'line' | 'column'>;
}

/** Reads the YAML of a scenario and checks nothing else. @throws as loadScenario. */
export function readScenarioText(nameOrPath: string): ScenarioText {
  const file = scenarioFile(nameOrPath);
  const read = readYaml(readScenario(file));
  if (read.kind === 'problems') throw scenarioError(read.problems, file);
  return { file, value: read.value, position: (path) => read.position(path) };
}

/** Resolves a scenario given as plain data. Returns all its problems, without positions, instead of throwing them. */
export function problemsOfScenario(
  value: unknown,
  file: string,
): { readonly scenario?: Scenario; readonly problems: readonly Problem[] } {
  try {
    const scenario = resolveScenario(value, { file, checkThreshold: thresholdProblem });
    rejectMisplacedThresholds(scenario, file);
    return { scenario, problems: [] };
  } catch (error) {
    if (!isScenarioError(error)) throw error;
    return { problems: error.problems };
  }
}

/** Loads a scenario with its file and its raw YAML, so that a command can replace the target. @throws as loadScenario. */
export function loadScenarioParts(nameOrPath: string, seed: number | undefined) {
  const scenario = loadScenario(nameOrPath, seed);
  const { file, value } = readScenarioText(nameOrPath);
  return { scenario, file, raw: value as Readonly<Record<string, unknown>> };
}

/** Checks a threshold before the run, because a typing error found after an hour of load would waste the hour. */
function thresholdProblem(
  text: string,
  { workloads, phases, consumers }: ThresholdContext,
): ThresholdProblem | undefined {
  const named = (names: readonly string[]) => names.map((name) => ({ name }));
  const anyPhase = workloads.map((name) => ({ name, phases: named(phases) }));
  const error = checkThreshold(text, { workloads: anyPhase, consumers: named(consumers) });
  return error && { what: `${error.what}.`, fix: error.fix };
}

/** Checks that a threshold names a phase of its own workload. This needs the whole scenario. */
function rejectMisplacedThresholds(scenario: Scenario, file: string): void {
  const problems = scenario.thresholds.flatMap((text, index): Problem[] => {
    const error = checkThreshold(text, scenario);
    if (error === undefined) return [];
    return [{ code: 'BAD_THRESHOLD', path: `thresholds[${index}]`, what: `${error.what}.`, fix: error.fix }];
  });
  if (problems.length > 0) throw scenarioError(problems, file);
}

function scenarioFile(nameOrPath: string): string {
  if (existsSync(nameOrPath) && statSync(nameOrPath).isFile()) return nameOrPath;
  const readyMade = listReadyMade();
  const found = readyMade.find(({ name }) => name === nameOrPath);
  if (found !== undefined) return found.file;
  const looksLikePath = /[\\/]/.test(nameOrPath) || extname(nameOrPath) !== '';
  const names = readyMade.map(({ name }) => name);
  throw runnerError('RUNNER_SCENARIO_NOT_FOUND', {
    what: looksLikePath
      ? `there is no file ${nameOrPath}`
      : `${nameOrPath} is neither a file nor a ready-made scenario`,
    fix: looksLikePath
      ? 'Write one with streamgauge init, or name one that streamgauge list shows.'
      : `${meant(nameOrPath, names)}See streamgauge list.`,
  });
}

function readScenario(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const what = `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw runnerError('RUNNER_SCENARIO_UNREADABLE', { what, fix: 'Check its permissions.', cause });
  }
}

/** @throws RUNNER_USAGE unless the text is a whole number that a scenario may have as its seed. */
export function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw runnerError('RUNNER_USAGE', {
    what: `--seed must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got "${text}"`,
    fix: 'Write a number such as --seed 7.',
  });
}
