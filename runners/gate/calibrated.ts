import { formatRatio } from '../../reports/format/numbers.ts';
import { FALSE_ALARMS_RATIO_MAX, POWER_RATIO_MIN } from '../../reports/gate/calibration.ts';
import type { GateCalibration } from '../../reports/gate/gate-result.ts';
import type { GateRules } from '../../reports/gate/judge.ts';
import { noiseOf, SIMULATION_PAIRS_MIN, simulateGates } from '../../reports/gate/simulate.ts';
import type { Environment } from '../../reports/result/result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import { gateScenario } from './gate-scenario.ts';
import type { GateSide } from './side.ts';

const SIMULATIONS = 500;

/** Why a calibration says nothing about a gate, or undefined when it does. */
export function unfitReason(
  calibration: GateCalibration,
  gate: {
    readonly scenario: Scenario;
    readonly environment: Environment;
    readonly blockNs: number;
    readonly side: GateSide;
  },
): string | undefined {
  if (machineOf(calibration.environment) !== machineOf(gate.environment)) return 'was made on another machine';
  if (calibration.scenario.hash !== gateScenario(gate.scenario).hash) return 'is of another scenario';
  if (calibration.blockNs !== gate.blockNs) return 'has blocks of another length';
  if (calibration.sideKind !== kindOf(gate.side)) return `is of a target of another kind (${calibration.sideKind})`;
  if (calibration.pairs.length < SIMULATION_PAIRS_MIN) return `has only ${calibration.pairs.length} pairs`;
  return undefined;
}

/** What moves measured numbers of a machine; not the memory, which a container may be given differently each time. */
function machineOf({ cpuModel, cores, nodeVersion }: Environment): string {
  return JSON.stringify([cpuModel, cores, nodeVersion]);
}

export const kindOf = (side: GateSide): string => (side.kind === 'command' ? 'command' : side.target.kind);

/**
 * Simulates the gate over what was recorded here.
 * @throws RunnerError RUNNER_GATE_TOO_TIGHT when it would misfire too often, or miss too much of what it is to find.
 */
export function checkNotTooTight(calibration: GateCalibration, rules: GateRules): void {
  const noise = noiseOf(calibration, rules.metric);
  if (noise.length < SIMULATION_PAIRS_MIN) return;
  const { toleranceRatio, floorRatio } = rules;
  const equal = simulateGates(noise, rules, { effectRatio: 0, runs: SIMULATIONS });
  const worse = simulateGates(noise, rules, { effectRatio: toleranceRatio, runs: SIMULATIONS });
  const falseAlarms = equal.failed / equal.runs;
  const power = worse.failed / worse.runs;
  if (falseAlarms <= FALSE_ALARMS_RATIO_MAX && power >= POWER_RATIO_MIN) return;
  throw runnerError('RUNNER_GATE_TOO_TIGHT', {
    what: `a gate of ${formatRatio(toleranceRatio)} (floor ${formatRatio(floorRatio)}) on ${rules.metric.name} would misfire in ${formatRatio(falseAlarms)} of comparisons of equals and find ${formatRatio(power)} of worsenings of ${formatRatio(toleranceRatio)}, by the noise recorded on this machine; ${formatRatio(FALSE_ALARMS_RATIO_MAX)} and ${formatRatio(POWER_RATIO_MIN)} are asked for`,
    fix: 'Raise --tolerance, --block or --max-duration, or say --force; gate calibrate shows what this machine can tell.',
  });
}
