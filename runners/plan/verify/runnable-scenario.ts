import { MIB } from '../../../engine/twin/limits.ts';
import type { LatencySpec } from '../../../workloads/limits-and-latency.ts';
import { maxRecordBytesOf } from '../../../workloads/resolve-target.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import { memoryNeededBytes } from '../../../workloads/targets/engine-memory.ts';
import type { ConsumerModel } from '../../simulation/load.ts';
import { kindOf } from '../../targets/targets.ts';
import type { Slo } from '../slo.ts';

const MEMORY_MIN_BYTES = 256 * MIB;

export interface RunnableOptions {
  readonly shards: number;
  readonly seed: number;
  readonly slo: Slo;
  readonly consumers: readonly ConsumerModel[];
}

/**
 * A scenario as it is run to check a plan: on the engine with the limits of AWS and so many shards, judged by the plan's SLO, with each
 * phase recorded, because the simulation counts all of them. Its steps and faults are removed, because the plan ignores them.
 */
export function runnableScenario(scenario: Scenario, { shards, seed, slo, consumers }: RunnableOptions): Scenario {
  const { steps: _steps, faults: _faults, ...rest } = scenario;
  return {
    ...rest,
    seed,
    target: engineOf(scenario, shards, consumers),
    thresholds: slo.thresholds.map(({ text }) => text),
    workloads: scenario.workloads.map((workload) => ({
      ...workload,
      phases: workload.phases.map((phase) => ({ ...phase, recorded: true })),
    })),
  };
}

function engineOf({ target }: Scenario, shards: number, consumers: readonly ConsumerModel[]): EngineTargetSpec {
  const maxRecordBytes = maxRecordBytesOf(target);
  return {
    kind: 'engine',
    shards,
    limits: 'aws',
    latency: kindOf(target).plan?.readLatency?.(target) ?? latencyOf(consumers),
    memoryBytes: Math.max(MEMORY_MIN_BYTES, memoryNeededBytes(shards, maxRecordBytes)),
    maxRecordBytes,
    whenFull: 'trim',
  };
}

/** The engine has one latency for all consumers. */
function latencyOf(consumers: readonly ConsumerModel[]): LatencySpec {
  return consumers.some(({ kind }) => kind === 'fan-out') ? 'enhanced-fan-out' : 'polling';
}
