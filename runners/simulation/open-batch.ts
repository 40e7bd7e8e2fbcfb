const FIRST_CAPACITY = 16;

/** The records of a producer's open batch, as columns that grow by doubling up to the largest batch. */
export class OpenBatch {
  readonly #maxRecords: number;
  shard = new Int32Array(0);
  bytes = new Uint32Array(0);
  intendedAtNs = new Float64Array(0);
  /** Has a meaning only for a record that was sent before. */
  firstSentAtNs = new Float64Array(0);
  /** Earlier attempts of the record. */
  attempts = new Int32Array(0);
  /** 1 for a record that was throttled before. */
  wasThrottled = new Uint8Array(0);
  count = 0;
  totalBytes = 0;

  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords;
  }

  add(
    shard: number,
    bytes: number,
    intendedAtNs: number,
    firstSentAtNs: number,
    attempts: number,
    wasThrottled: number,
  ): void {
    const row = this.count;
    if (row === this.shard.length) this.#grow();
    this.shard[row] = shard;
    this.bytes[row] = bytes;
    this.intendedAtNs[row] = intendedAtNs;
    this.firstSentAtNs[row] = firstSentAtNs;
    this.attempts[row] = attempts;
    this.wasThrottled[row] = wasThrottled;
    this.count = row + 1;
    this.totalBytes += bytes;
  }

  clear(): void {
    this.count = 0;
    this.totalBytes = 0;
  }

  #grow(): void {
    const capacity = Math.min(this.#maxRecords, Math.max(FIRST_CAPACITY, 2 * this.shard.length));
    const old = { ...this };
    this.shard = new Int32Array(capacity);
    this.bytes = new Uint32Array(capacity);
    this.intendedAtNs = new Float64Array(capacity);
    this.firstSentAtNs = new Float64Array(capacity);
    this.attempts = new Int32Array(capacity);
    this.wasThrottled = new Uint8Array(capacity);
    this.shard.set(old.shard);
    this.bytes.set(old.bytes);
    this.intendedAtNs.set(old.intendedAtNs);
    this.firstSentAtNs.set(old.firstSentAtNs);
    this.attempts.set(old.attempts);
    this.wasThrottled.set(old.wasThrottled);
  }
}
