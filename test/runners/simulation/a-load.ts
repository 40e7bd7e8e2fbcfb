import { conditionsOfScenario, loadOfScenario } from '../../../runners/plan/input/load-of-scenario.ts';
import { type SimulationOptions, simulate } from '../../../runners/simulation/simulate.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';
import type { Scenario } from '../../../workloads/scenario.ts';

/** A scenario on the engine with AWS's limits, to be changed in the one that a test is about. */
export function aScenario(workload: object = {}, target: object = {}, rest: object = {}): Scenario {
  return resolveScenario({
    name: 'simulated',
    seed: 7,
    target: { kind: 'engine', shards: 1, limits: 'aws', latency: 'none', ...target },
    workloads: [
      {
        name: 'orders',
        arrivals: 'poisson',
        phases: [{ name: 'steady', duration: '20s', rate: '500/s' }],
        keys: { uniform: true, count: 10_000 },
        payload: { size: '100B' },
        ...workload,
      },
    ],
    consumers: [{ name: 'reader', kind: 'fan-out' }],
    ...rest,
  });
}

/** A scenario's load under its own conditions. */
export const simulateScenario = (scenario: Scenario, shards: number, options: Partial<SimulationOptions> = {}) =>
  simulate(loadOfScenario(scenario), shards, { ...conditionsOfScenario(scenario), ...options });
