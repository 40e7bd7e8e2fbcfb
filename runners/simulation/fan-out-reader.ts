import { PushBudget } from '../../engine/twin/limits-read.ts';
import type { Conditions } from './conditions.ts';
import { LatencyCounts } from './latency-counts.ts';
import type { ConsumerModel } from './load.ts';
import { ReadPeaks } from './read-peaks.ts';
import type { RecordReader } from './record-reader.ts';
import { ShardVisibility } from './shard-visibility.ts';
import type { SimulatedConsumer } from './simulated-run.ts';

const NS_PER_MS = 1e6;

/** One consumer with enhanced fan-out: each record arrives when it is visible, at the pace of its shard's subscription. */
export class FanOutReader implements RecordReader {
  readonly #name: string;
  readonly #visibility: ShardVisibility;
  readonly #latency = new LatencyCounts();
  readonly #bytesPerSecond: number;
  /** A budget for each shard; none without a limit. */
  readonly #budgets: readonly PushBudget[];
  readonly #peaks: ReadPeaks;
  /** By shard: the last call, the bytes of its records, and when they arrive. */
  readonly #call: Float64Array;
  readonly #callBytes: Float64Array;
  readonly #arrivesAtNs: Float64Array;
  #iteratorAgeMaxNs = 0;

  constructor(consumer: ConsumerModel, conditions: Conditions) {
    const { shardCount, readLimits } = conditions;
    this.#name = consumer.name;
    this.#visibility = new ShardVisibility(shardCount, () => conditions.latencyOf(consumer));
    this.#bytesPerSecond = readLimits?.pushBytesPerSecond ?? Number.POSITIVE_INFINITY;
    const budgetCount = Number.isFinite(this.#bytesPerSecond) ? shardCount : 0;
    this.#budgets = Array.from({ length: budgetCount }, () => new PushBudget(this.#bytesPerSecond));
    this.#peaks = new ReadPeaks(shardCount);
    this.#call = new Float64Array(shardCount).fill(-1);
    this.#callBytes = new Float64Array(shardCount);
    this.#arrivesAtNs = new Float64Array(shardCount);
  }

  take(shard: number, call: number, writtenAtNs: number, intendedAtNs: number, bytes: number): void {
    if (this.#call[shard] !== call) this.#beginCall(shard, call, writtenAtNs);
    this.#callBytes[shard]! += bytes;
    this.#latency.record(this.#arrivesAtNs[shard]! - intendedAtNs);
  }

  finish(): SimulatedConsumer[] {
    for (let shard = 0; shard < this.#call.length; shard++) this.#endCall(shard);
    return [
      {
        name: this.#name,
        kind: 'fan-out',
        putToGet: this.#latency.quantiles(),
        readUtilisationRatio: this.#peaks.peakBytes / this.#bytesPerSecond,
        callUtilisationRatio: null,
        iteratorAgeMaxNs: this.#iteratorAgeMaxNs,
      },
    ];
  }

  addLatencies(all: LatencyCounts): void {
    all.add(this.#latency);
  }

  #beginCall(shard: number, call: number, writtenAtNs: number): void {
    const freeAtNs = this.#endCall(shard);
    const arrivesAtNs = Math.max(this.#visibility.visibleAtNs(shard, writtenAtNs), freeAtNs);
    this.#call[shard] = call;
    this.#callBytes[shard] = 0;
    this.#arrivesAtNs[shard] = arrivesAtNs;
    this.#iteratorAgeMaxNs = Math.max(this.#iteratorAgeMaxNs, arrivesAtNs - writtenAtNs);
  }

  /** Pays for the last call's records. Returns when the subscription may deliver again. */
  #endCall(shard: number): number {
    const bytes = this.#callBytes[shard]!;
    if (bytes === 0) return 0;
    const arrivesAtNs = this.#arrivesAtNs[shard]!;
    this.#peaks.add(shard, arrivesAtNs, bytes);
    const budget = this.#budgets[shard];
    return budget === undefined ? 0 : budget.nextAllowedAtMs(bytes, arrivesAtNs / NS_PER_MS) * NS_PER_MS;
  }
}
