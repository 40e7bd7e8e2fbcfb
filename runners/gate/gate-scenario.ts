import type { GateScenario } from '../../reports/gate/gate-result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';

/** By what a scenario is known again: its load and target. A gate brings its own seeds, and does not judge thresholds. */
export function gateScenario(scenario: Scenario): GateScenario {
  const hash = scenarioHash({ ...scenario, seed: 0, thresholds: [] });
  return { name: scenario.name, hash, seed: scenario.seed };
}
