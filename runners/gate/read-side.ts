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
  /** The scenario as resolved, and as plain data: a side's target is checked against the whole of it. */
  readonly scenario: Scenario;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly scenarioFile: string;
  /** `--baseline` or `--candidate`, for messages. */
  readonly option: string;
}

const COMMAND_PREFIX = 'cmd:';

/**
 * Understands one side of a gate:
 *
 *   http://127.0.0.1:4567             an endpoint that speaks Kinesis
 *   cmd:node server.js --port {port}  a command that starts one; PORT is in its environment too
 *   { kind: noop, delay: 5ms }        a target as in a scenario
 *   side.yaml                         a file with one, on its own or under `target:`
 *
 * @throws RunnerError RUNNER_GATE_SIDE; ScenarioError when the target does not fit the scenario.
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
  throw sideError(context, `"${given}" is neither an endpoint, a file, a target nor a command`, WAYS);
}

const WAYS =
  'Write an address (http://...), cmd:COMMAND, a target like "{ kind: noop, delay: 5ms }", or a file with one.';

/** @throws RunnerError RUNNER_GATE_SIDE when both are one file, which would compare a thing with itself by mistake. */
export function rejectSameFile(baseline: string, candidate: string): void {
  if (!existsSync(baseline) || !existsSync(candidate)) return;
  if (realpathSync(baseline) !== realpathSync(candidate)) return;
  throw runnerError('RUNNER_GATE_SIDE', {
    what: `--baseline and --candidate are the same file, ${baseline}`,
    fix: 'Name two; to see how a comparison of equals comes out, use gate calibrate.',
  });
}

function commandSide(command: string, context: SideContext): GateSide {
  if (command === '')
    throw sideError(context, 'there is no command after cmd:', 'Write cmd:COMMAND with {port} in it.');
  return { kind: 'command', name: `${COMMAND_PREFIX}${command}`, command, base: byAddress().base(context.scenario) };
}

/** The kind of target that stands for an address. */
function byAddress(): NonNullable<GateFace<TargetSpec>['byAddress']> {
  return TARGET_KINDS.flatMap(({ gate }) => gate?.byAddress ?? [])[0]!;
}

/** The target is resolved with the whole scenario around it, because what is wrong may lie between the two. */
function targetSide(name: string, target: unknown, { raw, scenarioFile, option }: SideContext): GateSide {
  try {
    const resolved: TargetSpec = resolveScenario({ ...raw, target }, { file: scenarioFile }).target;
    return { kind: 'target', name, target: resolved };
  } catch (error) {
    if (!isScenarioError(error)) throw error;
    throw scenarioError(error.problems, `${option} ${name}`);
  }
}

/** @param file where the text was read from; relative paths in it start at its folder. */
function yamlOf(text: string, where: string, context: SideContext, file?: string): unknown {
  const read = readYaml(text);
  if (read.kind === 'problems') {
    const [{ line = 1, column = 1, what, fix }] = read.problems as [Problem];
    throw sideError(context, `${where}, line ${line}, column ${column}: ${what}`, fix);
  }
  const { value } = read;
  if (typeof value !== 'object' || value === null) throw sideError(context, `${where} holds no target`, WAYS);
  const target: unknown = 'target' in value ? value.target : value;
  if (file === undefined || typeof target !== 'object' || target === null) return target;
  const kind = TARGET_KINDS.find((one) => 'kind' in target && target.kind === one.kind);
  return kind?.gate?.withPathsFrom?.(target, dirname(file)) ?? target;
}

function sideError({ option }: SideContext, what: string, fix: string): RunnerError {
  return runnerError('RUNNER_GATE_SIDE', { what, where: option, fix });
}
