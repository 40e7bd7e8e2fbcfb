const FIRST_CAPACITY = 1024;

/** Records that are due while their producer must not pick up new ones, first in, first out. Grows by doubling. */
export class HeldBackRecords {
  #dueAtNs = new Float64Array(0);
  #shards = new Int32Array(0);
  #bytes = new Uint32Array(0);
  #first = 0;
  count = 0;
  /** The record that `take` took last. */
  dueAtNs = 0;
  shard = 0;
  bytes = 0;

  push(dueAtNs: number, shard: number, bytes: number): void {
    if (this.count === this.#shards.length) this.#grow();
    const at = (this.#first + this.count) % this.#shards.length;
    this.#dueAtNs[at] = dueAtNs;
    this.#shards[at] = shard;
    this.#bytes[at] = bytes;
    this.count += 1;
  }

  /** Takes the first record; there must be one. */
  take(): void {
    const at = this.#first;
    this.dueAtNs = this.#dueAtNs[at]!;
    this.shard = this.#shards[at]!;
    this.bytes = this.#bytes[at]!;
    this.#first = (at + 1) % this.#shards.length;
    this.count -= 1;
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.#shards.length * 2);
    const dueAtNs = new Float64Array(capacity);
    const shards = new Int32Array(capacity);
    const bytes = new Uint32Array(capacity);
    for (let i = 0; i < this.count; i++) {
      const at = (this.#first + i) % this.#shards.length;
      dueAtNs[i] = this.#dueAtNs[at]!;
      shards[i] = this.#shards[at]!;
      bytes[i] = this.#bytes[at]!;
    }
    this.#dueAtNs = dueAtNs;
    this.#shards = shards;
    this.#bytes = bytes;
    this.#first = 0;
  }
}
