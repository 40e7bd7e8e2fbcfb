import type { ShardLimits } from '../../engine/twin/limits.ts';
import type { ExpectedCost } from '../../reports/result/result.ts';
import type { TargetFacts } from '../../reports/result/target-facts.ts';
import type { LatencySpec, QuantilesSpec } from '../../workloads/limits-and-latency.ts';
import type { ConsumerSpec, Scenario, TargetSpec } from '../../workloads/scenario.ts';
import type { TargetDriver, TargetHandle } from './target.ts';

/**
 * One kind of target, as the command line, dry runs, plans, gates and reports know it. No command compares the name of a
 * kind: all differences between kinds are here.
 *
 * A kind is loaded with every command, so it imports no client library. The code that reaches the target is the driver,
 * which `loadDriver` imports when a run starts, on the main thread and on every worker thread.
 *
 * Only the first four members are required. A kind without the others costs nothing, has no limits, belongs to one
 * process, and is neither simulated nor rewritten.
 */
export interface TargetKind<Spec extends TargetSpec = TargetSpec> {
  readonly kind: Spec['kind'];
  loadDriver(at: Spec | TargetHandle): Promise<TargetDriver>;
  /** The target in a few words, such as `engine with 4 shards`. */
  title(spec: Spec): string;
  /** The other settings, each as a short text. */
  details(spec: Spec): readonly string[];
  /** Where the target is, such as `at http://localhost:4567 in us-east-1`, if that is not always the same place. */
  place?(spec: Spec): string | undefined;
  /** The guarantees of the target and the way to it; absent for a kind whose guarantees are unknown. */
  facts?(spec: Spec): TargetFacts;
  /** Consumers report how far they are behind the tip of a shard. */
  readonly reportsBehind?: boolean;

  /** Absent for a kind that never incurs charges. */
  readonly cost?: TargetCost<Spec>;
  /** Returns true if a run creates something that stays behind when its process is killed. */
  createsResources?(spec: Spec, consumers: readonly ConsumerSpec[]): boolean;
  /** Present if the parts of a run share what the spec names: returns why this scenario cannot be made in parts. */
  partsProblem?(spec: Spec, scenario: Scenario): KindProblem | undefined;

  /** Size of the Kinesis stream whose list price is the price of this target; undefined if it has none or is unknown. */
  pricedAs?(spec: Spec): { readonly shards: number; readonly isOnDemand: boolean } | undefined;

  /** Rates that one shard accepts; undefined without a limit. */
  shardLimits?(spec: Spec): ShardRates | undefined;
  /** Time for which an idle shard saves up tokens for a burst; 0 for none. */
  burstNs?(spec: Spec): number;
  readonly plan?: PlanFace<Spec>;
  readonly gate?: GateFace<Spec>;
  readonly knee?: KneeFace<Spec>;
  readonly calibrate?: CalibrateFace<Spec>;
}

export interface KindProblem {
  /** No full stop. */
  readonly what: string;
  /** A sentence. */
  readonly fix: string;
}

interface ShardRates {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface TargetCost<Spec extends TargetSpec = TargetSpec> {
  /** Who charges, such as AWS. */
  readonly payee: string;
  /** Way to avoid the charges; a phrase that follows `or`. */
  readonly avoid: string;
  /** Why a run of this kind is free when `isIncurred` returns false. */
  readonly freeBecause: string;
  isIncurred(spec: Spec): boolean;
  /** May call the target, but only operations that are free. @throws RunnerError RUNNER_TARGET_FAILED */
  estimate(scenario: Scenario, spec: Spec): Promise<ExpectedCost>;
  /** Calls nothing. The assumption is a sentence. */
  estimateOffline(scenario: Scenario, spec: Spec): Promise<ExpectedCost & { readonly assumption?: string }>;
}

/** The stream of a simulation, as far as the target defines it; the rest is AWS's. */
interface SimulatedStream {
  readonly limits: 'aws' | 'none' | ShardLimits;
  readonly latency: LatencySpec | { readonly fanOut: LatencySpec; readonly polling: LatencySpec };
  readonly maxRecordBytes: number;
}

/** Simulation of a scenario of this kind in a plan. */
interface PlanFace<Spec extends TargetSpec> {
  conditions?(spec: Spec): SimulatedStream;
  /** The latency of reads that a run which verifies the plan keeps. */
  readLatency?(spec: Spec): LatencySpec | undefined;
  /** The time of one put without throttling: `assumed` for AWS, measured quantiles, or undefined for none. */
  putLatency?(spec: Spec): 'assumed' | QuantilesSpec | undefined;
}

/** Preparation of targets for the blocks of a gate. */
export interface GateFace<Spec extends TargetSpec> {
  /** The spec of one block, if blocks must not share a resource. */
  forBlock?(spec: Spec, blockNumber: number): Spec;
  /** The spec with every time of the schedule moved by `at`. */
  rescaled?(spec: Spec, at: (ns: number) => number): Spec;
  /** A target as written in a side file, with its relative paths resolved from the file's folder. */
  withPathsFrom?(written: object, folder: string): object;
  /** Present on the one kind that a side given as an address uses. */
  readonly byAddress?: {
    /** The scenario's own spec if it is of this kind, else one like its target. */
    base(scenario: Scenario): Spec;
    at(spec: Spec, endpoint: string): Spec;
    /** The spec as a scenario writes it. */
    written(spec: Spec): Readonly<Record<string, unknown>>;
  };
}

/** Number of shards in a search for the knee. */
export interface KneeFace<Spec extends TargetSpec> {
  /** Why the number of shards is not the search's to choose. */
  shardsProblem?(spec: Spec): KindProblem | undefined;
  /** A target as written, with another number of shards. */
  withShards(written: object, shards: number): object;
}

interface CalibrateFace<Spec extends TargetSpec> {
  /** A word for the command line, such as `kinesis:STREAM`. */
  readonly shorthand?: {
    readonly text: string;
    /** Returns the target as a scenario writes it; undefined for other words. @throws RunnerError RUNNER_USAGE */
    parse(text: string): ({ readonly kind: string } & Readonly<Record<string, unknown>>) | undefined;
  };
  /** Accepts `--endpoint`. */
  readonly takesEndpoint?: boolean;
  /** False if there is no limit to find and consumers do not poll. */
  readonly probes?: false;
  /** The region that the environment gives, if the spec has none. */
  region?(spec: Spec): string | null;
}
