import type { GateScenario } from '../../reports/gate/gate-result.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';

/**
 * Identifies a scenario by its load and target. Seed and thresholds do not count: a gate has its own seeds and ignores
 * thresholds.
 */
export function gateScenario(scenario: Scenario): GateScenario {
  const hash = scenarioHash({ ...scenario, seed: 0, thresholds: [] });
  return { name: scenario.name, hash, seed: scenario.seed };
}
