import { createStream, KEY_MAX_BYTES, type StreamHandle } from '../../../engine/threads/stream.ts';
import { shardsMadeAtMost } from '../../../engine/threads/stream-change.ts';
import { StreamControl } from '../../../engine/threads/stream-control.ts';
import type { TwinProfileSpec } from '../../../workloads/limits-and-latency.ts';
import { POOL_PAYLOADS, stratifiedSizes } from '../../../workloads/payloads.ts';
import type { Scenario, ScenarioStep } from '../../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import { runnerError } from '../../errors.ts';
import type { Reshard, Resharding } from '../reshard.ts';
import type { Target, TargetHandle } from '../target.ts';
import { EngineFaultInjection, type EngineFaults, engineFaultsOf } from './engine-faults.ts';
import { type EngineReadLimits, engineReadLimitsOf } from './read-limits.ts';
import { writeLimitsOf } from './write-limits.ts';

export interface EngineHandle extends TargetHandle {
  readonly kind: 'engine';
  readonly stream: StreamHandle;
  /** Undefined where the scenario has none: then they cost nothing. */
  readonly faults: EngineFaults | undefined;
  readonly readLimits: EngineReadLimits | undefined;
  /** Profile of the service that the engine imitates; undefined if it imitates none. */
  readonly profile: TwinProfileSpec | undefined;
}

export async function setUpEngine(spec: EngineTargetSpec, scenario: Scenario): Promise<Target> {
  const { shards: shardCount, memoryBytes, reservedBytes, maxRecordBytes, whenFull, latency } = spec;
  try {
    const shardCapacity = shardCapacityOf(shardCount, scenario);
    const stream = createStream({
      shardCount,
      shardCapacity,
      memoryBytes: reservedBytes ?? memoryBytes,
      ...(reservedBytes === undefined
        ? {}
        : { budgetBytes: memoryBytes, largestRecordBytes: largestRecordOf(scenario) }),
      maxRecordBytes,
      whenFull,
      latency,
      limits: writeLimitsOf(spec),
      seed: scenario.seed,
    });
    const faults = engineFaultsOf(scenario);
    const readLimits = engineReadLimitsOf(spec, shardCapacity);
    const handle: EngineHandle = { kind: 'engine', stream, faults, readLimits, profile: spec.profile };
    const traits = {
      shardCount,
      shardCapacity,
      consumers: 'own',
      waits: 'thread',
      residenceStart: 'hand-over',
      maxRecordBytes,
      envelopeBytes: 0,
    } as const;
    return {
      traits,
      handle,
      resharding: new EngineResharding(stream),
      faultInjection: new EngineFaultInjection(faults),
      tearDown: async () => {},
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw runnerError('RUNNER_USAGE', {
      what: `the machine cannot reserve memory: ${Math.ceil((reservedBytes ?? memoryBytes) / 2 ** 20)}MiB for ${shardCount} shards: ${why}`,
      where: 'target: engine',
      fix: 'Lower memory, shards, those that steps make, or maxRecordBytes in the target.',
      cause,
    });
  }
}

/** Bytes of partition key and data; Infinity if a workload does not define it. */
function largestRecordOf({ workloads }: Scenario): number {
  return Math.max(
    ...workloads.map(({ payload }) => {
      if (payload.kind !== 'size') return Number.POSITIVE_INFINITY;
      return KEY_MAX_BYTES + stratifiedSizes(payload.size, POOL_PAYLOADS).at(-1)!;
    }),
  );
}

/** Room for every shard that the scenario's steps can make. */
function shardCapacityOf(shardCount: number, { steps = [] }: Scenario): number {
  return steps.reduce((capacity, step) => capacity + madeAtMost(step), shardCount);
}

/** The rules of the target reject other steps. */
function madeAtMost(step: ScenarioStep): number {
  switch (step.kind) {
    case 'split':
    case 'merge':
    case 'shard-count':
      return shardsMadeAtMost(step);
    default:
      return 0;
  }
}

/** Changes the engine's shards from the main thread, while workers write and read. */
class EngineResharding implements Resharding {
  readonly #control: StreamControl;

  constructor(stream: StreamHandle) {
    this.#control = new StreamControl(stream);
  }

  async openShards(): Promise<number[]> {
    return this.#control.openShards.map(({ index }) => index);
  }

  async reshard(change: Reshard): ReturnType<Resharding['reshard']> {
    switch (change.kind) {
      case 'split':
        return this.#control.split(change.shard);
      case 'merge':
        return this.#control.merge(...change.shards);
      case 'shard-count':
        return this.#control.setShardCount(change.count);
    }
  }
}
