import { type TraceColumns, traceColumns } from './spool.ts';

/** Records that may lie between a record and an older one after it. */
export const ORDER_WINDOW_RECORDS = 65_536;

/** Takes records in the order of time. */
export type OrderedSink = (timeNs: number, hashRatio: number, bytes: number) => void;

/**
 * Brings records into the order of their times if they are nearly in it: each record may come up to `windowRecords` records too late.
 * Records of one time keep their order. Memory is that of two windows; records that are in order already are only copied.
 */
export class TimeOrder {
  readonly #windowRecords: number;
  readonly #columns: TraceColumns;
  readonly #sink: OrderedSink;
  #count = 0;
  #isSorted = true;
  #youngestNs = Number.NEGATIVE_INFINITY;
  #passedNs = Number.NEGATIVE_INFINITY;
  /** Records that came after a younger one. */
  outOfOrderCount = 0;

  constructor(sink: OrderedSink, windowRecords = ORDER_WINDOW_RECORDS) {
    this.#sink = sink;
    this.#windowRecords = windowRecords;
    this.#columns = traceColumns(2 * windowRecords);
  }

  /**
   * @returns 0, or how much older (ns) the record is than one that has already left the window: it cannot be brought into order.
   */
  add(timeNs: number, hashRatio: number, bytes: number): number {
    if (timeNs < this.#passedNs) return this.#passedNs - timeNs;
    if (this.#count === 2 * this.#windowRecords) this.#pass(this.#windowRecords);
    if (timeNs < this.#passedNs) return this.#passedNs - timeNs;
    const { timesNs, hashRatios, bytes: sizes } = this.#columns;
    timesNs[this.#count] = timeNs;
    hashRatios[this.#count] = hashRatio;
    sizes[this.#count] = bytes;
    this.#count += 1;
    if (timeNs < this.#youngestNs) {
      this.outOfOrderCount += 1;
      this.#isSorted = false;
    } else this.#youngestNs = timeNs;
    return 0;
  }

  /** Call after the last record. */
  finish(): void {
    this.#pass(this.#count);
  }

  #pass(records: number): void {
    if (!this.#isSorted) this.#sort();
    const { timesNs, hashRatios, bytes } = this.#columns;
    for (let i = 0; i < records; i += 1) this.#sink(timesNs[i]!, hashRatios[i]!, bytes[i]!);
    if (records > 0) this.#passedNs = timesNs[records - 1]!;
    for (const column of [timesNs, hashRatios, bytes]) column.copyWithin(0, records, this.#count);
    this.#count -= records;
  }

  #sort(): void {
    const { timesNs, hashRatios, bytes } = this.#columns;
    const count = this.#count;
    const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => timesNs[a]! - timesNs[b]! || a - b);
    for (const column of [timesNs, hashRatios, bytes]) {
      const unsorted = column.slice(0, count);
      for (let i = 0; i < count; i += 1) column[i] = unsorted[order[i]!]!;
    }
    this.#isSorted = true;
  }
}
