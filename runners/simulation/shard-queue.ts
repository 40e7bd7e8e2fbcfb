const FIRST_CALLS = 8;
const FIRST_RECORDS = 32;

/**
 * The written and not yet read records of one shard, for several readers. Records of one call are read together. Calls and records are
 * numbered from 0 on; both lie in rings that grow by doubling.
 */
export class ShardQueue {
  #visibleAtNs = new Float64Array(FIRST_CALLS);
  #writtenAtNs = new Float64Array(FIRST_CALLS);
  #callBytes = new Float64Array(FIRST_CALLS);
  /** One past the last record of each call. */
  #endRecord = new Float64Array(FIRST_CALLS);
  #intendedAtNs = new Float64Array(FIRST_RECORDS);
  /** The first call and record that some reader has not read, and one past the last ones. */
  #firstCall = 0;
  #firstRecord = 0;
  endCall = 0;
  #recordEnd = 0;

  beginCall(writtenAtNs: number, visibleAtNs: number): void {
    if (this.endCall - this.#firstCall === this.#visibleAtNs.length) this.#growCalls();
    const at = this.endCall & (this.#visibleAtNs.length - 1);
    this.#visibleAtNs[at] = visibleAtNs;
    this.#writtenAtNs[at] = writtenAtNs;
    this.#callBytes[at] = 0;
    this.#endRecord[at] = this.#recordEnd;
    this.endCall += 1;
  }

  /** Adds a record to the call that was begun last. */
  add(intendedAtNs: number, bytes: number): void {
    if (this.#recordEnd - this.#firstRecord === this.#intendedAtNs.length) this.#growRecords();
    this.#intendedAtNs[this.#recordEnd & (this.#intendedAtNs.length - 1)] = intendedAtNs;
    this.#recordEnd += 1;
    const at = (this.endCall - 1) & (this.#visibleAtNs.length - 1);
    this.#endRecord[at] = this.#recordEnd;
    this.#callBytes[at]! += bytes;
  }

  visibleAtNs(call: number): number {
    return this.#visibleAtNs[call & (this.#visibleAtNs.length - 1)]!;
  }

  writtenAtNs(call: number): number {
    return this.#writtenAtNs[call & (this.#visibleAtNs.length - 1)]!;
  }

  callBytes(call: number): number {
    return this.#callBytes[call & (this.#visibleAtNs.length - 1)]!;
  }

  endRecord(call: number): number {
    return this.#endRecord[call & (this.#visibleAtNs.length - 1)]!;
  }

  intendedAtNs(record: number): number {
    return this.#intendedAtNs[record & (this.#intendedAtNs.length - 1)]!;
  }

  /** Every reader has read up to here. */
  release(call: number, record: number): void {
    this.#firstCall = call;
    this.#firstRecord = record;
  }

  #growCalls(): void {
    const { length } = this.#visibleAtNs;
    const move = (ring: Float64Array) => copied(ring, new Float64Array(length * 2), this.#firstCall, this.endCall);
    this.#visibleAtNs = move(this.#visibleAtNs);
    this.#writtenAtNs = move(this.#writtenAtNs);
    this.#callBytes = move(this.#callBytes);
    this.#endRecord = move(this.#endRecord);
  }

  #growRecords(): void {
    const larger = new Float64Array(this.#intendedAtNs.length * 2);
    this.#intendedAtNs = copied(this.#intendedAtNs, larger, this.#firstRecord, this.#recordEnd);
  }
}

function copied(
  from: Float64Array,
  into: Float64Array<ArrayBuffer>,
  first: number,
  end: number,
): Float64Array<ArrayBuffer> {
  for (let i = first; i < end; i++) into[i & (into.length - 1)] = from[i & (from.length - 1)]!;
  return into;
}
