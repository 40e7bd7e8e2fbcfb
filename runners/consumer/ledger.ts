import { RECEIPT, type Receipt } from '../targets/receipt.ts';

/**
 * Counts which records a consumer received, exactly and at full speed: for each producer and key, the number of the next record
 * that it expects. A record in order costs one comparison; only gaps are remembered, as ranges.
 */
export class ReceiptLedger {
  /** Next expected record number of each key, by source. Shared with the main thread, which closes the books at the end. */
  readonly #expected: readonly (Int32Array | undefined)[];
  /** Skipped record numbers that have not arrived yet, as flat [from, to) pairs, by source and key. */
  readonly #missing = new Map<number, number[]>();
  received = 0;
  duplicated = 0;
  /** Without those of `movedRecords`. */
  reordered = 0;
  /** Records received after a later record of their key, because the key moved to another shard between them. */
  movedRecords = 0;
  /** Moves of keys to another shard. */
  keyMoves = 0;
  /** By source and key: the shard of the last record in order; undefined if keys never move without their order. */
  readonly #shardOfKey: readonly (Int32Array | undefined)[] | undefined;

  /** @param keysMove the scenario adds partitions, and the order of a key that moves is not kept. */
  constructor(expected: readonly (Int32Array | undefined)[], keysMove = false) {
    this.#expected = expected;
    this.#shardOfKey = keysMove ? expected.map((own) => own && new Int32Array(own.length).fill(NO_SHARD)) : undefined;
  }

  /** Counts a record. Records of a source whose records this thread does not receive are ignored. */
  receive(source: number, keyIndex: number, keyCounter: number, shard = NO_SHARD): Receipt {
    const expected = this.#expected[source];
    if (expected === undefined) return RECEIPT.foreign;
    const next = expected[keyIndex]!;
    if (keyCounter === next) {
      expected[keyIndex] = next + 1;
      this.received += 1;
      if (this.#shardOfKey !== undefined) this.#noteShard(source, keyIndex, shard);
      return RECEIPT.inOrder;
    }
    return this.#outOfTurn(expected, source, keyIndex, keyCounter, shard, next);
  }

  #outOfTurn(
    expected: Int32Array,
    source: number,
    keyIndex: number,
    keyCounter: number,
    shard: number,
    next: number,
  ): Receipt {
    const id = missingId(source, keyIndex);
    const ranges = this.#missing.get(id) ?? [];
    if (keyCounter > next) {
      ranges.push(next, keyCounter);
      this.#missing.set(id, ranges);
      expected[keyIndex] = keyCounter + 1;
      this.received += 1;
      if (this.#shardOfKey !== undefined) this.#noteShard(source, keyIndex, shard);
      return RECEIPT.inOrder;
    }
    if (takeOut(ranges, keyCounter)) {
      if (ranges.length === 0) this.#missing.delete(id);
      const last = this.#shardOfKey?.[source]?.[keyIndex] ?? shard;
      if (last === shard) this.reordered += 1;
      else this.movedRecords += 1;
      this.received += 1;
      return RECEIPT.late;
    }
    this.duplicated += 1;
    return RECEIPT.repeated;
  }

  #noteShard(source: number, keyIndex: number, shard: number): void {
    const shards = this.#shardOfKey![source]!;
    const last = shards[keyIndex]!;
    if (last === shard) return;
    shards[keyIndex] = shard;
    if (last !== NO_SHARD) this.keyMoves += 1;
  }

  /** Returns the records that are still missing, as flat rows of source, key index, from, to. */
  missing(): Float64Array {
    const rows: number[] = [];
    for (const [id, ranges] of this.#missing) {
      for (let i = 0; i < ranges.length; i += 2) rows.push(sourceOf(id), keyOf(id), ranges[i]!, ranges[i + 1]!);
    }
    return Float64Array.from(rows);
  }
}

const NO_SHARD = -1;
const KEYS = 2 ** 32;
const missingId = (source: number, keyIndex: number) => source * KEYS + keyIndex;
const sourceOf = (id: number) => Math.floor(id / KEYS);
const keyOf = (id: number) => id % KEYS;

/** Removes one number from ascending [from, to) pairs. Returns false if no pair contains it. */
function takeOut(ranges: number[], number: number): boolean {
  for (let i = ranges.length - 2; i >= 0; i -= 2) {
    const from = ranges[i]!;
    const to = ranges[i + 1]!;
    if (number >= to) return false;
    if (number < from) continue;
    const rest: number[] = [];
    if (from < number) rest.push(from, number);
    if (number + 1 < to) rest.push(number + 1, to);
    ranges.splice(i, 2, ...rest);
    return true;
  }
  return false;
}

/** One producer's side of the books. */
export interface SentBook {
  readonly source: number;
  /** Numbers given out for each key. */
  readonly next: Int32Array;
  /** Flat pairs of key index and record number: records that failed in their last attempt. */
  readonly failed: Float64Array;
  /** Flat pairs: numbered records without a response at the end of the run. */
  readonly unacknowledged: Float64Array;
}

/** One consumer's side; a consumer read by several threads has several. */
export interface ReceiptBook {
  readonly consumer: string;
  readonly expected: readonly (Int32Array | undefined)[];
  readonly missing: Float64Array;
}

export interface Settlement {
  /** Records without an acknowledgement that a consumer received nevertheless. */
  readonly ghosts: number;
  /** The unacknowledged records that nobody received. */
  readonly unacknowledged: number;
  /** The failed records that nobody received. */
  readonly failed: number;
  /** By consumer: sent and never received. */
  readonly lost: ReadonlyMap<string, number>;
}

/**
 * Closes the books of a run: every number that a producer gave out either reached a consumer, or is lost to it, or was
 * never sent at all.
 */
export function settle(sent: readonly SentBook[], receipts: readonly ReceiptBook[]): Settlement {
  const consumers = [...new Set(receipts.map(({ consumer }) => consumer))];
  const views = consumers.map((consumer) => new ReceivedView(receipts.filter((book) => book.consumer === consumer)));
  let ghosts = 0;
  const neverSent = { failed: 0, unacknowledged: 0 };
  for (const { source, failed, unacknowledged } of sent) {
    for (const [pairs, kind] of [
      [failed, 'failed'],
      [unacknowledged, 'unacknowledged'],
    ] as const) {
      for (let i = 0; i < pairs.length; i += 2) {
        const wasReceived = views.some((view) => view.has(source, pairs[i]!, pairs[i + 1]!));
        if (wasReceived) ghosts += 1;
        else neverSent[kind] += 1;
      }
    }
  }
  const numbered = sent.reduce((sum, { next }) => sum + total(next), 0);
  const owed = numbered - neverSent.failed - neverSent.unacknowledged;
  const lost = new Map(consumers.map((consumer, i) => [consumer, owed - views[i]!.received]));
  return { ghosts, ...neverSent, lost };
}

/** Records that one consumer received, combined from its threads' ledgers. */
class ReceivedView {
  readonly #expected = new Map<number, Int32Array>();
  readonly #missing = new Map<number, number[]>();
  readonly received: number;

  constructor(books: readonly ReceiptBook[]) {
    let received = 0;
    for (const { expected, missing } of books) {
      for (const [source, next] of expected.entries()) {
        if (next === undefined || this.#expected.has(source)) continue;
        this.#expected.set(source, next);
        received += total(next);
      }
      for (let i = 0; i < missing.length; i += 4) {
        const id = missingId(missing[i]!, missing[i + 1]!);
        const ranges = this.#missing.get(id) ?? [];
        ranges.push(missing[i + 2]!, missing[i + 3]!);
        this.#missing.set(id, ranges);
        received -= missing[i + 3]! - missing[i + 2]!;
      }
    }
    this.received = received;
  }

  has(source: number, keyIndex: number, number: number): boolean {
    const next = this.#expected.get(source)?.[keyIndex] ?? 0;
    if (number >= next) return false;
    const ranges = this.#missing.get(missingId(source, keyIndex)) ?? [];
    for (let i = 0; i < ranges.length; i += 2) if (number >= ranges[i]! && number < ranges[i + 1]!) return false;
    return true;
  }
}

function total(numbers: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  return sum;
}
