const NS_PER_SECOND = 1e9;

/** Bytes read of each shard, and the most of any shard in any second. Times never fall for a shard. */
export class ReadPeaks {
  readonly #second: Float64Array;
  readonly #bytes: Float64Array;
  peakBytes = 0;

  constructor(shardCount: number) {
    this.#second = new Float64Array(shardCount);
    this.#bytes = new Float64Array(shardCount);
  }

  add(shard: number, atNs: number, bytes: number): void {
    const second = Math.floor(atNs / NS_PER_SECOND);
    if (second !== this.#second[shard]) {
      this.#second[shard] = second;
      this.#bytes[shard] = 0;
    }
    this.#bytes[shard]! += bytes;
    if (this.#bytes[shard]! > this.peakBytes) this.peakBytes = this.#bytes[shard]!;
  }
}
