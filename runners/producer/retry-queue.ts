/** A record that was not accepted and waits for its next attempt. */
export interface RetryRow {
  dueNs: number;
  keyIndex: number;
  payloadIndex: number;
  keyCounter: number;
  intendedAtNs: number;
  firstSentAtNs: number;
  attempts: number;
  phase: number;
  /** 1 if it was throttled at least once, 0 if it only failed. */
  throttled: number;
}

const FLOATS = 3;
const INTS = 6;
/** Small, because a simulation has thousands of queues of which most stay empty. */
const FIRST_CAPACITY = 16;

/**
 * Records by the time of their next attempt: a binary heap over typed arrays, because a throttled run keeps
 * tens of thousands of them. Grows by doubling; rows are copied out into `row`, which is reused.
 */
export class RetryQueue {
  #capacity = FIRST_CAPACITY;
  #size = 0;
  #floats = new Float64Array(this.#capacity * FLOATS);
  #ints = new Int32Array(this.#capacity * INTS);
  /** The record that `pop` gave last. */
  readonly row: RetryRow = {
    dueNs: 0,
    keyIndex: 0,
    payloadIndex: 0,
    keyCounter: 0,
    intendedAtNs: 0,
    firstSentAtNs: 0,
    attempts: 0,
    phase: 0,
    throttled: 0,
  };

  get size(): number {
    return this.#size;
  }

  /** When the first record is due; Infinity when there is none. */
  get nextDueNs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#floats[0]!;
  }

  push(row: RetryRow): void {
    if (this.#size === this.#capacity) this.#grow();
    this.#write(this.#size, row);
    this.#siftUp(this.#size);
    this.#size += 1;
  }

  /** Takes the first record out, into `row`. False when there is none. */
  pop(): boolean {
    if (this.#size === 0) return false;
    this.#read(0);
    this.#size -= 1;
    this.#move(this.#size, 0);
    this.#siftDown();
    return true;
  }

  #siftUp(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (this.#floats[parent * FLOATS]! <= this.#floats[i * FLOATS]!) return;
      this.#swap(parent, i);
      i = parent;
    }
  }

  #siftDown(): void {
    for (let i = 0; ; ) {
      let least = i;
      for (let child = 2 * i + 1; child <= 2 * i + 2 && child < this.#size; child++) {
        if (this.#floats[child * FLOATS]! < this.#floats[least * FLOATS]!) least = child;
      }
      if (least === i) return;
      this.#swap(least, i);
      i = least;
    }
  }

  #write(i: number, row: RetryRow): void {
    this.#floats[i * FLOATS] = row.dueNs;
    this.#floats[i * FLOATS + 1] = row.intendedAtNs;
    this.#floats[i * FLOATS + 2] = row.firstSentAtNs;
    this.#ints[i * INTS] = row.keyIndex;
    this.#ints[i * INTS + 1] = row.payloadIndex;
    this.#ints[i * INTS + 2] = row.keyCounter;
    this.#ints[i * INTS + 3] = row.attempts;
    this.#ints[i * INTS + 4] = row.phase;
    this.#ints[i * INTS + 5] = row.throttled;
  }

  #read(i: number): void {
    this.row.dueNs = this.#floats[i * FLOATS]!;
    this.row.intendedAtNs = this.#floats[i * FLOATS + 1]!;
    this.row.firstSentAtNs = this.#floats[i * FLOATS + 2]!;
    this.row.keyIndex = this.#ints[i * INTS]!;
    this.row.payloadIndex = this.#ints[i * INTS + 1]!;
    this.row.keyCounter = this.#ints[i * INTS + 2]!;
    this.row.attempts = this.#ints[i * INTS + 3]!;
    this.row.phase = this.#ints[i * INTS + 4]!;
    this.row.throttled = this.#ints[i * INTS + 5]!;
  }

  #move(from: number, to: number): void {
    this.#floats.copyWithin(to * FLOATS, from * FLOATS, (from + 1) * FLOATS);
    this.#ints.copyWithin(to * INTS, from * INTS, (from + 1) * INTS);
  }

  #swap(a: number, b: number): void {
    for (let k = 0; k < FLOATS; k++) swapAt(this.#floats, a * FLOATS + k, b * FLOATS + k);
    for (let k = 0; k < INTS; k++) swapAt(this.#ints, a * INTS + k, b * INTS + k);
  }

  #grow(): void {
    this.#capacity *= 2;
    const floats = new Float64Array(this.#capacity * FLOATS);
    floats.set(this.#floats);
    this.#floats = floats;
    const ints = new Int32Array(this.#capacity * INTS);
    ints.set(this.#ints);
    this.#ints = ints;
  }
}

function swapAt(numbers: Float64Array | Int32Array, a: number, b: number): void {
  const kept = numbers[a]!;
  numbers[a] = numbers[b]!;
  numbers[b] = kept;
}
