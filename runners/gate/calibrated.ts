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

/** The reason why a calibration does not apply to a gate, or undefined if it applies. */
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

/** The parts of a machine that influence numbers. Memory is not one, because its limit may differ between containers. */
function machineOf({ cpuModel, cores, nodeVersion }: Environment): string {
  return JSON.stringify([cpuModel, cores, nodeVersion]);
}

export const kindOf = (side: GateSide): string => (side.kind === 'command' ? 'command' : side.target.kind);

/**
 * Simulates the gate with the noise of a calibration.
 * @throws RunnerError RUNNER_GATE_TOO_TIGHT if it would fail too many comparisons of equal sides, or find too few worsenings.
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
    what: `with the noise recorded on this machine, a gate on ${rules.metric.name} with a tolerance of ${formatRatio(toleranceRatio)} and a floor of ${formatRatio(floorRatio)} would fail ${formatRatio(falseAlarms)} of comparisons of equal sides (at most ${formatRatio(FALSE_ALARMS_RATIO_MAX)} is allowed) and find ${formatRatio(power)} of worsenings of ${formatRatio(toleranceRatio)} (at least ${formatRatio(POWER_RATIO_MIN)} is needed)`,
    fix: 'Raise --tolerance, --block or --max-duration, or pass --force. gate calibrate shows what a gate can find on this machine.',
  });
}
