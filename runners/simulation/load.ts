import type { QuantileTable } from '../../engine/twin/latency-profile.ts';
import type { ProducersSpec } from '../../workloads/scenario.ts';

/**
 * A load in the form that the simulation needs: how much is due when, for which hash keys, who writes it and who reads it. Scenarios,
 * traces, metrics, sketches and flags all become one of these. Times are ns from the start of the load, sizes bytes of partition key
 * and data.
 *
 *   scenario | trace | metrics | sketch | flags  ->  Load  ->  simulate(load, shardCount)  ->  SimulatedRun
 */
export interface Load {
  readonly name: string;
  /** Longer than 0; the last record is due before it. */
  readonly durationNs: number;
  /** Records and bytes of the whole load: counted if the load is recorded, expected if it is drawn. */
  readonly records: number;
  readonly bytes: number;
  /**
   * The records themselves, in the order of their due times, again from the start with each call. Only for loads that know each of their
   * records; the simulation is then exact.
   */
  readonly replay?: () => Iterable<RecordColumns>;
  /** The same load by time and shard, for loads that are too large to simulate record by record, or know no single record. */
  readonly rates: RateLoad;
  readonly keys: KeyWeights;
  /**
   * The keys with most records or bytes in any one second, busiest first; at most 64. Only for loads that know their records. One client
   * whose requests come at once may exceed a shard in that second, although its share of the whole load is small.
   */
  readonly bursts?: readonly KeyBurst[];
  readonly producers: ProducerModel;
  /**
   * Only if producers differ from each other: groups of them, numbered one group after the other. `producers` then describes all of
   * them for a method that cannot distinguish them, and its count is their sum.
   */
  readonly producerGroups?: readonly ProducerModel[];
  readonly consumers: readonly ConsumerModel[];
  /** Sentences for the reader of the plan that describe how the load was derived. */
  readonly notes: readonly string[];
}

/**
 * Records in columns, valid until the next chunk is taken: the source may fill the same columns again. `dueAtNs` never falls, neither
 * inside a chunk nor from chunk to chunk.
 */
export interface RecordColumns {
  readonly count: number;
  readonly dueAtNs: Float64Array;
  /** The record's hash key over 2^128, from 0 to below 1: its 53 most significant bits. */
  readonly hashRatio: Float64Array;
  readonly bytes: Uint32Array;
  /** Number of the producer that makes the record, from 0 to below `producers.count`. */
  readonly producer: Uint16Array;
}

/** A load by time: what is due in each step, and how it is spread over the hash keys. */
export interface RateLoad {
  /** Length of one step. */
  readonly stepNs: number;
  /** Expected records due in each step. */
  readonly recordsOfStep: Float64Array;
  readonly bytesOfStep: Float64Array;
  /**
   * Records that come together: 1 if they are independent of each other (Poisson). A batch of 100 that is sent at once is 100.
   * Metrics do not show this, so for them it is an assumption that the load's notes name.
   */
  readonly recordsPerBurst: number;
}

/** Distribution of the records over the hash keys, in the detail that is known. */
export interface KeyWeights {
  /** The heaviest keys by records, heaviest first: each with its share of all records (0 to 1). */
  readonly heaviest: readonly KeyWeight[];
  /** Distinct keys, as far as they are known or estimated. */
  readonly distinctKeys: number;
  /**
   * Shares of records by shard if a stream has so many even shards. They sum to 1.
   * @param shardCount 1 to 65,536
   */
  recordShares(shardCount: number): Float64Array;
  /** The same for bytes. */
  byteShares(shardCount: number): Float64Array;
}

/** Records and bytes of one key in its busiest second. */
export interface KeyBurst {
  /** The key itself, the hexadecimal MD5, or the digits of it that are known. */
  readonly name: string;
  readonly hashRatio: number;
  readonly records: number;
  readonly bytes: number;
  /** Start of that second, from the start of the load. */
  readonly atNs: number;
}

export interface KeyWeight {
  /** The key itself, or the hexadecimal MD5 of a key that is not stored in clear. */
  readonly name: string;
  readonly hashRatio: number;
  readonly recordShare: number;
  readonly byteShare: number;
}

/** Who writes. `retry` has full jitter, as the AWS SDKs back off. */
export interface ProducerModel extends Pick<ProducersSpec, 'count' | 'batch' | 'whenBusy' | 'retry'> {
  /** Mean duration of a call without throttling: the latency of the service and of the network. */
  readonly callNs: number;
  /** Distribution of that duration. Undefined: every call takes `callNs`. */
  readonly callQuantiles?: QuantileTable;
  /** Calls of one producer that may be open at once. With a limit, records wait for a response or are dropped. Default: no limit. */
  readonly inFlight?: number;
  /** Limits the retries of one producer, as the AWS SDKs do. Default: only the number of attempts is limited. */
  readonly quota?: RetryQuota;
}

/**
 * A bucket of tokens that starts full. A retry takes tokens from it; without enough tokens the record fails. An accepted record puts
 * back what its last retry took, or one token if it was never retried.
 */
interface RetryQuota {
  readonly tokens: number;
  readonly tokensPerRetry: number;
}

export type ConsumerModel =
  | {
      readonly name: string;
      readonly kind: 'polling';
      readonly intervalNs: number;
      /** Due time of the first poll of every shard. Default: drawn for each shard, from 0 to the interval. */
      readonly phaseNs?: number;
    }
  | { readonly name: string; readonly kind: 'fan-out' };
