import type { LatencyModel } from '../../engine/twin/latency.ts';

/**
 * When written records are visible, shard by shard: the delay of the latency model, and never before the record written before. The
 * engine's readers keep the same order (engine/threads/stream-reader.ts).
 */
export class ShardVisibility {
  readonly #models: readonly LatencyModel[];
  readonly #visibleAtNs: Float64Array;

  constructor(shardCount: number, modelOf: () => LatencyModel) {
    this.#models = Array.from({ length: shardCount }, modelOf);
    this.#visibleAtNs = new Float64Array(shardCount);
  }

  /** Times never fall for a shard. */
  visibleAtNs(shard: number, writtenAtNs: number): number {
    const atNs = writtenAtNs + this.#models[shard]!.delayNs(shard, writtenAtNs);
    if (atNs > this.#visibleAtNs[shard]!) this.#visibleAtNs[shard] = atNs;
    return this.#visibleAtNs[shard]!;
  }
}
