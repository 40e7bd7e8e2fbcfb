import { existsSync, realpathSync } from 'node:fs';
import { isScenarioError, scenarioError } from '../../workloads/errors.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import { byAddress, readWrittenTarget } from '../targets/written-target.ts';
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
 * Reads one side of a gate: a target as readWrittenTarget reads it, or
 *
 *   cmd:node server.js --port {port}  a command that starts an endpoint; the environment variable PORT has the port too
 *
 * @throws RunnerError RUNNER_GATE_SIDE; ScenarioError if the target does not fit the scenario.
 */
export function readSide(text: string, context: SideContext): GateSide {
  const given = text.trim();
  if (given.startsWith(COMMAND_PREFIX)) return commandSide(given.slice(COMMAND_PREFIX.length).trim(), context);
  const { option, scenario } = context;
  const { name, written } = readWrittenTarget(given, {
    option,
    code: 'RUNNER_GATE_SIDE',
    ways: WAYS,
    scenario: () => scenario,
  });
  return targetSide(name, written, context);
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

function commandSide(command: string, { option, scenario }: SideContext): GateSide {
  if (command === '') {
    const fix = 'Write cmd:COMMAND, with {port} in the command.';
    throw runnerError('RUNNER_GATE_SIDE', { what: 'there is no command after cmd:', where: option, fix });
  }
  return { kind: 'command', name: `${COMMAND_PREFIX}${command}`, command, base: byAddress().base(scenario) };
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
