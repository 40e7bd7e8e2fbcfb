import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isScenarioError, type Problem, scenarioError } from '../../workloads/errors.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { readYaml } from '../../workloads/yaml.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import type { GateFace } from '../targets/target-kind.ts';
import { TARGET_KINDS } from '../targets/targets.ts';
import type { GateSide } from './side.ts';

export interface SideContext {
  readonly scenario: Scenario;
  /** The scenario before it was resolved. It is resolved again with the target of the side. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly scenarioFile: string;
  /** `--baseline` or `--candidate`, for messages. */
  readonly option: string;
}

const COMMAND_PREFIX = 'cmd:';

/**
 * Reads one side of a gate:
 *
 *   http://127.0.0.1:4567             a Kinesis endpoint
 *   cmd:node server.js --port {port}  a command that starts one; the environment variable PORT has the port too
 *   { kind: noop, delay: 5ms }        a target as in a scenario
 *   side.yaml                         a file with a target, at its top or under `target:`
 *
 * @throws RunnerError RUNNER_GATE_SIDE; ScenarioError if the target does not fit the scenario.
 */
export function readSide(text: string, context: SideContext): GateSide {
  const given = text.trim();
  if (given.startsWith(COMMAND_PREFIX)) return commandSide(given.slice(COMMAND_PREFIX.length).trim(), context);
  if (/^https?:\/\//iu.test(given)) {
    const { base, written } = byAddress();
    return targetSide(given, { ...written(base(context.scenario)), endpoint: given }, context);
  }
  if (given.startsWith('{')) return targetSide(given, yamlOf(given, given, context), context);
  if (existsSync(given)) return targetSide(given, yamlOf(readFileSync(given, 'utf8'), given, context, given), context);
  throw sideError(context, `"${given}" is no endpoint, command or target, and there is no file of this name`, WAYS);
}

const WAYS =
  'Pass an address (http://...), cmd:COMMAND, a target such as "{ kind: noop, delay: 5ms }", or a file with a target.';

/** @throws RunnerError RUNNER_GATE_SIDE if both are the same file, which is probably a mistake. */
export function rejectSameFile(baseline: string, candidate: string): void {
  if (!existsSync(baseline) || !existsSync(candidate)) return;
  if (realpathSync(baseline) !== realpathSync(candidate)) return;
  throw runnerError('RUNNER_GATE_SIDE', {
    what: `--baseline and --candidate are the same file, ${baseline}`,
    fix: 'Pass two files. To compare a side with itself, run gate calibrate.',
  });
}

function commandSide(command: string, context: SideContext): GateSide {
  if (command === '')
    throw sideError(context, 'there is no command after cmd:', 'Write cmd:COMMAND, with {port} in the command.');
  return { kind: 'command', name: `${COMMAND_PREFIX}${command}`, command, base: byAddress().base(context.scenario) };
}

/** The kind of target that serves an address. */
function byAddress(): NonNullable<GateFace<TargetSpec>['byAddress']> {
  return TARGET_KINDS.flatMap(({ gate }) => gate?.byAddress ?? [])[0]!;
}

/** Resolves the target together with the whole scenario, because an error may be in their combination. */
function targetSide(name: string, target: unknown, { raw, scenarioFile, option }: SideContext): GateSide {
  try {
    const resolved: TargetSpec = resolveScenario({ ...raw, target }, { file: scenarioFile }).target;
    return { kind: 'target', name, target: resolved };
  } catch (error) {
    if (!isScenarioError(error)) throw error;
    throw scenarioError(error.problems, `${option} ${name}`);
  }
}

/** @param file the file of the text, if any. Relative paths in the text are relative to its folder. */
function yamlOf(text: string, where: string, context: SideContext, file?: string): unknown {
  const read = readYaml(text);
  if (read.kind === 'problems') {
    const [{ line = 1, column = 1, what, fix }] = read.problems as [Problem];
    throw sideError(context, `${where}, line ${line}, column ${column}: ${what}`, fix);
  }
  const { value } = read;
  if (typeof value !== 'object' || value === null) throw sideError(context, `${where} contains no target`, WAYS);
  const target: unknown = 'target' in value ? value.target : value;
  if (file === undefined || typeof target !== 'object' || target === null) return target;
  const kind = TARGET_KINDS.find((one) => 'kind' in target && target.kind === one.kind);
  return kind?.gate?.withPathsFrom?.(target, dirname(file)) ?? target;
}

function sideError({ option }: SideContext, what: string, fix: string): RunnerError {
  return runnerError('RUNNER_GATE_SIDE', { what, where: option, fix });
}
