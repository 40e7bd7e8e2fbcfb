import { reportError } from '../errors.ts';
import { compressHdr, HEADER_BYTES, inflateHdr, parametersOf } from './hdr-codec.ts';
import { readPayload, scanPayload } from './hdr-payload.ts';
import { checkedCount, slotInRange } from './histogram-checks.ts';
import { base64Bytes, givePage, keepBytes, takePage } from './histogram-memory.ts';
import { isOurs, SlotSums } from './slot-sums.ts';
import {
  HIGHEST_NS,
  LOWEST_NS,
  SIGNIFICANT_DIGITS,
  SLOT_COUNT,
  slotHighestNs,
  slotLowestNs,
  slotMedianNs,
  slotOf,
} from './slots.ts';
import { addSorted } from './sorted-slots.ts';

/** Slots that are counted in one array while values are added: one octave, 8 kB. */
const PAGE_SLOTS = 1024;
const PAGE_BITS = 10;
const PAGE_COUNT = SLOT_COUNT / PAGE_SLOTS;
if (PAGE_SLOTS !== 1 << PAGE_BITS || !Number.isInteger(PAGE_COUNT))
  throw new Error('histogram: pages do not fill the slots');

const NO_SLOTS = new Uint16Array(0);
const NO_COUNTS = new Float64Array(0);

/** Work space of one call at a time, none of which calls back. */
const sums = new SlotSums();
const slotRoom = new Uint16Array(SLOT_COUNT);
const countRoom = new Float64Array(SLOT_COUNT);

/**
 * Counts of latencies in the slots of slots.ts. Merging adds slot by slot, so it is exact and its order does not matter.
 *
 * Three forms, one content. Compact: the used slots in ascending order and their counts, 10 bytes a used slot. Open, while
 * counts are added: a page for each octave in use, 8 kB each; latencies seldom spread over more than ten. The first change
 * opens a histogram; `compact()` goes back. Sealed, for the thousands of one-second histograms of a long run: encoded as
 * HdrHistogram V2, 1 to 2 bytes a used slot, and decoded again for every query. Histograms that a run keeps are compressed, those
 * read from a file are not: inflating a second of 1,000 records takes three to five times as long as decoding it.
 */
export class Histogram {
  #slots: Uint16Array<ArrayBuffer> = NO_SLOTS;
  #counts: Float64Array<ArrayBuffer> = NO_COUNTS;
  #pages: (Float64Array | undefined)[] | undefined;
  #sealed: Buffer | undefined;
  /** Another histogram may have the same slots and counts. */
  #isShared = false;
  #count = 0;

  /** Takes over the counts of a recorder: `counts[slot]`, for example a view on shared memory. The result is compact. */
  static fromCounts(counts: ArrayLike<number>): Histogram {
    const histogram = new Histogram();
    let used = 0;
    for (let slot = 0; slot < counts.length; slot++) if (counts[slot] !== 0) used += 1;
    histogram.#slots = new Uint16Array(used);
    histogram.#counts = new Float64Array(used);
    used = 0;
    for (let slot = 0; slot < counts.length; slot++) {
      const count = counts[slot]!;
      if (count === 0) continue;
      histogram.#slots[used] = slot;
      histogram.#counts[used] = count;
      histogram.#count += checkedCount(slot, count);
      used += 1;
    }
    return histogram;
  }

  /**
   * Reads an HdrHistogram V2 in base64, compressed or not, and checks all of it. Its lowest value and digits must be ours,
   * because re-recording other classes would not be exact. The result is sealed.
   * @throws HISTOGRAM_NOT_READABLE, HISTOGRAM_OUT_OF_RANGE (a value above one hour)
   */
  static decode(base64: string): Histogram {
    const body = inflateHdr(base64Bytes(base64));
    if (isOurs(body)) return Histogram.#ofBody(body);
    const { lowest, digits } = parametersOf(body);
    if (lowest === LOWEST_NS && digits === SIGNIFICANT_DIGITS) {
      // The slots are ours, and only the header names another highest value.
      sums.addBody(body);
      const { count } = sums;
      return Histogram.#sealedAs(keepBytes(sums.takeBody()), count);
    }
    const ours = `results have lowest=${LOWEST_NS} digits=${SIGNIFICANT_DIGITS}`;
    throw reportError('HISTOGRAM_NOT_READABLE', {
      what: `its parameters are lowest=${lowest} digits=${digits}, but ${ours}`,
    });
  }

  static #ofBody(body: Buffer): Histogram {
    const { count } = scanPayload(body, HEADER_BYTES, body.length);
    return Histogram.#sealedAs(keepBytes(body), count);
  }

  /** All of them in one; they stay as they are. Many times as fast as merging one by one. The result is compact. */
  static sumOf(histograms: Iterable<Histogram>): Histogram {
    for (const histogram of histograms) histogram.#addTo(sums);
    const sum = new Histogram();
    sum.#count = sums.count;
    const { slots, counts } = sums.takeSlots();
    sum.#slots = slots;
    sum.#counts = counts;
    return sum;
  }

  /** The same, sealed: for sums that are kept by the thousand. */
  static sealedSumOf(histograms: Iterable<Histogram>): Histogram {
    for (const histogram of histograms) histogram.#addTo(sums);
    const { count } = sums;
    return Histogram.#sealedAs(keepBytes(sums.takeBody()), count);
  }

  static #sealedAs(bytes: Buffer, count: number): Histogram {
    const histogram = new Histogram();
    histogram.#sealed = bytes;
    histogram.#count = count;
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  /** Lower edge of the first used slot; 0 when empty. */
  get minNs(): number {
    return this.#count === 0 ? 0 : slotLowestNs(this.#first());
  }

  /** Upper edge of the last used slot; 0 when empty. */
  get maxNs(): number {
    return this.#count === 0 ? 0 : slotHighestNs(this.#last());
  }

  /** Mean of the slots' middles, within 0.1 % of the mean of the values; 0 when empty. */
  get meanNs(): number {
    if (this.#count === 0) return 0;
    let sum = 0;
    this.forEachSlot((slot, count) => {
      sum += slotMedianNs(slot) * count;
    });
    return sum / this.#count;
  }

  /**
   * The inverse of the distribution, without interpolation: the upper edge of the slot of the value with rank
   * ceil(p/100 * count), at least 1; p = 0 gives the lower edge of the first slot; 0 when empty.
   * p is lowered by one unit in its last place first, so that rounding in p/100 * count never skips a value.
   * Source: HdrHistogram, AbstractHistogram.java (getValueAtPercentile).
   */
  percentileNs(percentile: number): number {
    if (this.#count === 0) return 0;
    const rank = percentileRank(percentile, this.#count);
    let seen = 0;
    const slot = this.#findSlot((count) => {
      seen += count;
      return seen >= rank;
    });
    return percentile === 0 ? slotLowestNs(slot) : slotHighestNs(slot);
  }

  /** Number of values at or below `ns`, with the whole slot of `ns`. */
  countAtOrBelow(ns: number): number {
    if (!(ns >= 0)) return 0;
    const upTo = ns >= HIGHEST_NS ? SLOT_COUNT : slotOf(ns);
    let sum = 0;
    this.#findSlot((count, slot) => {
      if (slot > upTo) return true;
      sum += count;
      return false;
    });
    return sum;
  }

  /** @throws HISTOGRAM_OUT_OF_RANGE for a value that is not within 0 to one hour. */
  record(ns: number, count = 1): void {
    this.addSlot(slotInRange(ns), count);
  }

  /** @throws HISTOGRAM_OUT_OF_RANGE for a slot that does not exist or a count that is negative or not whole. */
  addSlot(slot: number, count: number): void {
    if (checkedCount(slot, count) === 0) return;
    const pages = this.#opened();
    pages[slot >> PAGE_BITS] ??= takePage(PAGE_SLOTS);
    pages[slot >> PAGE_BITS]![slot & (PAGE_SLOTS - 1)]! += count;
    this.#count += count;
  }

  /** Adds all of `other`, which stays as it is. */
  merge(other: Histogram): this {
    if (this.#count === 0 && other.#pages === undefined) {
      this.#pages = undefined;
      this.#sealed = other.#sealed;
      this.#slots = other.#slots;
      this.#counts = other.#counts;
      this.#count = other.#count;
      this.#isShared = other.#isShared = true;
      return this;
    }
    const source = other === this ? other.clone() : other;
    source.forEachSlot((slot, count) => this.addSlot(slot, count));
    return this;
  }

  clone(): Histogram {
    return new Histogram().merge(this);
  }

  /** Adds the first `length` slots, ascending, and stays compact. */
  addSlots(slots: Uint16Array, counts: Float64Array, length: number): void {
    if (this.#pages !== undefined || this.#sealed !== undefined) {
      for (let index = 0; index < length; index++) this.addSlot(slots[index]!, counts[index]!);
      return;
    }
    for (let index = 0; index < length; index++) this.#count += checkedCount(slots[index]!, counts[index]!);
    const [ownSlots, ownCounts] = this.#isShared
      ? [this.#slots.slice(), this.#counts.slice()]
      : [this.#slots, this.#counts];
    const sum = addSorted({ slots: ownSlots, counts: ownCounts }, slots, counts, length);
    this.#slots = sum.slots;
    this.#counts = sum.counts;
    this.#isShared = false;
  }

  /** Calls `visit` for every used slot, in ascending order. */
  forEachSlot(visit: (slot: number, count: number) => void): void {
    this.#findSlot((count, slot) => {
      visit(slot, count);
      return false;
    });
  }

  /** Makes an open histogram small. */
  compact(): this {
    if (this.#pages === undefined) return this;
    const slots: number[] = [];
    const counts: number[] = [];
    this.forEachSlot((slot, count) => {
      slots.push(slot);
      counts.push(count);
    });
    this.#slots = Uint16Array.from(slots);
    this.#counts = Float64Array.from(counts);
    this.#closePages();
    return this;
  }

  /** Makes a histogram as small as it gets, for one that is kept and seldom asked. */
  seal(): this {
    if (this.#sealed !== undefined) return this;
    this.#sealed = keepBytes(compressHdr(this.#body()));
    this.#closePages();
    this.#slots = NO_SLOTS;
    this.#counts = NO_COUNTS;
    return this;
  }

  /** Empties the histogram and gives its pages back at once, without the garbage collector. */
  clear(): void {
    this.#closePages();
    this.#slots = NO_SLOTS;
    this.#counts = NO_COUNTS;
    this.#sealed = undefined;
    this.#isShared = false;
    this.#count = 0;
  }

  /** HdrHistogram V2, compressed, base64: what every HdrHistogram library and log viewer reads. */
  encode(): string {
    return compressHdr(this.#body()).toString('base64');
  }

  /** HdrHistogram V2, not compressed, base64: about twice as long, and read about five times as fast. */
  encodePlain(): string {
    return this.#body().toString('base64');
  }

  /** Header and payload, possibly in memory that the next call uses again. */
  #body(): Buffer {
    if (this.#sealed !== undefined) return inflateHdr(this.#sealed);
    this.#addTo(sums);
    return sums.takeBody();
  }

  toJSON(): string {
    return this.encode();
  }

  equals(other: Histogram): boolean {
    if (this.#count !== other.#count) return false;
    const mine: number[] = [];
    const theirs: number[] = [];
    this.forEachSlot((slot, count) => mine.push(slot, count));
    other.forEachSlot((slot, count) => theirs.push(slot, count));
    return mine.length === theirs.length && mine.every((value, index) => value === theirs[index]);
  }

  #addTo(into: SlotSums): void {
    if (this.#sealed !== undefined) into.addBody(inflateHdr(this.#sealed));
    else if (this.#pages === undefined) into.add(this.#slots, this.#counts, this.#count);
    else {
      findInPages(this.#pages, (count, slot) => {
        into.addSlot(slot, count);
        return false;
      });
    }
  }

  /** A compact copy of what is sealed. */
  #unsealed(sealed: Buffer): Histogram {
    const body = inflateHdr(sealed);
    const used = readPayload(body, HEADER_BYTES, body.length, slotRoom, countRoom);
    const histogram = new Histogram();
    histogram.#slots = slotRoom.slice(0, used);
    histogram.#counts = countRoom.slice(0, used);
    histogram.#count = this.#count;
    return histogram;
  }

  #first(): number {
    return this.#findSlot(() => true);
  }

  #last(): number {
    return this.#findSlot(() => false);
  }

  /** The first used slot for which `stop` is true, or the last used one. */
  #findSlot(stop: (count: number, slot: number) => boolean): number {
    if (this.#sealed !== undefined) return this.#unsealed(this.#sealed).#findCompact(stop);
    return this.#pages === undefined ? this.#findCompact(stop) : findInPages(this.#pages, stop);
  }

  #findCompact(stop: (count: number, slot: number) => boolean): number {
    for (let index = 0; index < this.#slots.length; index++) {
      if (stop(this.#counts[index]!, this.#slots[index]!)) return this.#slots[index]!;
    }
    return this.#slots.at(-1) ?? 0;
  }

  #closePages(): void {
    for (const page of this.#pages ?? []) if (page !== undefined) givePage(page);
    this.#pages = undefined;
  }

  #opened(): (Float64Array | undefined)[] {
    if (this.#pages !== undefined) return this.#pages;
    if (this.#sealed !== undefined) {
      const unsealed = this.#unsealed(this.#sealed);
      this.#slots = unsealed.#slots;
      this.#counts = unsealed.#counts;
      this.#sealed = undefined;
    }
    const pages: (Float64Array | undefined)[] = new Array(PAGE_COUNT).fill(undefined);
    for (const [index, slot] of this.#slots.entries()) {
      pages[slot >> PAGE_BITS] ??= takePage(PAGE_SLOTS);
      pages[slot >> PAGE_BITS]![slot & (PAGE_SLOTS - 1)] = this.#counts[index]!;
    }
    this.#slots = NO_SLOTS;
    this.#counts = NO_COUNTS;
    this.#pages = pages;
    return pages;
  }
}

function findInPages(
  pages: readonly (Float64Array | undefined)[],
  stop: (count: number, slot: number) => boolean,
): number {
  let last = 0;
  for (let page = 0; page < PAGE_COUNT; page++) {
    const counts = pages[page];
    if (counts === undefined) continue;
    for (let index = 0; index < PAGE_SLOTS; index++) {
      if (counts[index] === 0) continue;
      last = page * PAGE_SLOTS + index;
      if (stop(counts[index]!, last)) return last;
    }
  }
  return last;
}

/** Rank of the value that a percentile names among `count` values in ascending order, 1 to `count`. */
export function percentileRank(percentile: number, count: number): number {
  const oneUlpLower = Math.min(Math.max(percentile, 0), 100) * (1 - 2 ** -53);
  return Math.max(1, Math.ceil((oneUlpLower * count) / 100));
}
