import type { TargetSpec } from './targets/targets.ts';

export type { TargetSpec } from './targets/targets.ts';

/**
 * A scenario that was read, checked and resolved: defaults are filled in, and each quantity has one unit.
 * Times are nanoseconds, sizes bytes, rates records per second, ratios 0 to 1.
 */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly seed: number;
  readonly target: TargetSpec;
  readonly workloads: readonly Workload[];
  readonly consumers: readonly ConsumerSpec[];
  readonly thresholds: readonly string[];
  /** Time without progress of consumers, after the last acknowledgement, until the rest counts as lost. */
  readonly drainNs: number;
  /** Changes of the shards during the load, by time. */
  readonly steps?: readonly ScenarioStep[];
  /** Faults to inject into the target. */
  readonly faults?: readonly FaultSpec[];
}

export type ScenarioStep = ReshardStep | BrokerStep;

/** A step that changes the shards of a stream. */
export type ReshardStep =
  /** hottest: the shard with the most bytes in the last 10 s. */
  | { readonly kind: 'split'; readonly atNs: number; readonly shard: number | 'hottest' }
  /** coldest: the two neighbours with the fewest bytes in the last 10 s. */
  | { readonly kind: 'merge'; readonly atNs: number; readonly shards: readonly [number, number] | 'coldest' }
  | { readonly kind: 'shard-count'; readonly atNs: number; readonly count: number }
  | { readonly kind: 'partition-count'; readonly atNs: number; readonly count: number };

/** broker: a name of the target's commands. */
export type BrokerStep =
  | { readonly kind: 'stop'; readonly atNs: number; readonly broker: string }
  | { readonly kind: 'start'; readonly atNs: number; readonly broker: string };

interface FaultScope {
  readonly fromNs: number;
  /** Absent: the fault lasts to the end of the run. */
  readonly untilNs?: number;
  /** Absent: all operations. */
  readonly operation?: string;
  readonly shard?: number;
}

interface FaultRate {
  /** Share of calls, or of records if a PutRecords is throttled. */
  readonly rateRatio: number;
}

export type FaultSpec =
  | (FaultScope &
      FaultRate & {
        readonly kind: 'error';
        readonly code: string;
        readonly message?: string;
        readonly status?: number;
      })
  | (FaultScope & FaultRate & { readonly kind: 'latency'; readonly delayNs: number })
  | (FaultScope & { readonly kind: 'stall'; readonly untilNs: number })
  | (FaultScope & FaultRate & { readonly kind: 'drop-connection' | 'lose-response' })
  | (FaultScope &
      FaultRate & {
        readonly kind: 'throttle';
        readonly code?: 'ProvisionedThroughputExceededException' | 'InternalFailure';
      });

export interface Workload {
  readonly name: string;
  readonly arrivals: ArrivalsSpec;
  readonly phases: readonly Phase[];
  readonly keys: KeysSpec;
  readonly payload: PayloadSpec;
  readonly producers: ProducersSpec;
}

export type ArrivalsSpec =
  | { readonly kind: 'constant' }
  | { readonly kind: 'uniform' }
  | { readonly kind: 'poisson' }
  /** Poisson while on, no records while off; mean lengths of both states. */
  | { readonly kind: 'on-off'; readonly meanOnNs: number; readonly meanOffNs: number }
  /** Two-state Markov-modulated Poisson process: relative rates, and mean length of each state. */
  | { readonly kind: 'mmpp'; readonly rates: readonly [number, number]; readonly meanNs: readonly [number, number] }
  /** Times of the replayed records, divided by `speed`. The phases then come from the recording. */
  | { readonly kind: 'recorded'; readonly speed: number };

export interface Phase {
  readonly name: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** False for a warm-up, which is measured and stored but not part of the summary. */
  readonly recorded: boolean;
}

export type KeysSpec =
  | { readonly kind: 'uniform'; readonly count: number }
  | { readonly kind: 'zipf'; readonly exponent: number; readonly count: number }
  | { readonly kind: 'hot'; readonly hotCount: number; readonly hotShare: number; readonly count: number }
  | { readonly kind: 'sequential'; readonly count: number }
  /** `shares` by shard, in the order of the hash ranges; they sum to 1. */
  | { readonly kind: 'shares'; readonly shares: readonly number[]; readonly keysPerShard: number }
  | { readonly kind: 'one'; readonly key: string }
  | { readonly kind: 'field'; readonly field: string };

export type PayloadSpec =
  | { readonly kind: 'size'; readonly size: SizeSpec; readonly randomRatio: number }
  | { readonly kind: 'template'; readonly template: unknown }
  | { readonly kind: 'replay'; readonly replay: ReplaySpec };

export type SizeSpec =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'lognormal'; readonly p50Bytes: number; readonly p99Bytes: number }
  | { readonly kind: 'pareto'; readonly shape: number; readonly minBytes: number; readonly maxBytes: number };

export interface ReplaySpec {
  /** Absolute path after resolving against the scenario file's folder. */
  readonly path: string;
  readonly format: 'ndjson' | 'csv' | 'log';
  /** Encoding of keys, times and names; payloads stay bytes. Absent: UTF-8. */
  readonly encoding?: 'utf-8' | 'latin1';
  /** CSV separator, one character. Absent: detected. */
  readonly separator?: string;
  /** False if quotes in a CSV file are ordinary characters. */
  readonly quotes?: boolean;
  /** Field with the record's time, for `arrivals: recorded`, or the two fields of its date and time of day. */
  readonly timeField?: string | readonly [date: string, time: string];
  /** Unit of times that are numbers. Absent: detected. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
  /** Zone of times that have none. Absent: UTC. */
  readonly timeZone?: string;
  /** Year of syslog times, which have none. */
  readonly timeYear?: number;
  /** Records without a key: reject the file (also if absent), or skip and count them. */
  readonly missingKey?: 'reject' | 'skip';
  /** The same for records without a time. */
  readonly missingTime?: 'reject' | 'skip';
  /** SHA-256, in hex, of the decompressed content of the file when the scenario was resolved. */
  readonly sha256?: string;
}

export interface ProducersSpec {
  readonly count: number;
  readonly batch: { readonly records: number; readonly bytes: number; readonly lingerNs: number };
  /** Largest number of calls of one producer that are handed over and not yet acknowledged. */
  readonly inFlight: number;
  /** When every slot is taken: wait and send late, with the same intended times; or drop and count. */
  readonly whenBusy: 'wait' | 'drop';
  readonly retry: { readonly attempts: number; readonly baseNs: number; readonly capNs: number };
}

export type ConsumerSpec =
  | { readonly name: string; readonly kind: 'polling'; readonly intervalNs: number; readonly limit?: number }
  | { readonly name: string; readonly kind: 'fan-out' }
  /** Reads the objects or requests that a delivery stream delivered, at their destination. */
  | { readonly name: string; readonly kind: 'delivered'; readonly intervalNs: number }
  | GroupConsumerSpec;

/** A consumer group of Kafka. */
export interface GroupConsumerSpec {
  readonly name: string;
  readonly kind: 'group';
  readonly members: number;
  /** consumer: KIP-848. */
  readonly protocol: 'consumer' | 'classic';
  readonly commitNs: number;
}
