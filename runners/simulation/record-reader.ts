import type { LatencyCounts } from './latency-counts.ts';
import type { SimulatedConsumer } from './simulated-run.ts';

/** Consumers in virtual time: they receive every accepted record, and time it. */
export interface RecordReader {
  /**
   * A record was accepted. Records of one call and shard become visible together.
   * @param call number of the call; it never falls.
   */
  take(shard: number, call: number, writtenAtNs: number, intendedAtNs: number, bytes: number): void;
  /** Reads everything that is left, and reports. */
  finish(): SimulatedConsumer[];
  /** Adds the put-to-get latencies of its consumers. Call after `finish`. */
  addLatencies(all: LatencyCounts): void;
}
