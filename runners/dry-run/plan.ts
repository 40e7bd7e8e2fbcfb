import { faultText } from '../../reports/format/fault-text.ts';
import { stepText } from '../../reports/format/step-text.ts';
import type { Part } from '../../reports/result/origin.ts';
import type { ExpectedCost } from '../../reports/result/result.ts';
import { replayPlan } from '../../workloads/replay-plan.ts';
import { shardsAtStart } from '../../workloads/resolve-target.ts';
import type { ConsumerSpec, Phase, Scenario, TargetSpec, Workload } from '../../workloads/scenario.ts';
import { expectedRecords, scheduleEndNs } from '../../workloads/schedule.ts';
import { shareOf } from '../run/run-part.ts';
import { kindOf } from '../targets/targets.ts';
import { ratePeak } from './rate-peak.ts';
import { type WorkloadLoad, workloadLoad } from './workload-load.ts';

/** Plan of a run, computed without running. Times are nanoseconds from the start of the load. */
export interface DryRunPlan {
  readonly scenario: string;
  readonly description?: string;
  readonly seed: number;
  /** Without it, the run makes the whole load. */
  readonly part?: Part;
  readonly startAt?: string;
  /** Duration of the load, up to the end of the last phase. */
  readonly durationNs: number;
  readonly drainNs: number;
  readonly target: TargetSpec;
  readonly workloads: readonly WorkloadPlan[];
  readonly consumers: readonly ConsumerSpec[];
  readonly timeLine: readonly TimedEvent[];
  readonly load: ExpectedLoad;
  readonly limits: LimitUse | null;
  readonly thresholds: readonly PlannedThreshold[];
  /** Null if the run costs nothing. */
  readonly cost: (ExpectedCost & { readonly assumption?: string }) | null;
  /** Sentences that describe the replays. */
  readonly replays: readonly string[];
  readonly outDir: string;
}

export interface WorkloadPlan extends Omit<Workload, 'phases'> {
  readonly phases: readonly (Phase & { readonly expectedRecords: number })[];
  readonly expectedRecords: number;
  readonly payloadMeanBytes: number;
}

export interface TimedEvent {
  readonly kind: 'step' | 'fault';
  readonly atNs: number;
  /** Null: at one instant, or to the end of the run. */
  readonly untilNs: number | null;
  readonly text: string;
}

/** The load of all workloads together, or the share of a part. Bytes are those of partition keys and data. */
interface ExpectedLoad {
  readonly records: number;
  readonly bytes: number;
  /** Over the whole duration, pauses included. */
  readonly mean: ExpectedRates;
  readonly peak: ExpectedRates & { readonly phase: string; readonly atNs: number };
}

export interface ExpectedRates {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** The load against what shards accept. A stream that parts share has the load of all of them. */
export interface LimitUse {
  readonly shards: number;
  /** The limit of one shard. */
  readonly limit: ExpectedRates;
  readonly meanRatio: number;
  readonly peakRatio: number;
  /** At the peak, with the shards that the run starts with. */
  readonly busiest: ExpectedRates & { readonly shard: number; readonly ratio: number };
}

interface PlannedThreshold {
  readonly text: string;
  /** True for what is expected of every judged run. */
  readonly default: boolean;
}

export interface PlanOptions {
  readonly outDir: string;
  readonly part?: Part | undefined;
  readonly startAt?: string | undefined;
  readonly thresholds: readonly PlannedThreshold[];
  readonly cost: DryRunPlan['cost'];
}

/** @throws ScenarioError when a recording changed or was deleted since the scenario was resolved. */
export function planOf(scenario: Scenario, { outDir, part, startAt, thresholds, cost }: PlanOptions): DryRunPlan {
  const { name, description, seed, target, workloads, consumers, drainNs } = scenario;
  const shards = shardsAtStart(target) ?? null;
  const loads = workloads.map((workload) => workloadLoad(workload, scenario, shards));
  const shares = workloads.map((workload) => shareOf(workload, part));
  const whole = workloads.map(() => 1);
  return {
    scenario: name,
    ...(description === undefined ? {} : { description }),
    seed,
    ...(part === undefined ? {} : { part }),
    ...(startAt === undefined ? {} : { startAt }),
    durationNs: scheduleEndNs(workloads),
    drainNs,
    target,
    workloads: workloads.map((workload, index) => workloadPlan(workload, loads[index]!, shares[index]!)),
    consumers,
    timeLine: timeLineOf(scenario),
    load: expectedLoad(workloads, loads, shares),
    limits: limitUse(scenario, loads, kindOf(target).partsProblem === undefined ? shares : whole),
    thresholds,
    cost,
    replays: replayPlan(scenario),
    outDir,
  };
}

function workloadPlan(workload: Workload, { payloadMeanBytes }: WorkloadLoad, share: number): WorkloadPlan {
  const phases = workload.phases.map((phase) => ({
    ...phase,
    expectedRecords: share * expectedRecords(workload, phase.startNs, phase.startNs + phase.durationNs),
  }));
  const records = phases.reduce((sum, phase) => sum + phase.expectedRecords, 0);
  return { ...workload, phases, expectedRecords: records, payloadMeanBytes };
}

function timeLineOf({ steps = [], faults = [] }: Scenario): TimedEvent[] {
  const stepEvents = steps.map((step): TimedEvent => {
    return { kind: 'step', atNs: step.atNs, untilNs: null, text: stepText(step) };
  });
  const faultEvents = faults.map((fault): TimedEvent => {
    return { kind: 'fault', atNs: fault.fromNs, untilNs: fault.untilNs ?? null, text: faultText(fault) };
  });
  return [...stepEvents, ...faultEvents].sort((a, b) => a.atNs - b.atNs);
}

function expectedLoad(
  workloads: readonly Workload[],
  loads: readonly WorkloadLoad[],
  shares: readonly number[],
): ExpectedLoad {
  const seconds = scheduleEndNs(workloads) / 1e9;
  let records = 0;
  let bytes = 0;
  for (const [index, workload] of workloads.entries()) {
    const due = shares[index]! * expectedRecords(workload, 0, scheduleEndNs([workload]));
    records += due;
    bytes += due * loads[index]!.recordMeanBytes;
  }
  const peak = ratePeak(workloads, shares);
  return {
    records,
    bytes,
    mean: { recordsPerSecond: perSecond(records, seconds), bytesPerSecond: perSecond(bytes, seconds) },
    peak: {
      recordsPerSecond: peak.perSecond,
      bytesPerSecond: bytesOf(peak.workloadsPerSecond, loads),
      phase: peak.phase,
      atNs: peak.atNs,
    },
  };
}

const perSecond = (count: number, seconds: number): number => (seconds > 0 ? count / seconds : 0);

const bytesOf = (rates: readonly number[], loads: readonly WorkloadLoad[]): number =>
  rates.reduce((sum, rate, index) => sum + rate * loads[index]!.recordMeanBytes, 0);

function limitUse(
  { target, workloads }: Scenario,
  loads: readonly WorkloadLoad[],
  shares: readonly number[],
): LimitUse | null {
  const shards = shardsAtStart(target) ?? null;
  const limit = kindOf(target).shardLimits?.(target);
  if (limit === undefined || shards === null) return null;
  const ratio = (rates: ExpectedRates, shards: number) =>
    Math.max(rates.recordsPerSecond / limit.recordsPerSecond, rates.bytesPerSecond / limit.bytesPerSecond) / shards;
  const { mean, peak } = expectedLoad(workloads, loads, shares);
  const { workloadsPerSecond } = ratePeak(workloads, shares);
  const byShard = Array.from({ length: shards }, (_, shard) => {
    const rates = workloadsPerSecond.map((rate, index) => rate * loads[index]!.shardShares[shard]!);
    const found = {
      recordsPerSecond: rates.reduce((sum, rate) => sum + rate, 0),
      bytesPerSecond: bytesOf(rates, loads),
    };
    return { shard, ...found, ratio: ratio(found, 1) };
  });
  return {
    shards,
    limit: { recordsPerSecond: limit.recordsPerSecond, bytesPerSecond: limit.bytesPerSecond },
    meanRatio: ratio(mean, shards),
    peakRatio: ratio(peak, shards),
    busiest: byShard.reduce((best, shard) => (shard.ratio > best.ratio ? shard : best)),
  };
}
