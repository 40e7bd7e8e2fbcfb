import { CLASS_COUNT, classOfSlot } from '../../reports/histogram/latency-classes.ts';
import { HIGHEST_NS, SLOT_COUNT, slotOf } from '../../reports/histogram/slots.ts';
import { CLASS_SUMS } from '../../reports/result/composition.ts';

/**
 * The measurements of one worker, in memory that the main thread reads: histograms and counters for each cell (a phase and
 * shard of a workload), twice. The worker writes one half while the main thread empties the other; once a second they
 * change places. Recording is an array increment: no lock, no message, nothing for the garbage collector.
 *
 *   places   half 0: cell 0: span 0: chunk ...  span 1: chunk ...   cell 1: ...      half 1: the same
 *   slots    half 0: chunk, chunk, ...                                               half 1: the same
 *   counters of cell 0, 1, ..., half 0 and half 1
 *
 * The latencies of a second lie in few of the slots that a span has. So slots come in chunks, and a chunk is taken when the first value of
 * a second falls into it: `places` has its number, or 0. A half that is emptied begins with its first chunk again. With 1,000 shards all
 * slots would be some GiB; the chunks of a second are some 50 MiB.
 *
 * A consumer's has, for each cell, two sums for each class of put-to-get besides (reports/result/composition.ts).
 */
export interface RecorderHandle {
  readonly cellCount: number;
  readonly spanCount: number;
  readonly counterCount: number;
  readonly slots: SharedArrayBuffer;
  readonly places: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  /** Empty where nothing is recorded by class. */
  readonly classSums: SharedArrayBuffer;
  readonly header: SharedArrayBuffer;
}

const HALVES = 2;
/** Slots of one chunk. The slots of a span are a whole number of chunks. */
const CHUNK_BITS = 7;
const CHUNK_SLOTS = 1 << CHUNK_BITS;
const SLOT_MASK = CHUNK_SLOTS - 1;
const SPAN_CHUNKS = SLOT_COUNT / CHUNK_SLOTS;
if (!Number.isInteger(SPAN_CHUNKS)) throw new Error('recorder: chunks do not fill the slots of a span');
/** In `places`: the span has no chunk for these slots. */
const NO_CHUNK = 0;
const INTERVAL_NS = 1e9;

/** Floats by class of one cell. */
const CELL_CLASS_SUMS = CLASS_COUNT * CLASS_SUMS;

/** State words, one a half. */
const WRITING = 0; // the worker's; empty when it is not the one being written
const FULL = 1; // the main thread's, until it has emptied it
/** Floats of the header: from and to of each half, after the state words. */
const FROM_FLOAT = 1;
const HEADER_BYTES = 64;

export interface RecorderOptions {
  /** Makes room for recordComposed. */
  readonly byClass?: boolean;
}

export function createRecorder(
  cellCount: number,
  spanCount: number,
  counterCount: number,
  { byClass = false }: RecorderOptions = {},
): RecorderHandle {
  const perCell = counterCount + spanCount;
  return {
    cellCount,
    spanCount,
    counterCount,
    slots: new SharedArrayBuffer((1 + HALVES * cellCount * spanCount * SPAN_CHUNKS) * CHUNK_SLOTS * 4),
    places: new SharedArrayBuffer(HALVES * cellCount * spanCount * SPAN_CHUNKS * 4),
    counters: new SharedArrayBuffer(HALVES * cellCount * perCell * 8),
    classSums: new SharedArrayBuffer(byClass ? HALVES * cellCount * CELL_CLASS_SUMS * 8 : 0),
    header: new SharedArrayBuffer(HEADER_BYTES),
  };
}

/** The worker's side. */
export class Recorder {
  readonly #slots: Int32Array;
  readonly #places: Int32Array;
  readonly #counters: Float64Array;
  readonly #classSums: Float64Array;
  readonly #states: Int32Array;
  readonly #times: Float64Array;
  readonly #cellCount: number;
  readonly #spanCount: number;
  readonly #counterCount: number;
  readonly #perCell: number;
  #half = 0;
  #placeBase = 0;
  /** The next chunk of this half that is not taken. */
  #nextChunk = 1;
  #counterBase = 0;
  #classBase = 0;
  #fromNs = 0;
  #turnAtNs = INTERVAL_NS;

  constructor(handle: RecorderHandle) {
    this.#slots = new Int32Array(handle.slots);
    this.#places = new Int32Array(handle.places);
    this.#counters = new Float64Array(handle.counters);
    this.#classSums = new Float64Array(handle.classSums);
    this.#states = new Int32Array(handle.header, 0, HALVES);
    this.#times = new Float64Array(handle.header);
    this.#cellCount = handle.cellCount;
    this.#spanCount = handle.spanCount;
    this.#counterCount = handle.counterCount;
    this.#perCell = handle.counterCount + handle.spanCount;
  }

  /** Adds `times` values of `ns`. Values below 0 or above one hour are moved to the end of the range and counted. */
  record(cell: number, span: number, ns: number, times = 1): void {
    let value = ns;
    if (!(ns >= 0 && ns <= HIGHEST_NS)) {
      this.#counters[this.#counterBase + cell * this.#perCell + this.#counterCount + span]! += times;
      value = ns > HIGHEST_NS ? HIGHEST_NS : 0;
    }
    const slot = slotOf(value);
    const place = this.#placeBase + (cell * this.#spanCount + span) * SPAN_CHUNKS + (slot >> CHUNK_BITS);
    let chunk = this.#places[place]!;
    if (chunk === NO_CHUNK) chunk = this.#takeChunk(place);
    this.#slots[chunk * CHUNK_SLOTS + (slot & SLOT_MASK)]! += times;
  }

  /**
   * Records the first `count` of `values`, and adds each to the sums of its class, and as its second part `partNs`, or all of it
   * where it is smaller. Sums are of whole nanoseconds.
   * A stretch at a time, because a call for each value, unless it is inlined, takes its numbers as objects.
   * @param partNs whole and not negative.
   */
  recordComposed(cell: number, span: number, values: Float64Array, count: number, partNs: number): void {
    const slots = this.#slots;
    const places = this.#places;
    const sums = this.#classSums;
    const placesAt = this.#placeBase + (cell * this.#spanCount + span) * SPAN_CHUNKS;
    const classesAt = this.#classBase + cell * CELL_CLASS_SUMS;
    for (let i = 0; i < count; i++) {
      const ns = values[i]!;
      let value = Math.floor(ns);
      if (!(ns >= 0 && ns <= HIGHEST_NS)) {
        this.#counters[this.#counterBase + cell * this.#perCell + this.#counterCount + span]! += 1;
        value = ns > HIGHEST_NS ? HIGHEST_NS : 0;
      }
      const slot = slotOf(value);
      const place = placesAt + (slot >> CHUNK_BITS);
      let chunk = places[place]!;
      if (chunk === NO_CHUNK) chunk = this.#takeChunk(place);
      slots[chunk * CHUNK_SLOTS + (slot & SLOT_MASK)]! += 1;
      const at = classesAt + classOfSlot(slot) * CLASS_SUMS;
      sums[at]! += value;
      sums[at + 1]! += partNs < value ? partNs : value;
    }
  }

  count(cell: number, counter: number, amount: number): void {
    this.#counters[this.#counterBase + cell * this.#perCell + counter]! += amount;
  }

  /** Call once a turn of the worker's loop, before recording. Changes halves at each full second. */
  turn(nowNs: number): boolean {
    if (nowNs < this.#turnAtNs) return false;
    const other = 1 - this.#half;
    // The main thread has not emptied the other half yet: this interval becomes longer, and its bounds show it.
    if (Atomics.load(this.#states, other) === FULL) return false;
    const boundaryNs = Math.floor(nowNs / INTERVAL_NS) * INTERVAL_NS;
    this.#handOver(Math.max(this.#turnAtNs, this.#fromNs));
    this.#half = other;
    const halfChunks = this.#cellCount * this.#spanCount * SPAN_CHUNKS;
    this.#placeBase = other * halfChunks;
    this.#nextChunk = 1 + other * halfChunks;
    this.#counterBase = other * this.#cellCount * this.#perCell;
    this.#classBase = other * this.#cellCount * CELL_CLASS_SUMS;
    this.#fromNs = boundaryNs;
    this.#turnAtNs = boundaryNs + INTERVAL_NS;
    return true;
  }

  #takeChunk(place: number): number {
    const chunk = this.#nextChunk;
    this.#nextChunk = chunk + 1;
    this.#places[place] = chunk;
    return chunk;
  }

  /** Hands over what is left. Nothing may be recorded afterwards. */
  finish(nowNs: number): void {
    this.#handOver(nowNs);
  }

  #handOver(toNs: number): void {
    this.#times[FROM_FLOAT + this.#half * 2] = this.#fromNs;
    this.#times[FROM_FLOAT + this.#half * 2 + 1] = toNs;
    Atomics.store(this.#states, this.#half, FULL);
  }
}

/** One cell of a half that was handed over to the main thread. */
export interface RecordedCell {
  readonly cell: number;
  readonly counters: Float64Array;
  /** Values clamped, by span. */
  readonly clamped: Float64Array;
  /** By class, CLASS_SUMS each, until `take` returns; empty where nothing is recorded by class. */
  readonly classSums: Float64Array;
  /** Visits used slots of a span. */
  forEachSlot(span: number, visit: (slot: number, count: number) => void): void;
}

/** The main thread's side: takes what a worker handed over and leaves it empty. */
export class RecorderDrain {
  readonly #handle: RecorderHandle;
  readonly #slots: Int32Array;
  readonly #places: Int32Array;
  readonly #counters: Float64Array;
  readonly #classSums: Float64Array;
  readonly #states: Int32Array;
  readonly #times: Float64Array;

  constructor(handle: RecorderHandle) {
    this.#handle = handle;
    this.#slots = new Int32Array(handle.slots);
    this.#places = new Int32Array(handle.places);
    this.#counters = new Float64Array(handle.counters);
    this.#classSums = new Float64Array(handle.classSums);
    this.#states = new Int32Array(handle.header, 0, HALVES);
    this.#times = new Float64Array(handle.header);
  }

  /**
   * Empties every half handed over since the last call, the earlier one first.
   * @returns until when they hold everything; 0 when there was none.
   */
  drain(take: (fromNs: number, cell: RecordedCell) => void): number {
    let handedOverNs = 0;
    const from = (half: number) => this.#times[FROM_FLOAT + half * 2]!;
    const full = [0, 1].filter((half) => Atomics.load(this.#states, half) === FULL).sort((a, b) => from(a) - from(b));
    for (const half of full) {
      this.#drainHalf(half, from(half), take);
      handedOverNs = this.#times[FROM_FLOAT + half * 2 + 1]!;
      Atomics.store(this.#states, half, WRITING);
    }
    return handedOverNs;
  }

  #drainHalf(half: number, fromNs: number, take: (fromNs: number, cell: RecordedCell) => void) {
    const { cellCount, spanCount, counterCount } = this.#handle;
    const perCell = counterCount + spanCount;
    for (let cell = 0; cell < cellCount; cell++) {
      const at = (half * cellCount + cell) * perCell;
      const all = this.#counters.subarray(at, at + perCell);
      const placesAt = (half * cellCount + cell) * spanCount * SPAN_CHUNKS;
      // A record may be counted in one second and its lateness recorded in the next one.
      if (all.every((count) => count === 0) && !this.#hasValues(placesAt, spanCount * SPAN_CHUNKS)) continue;
      const classesAt = (half * cellCount + cell) * CELL_CLASS_SUMS;
      const classSums = this.#classSums.subarray(classesAt, classesAt + CELL_CLASS_SUMS);
      take(fromNs, {
        cell,
        counters: all.slice(0, counterCount),
        clamped: all.slice(counterCount),
        classSums,
        forEachSlot: (span, visit) => this.#forEachSlot(placesAt + span * SPAN_CHUNKS, visit),
      });
      this.#empty(placesAt, spanCount * SPAN_CHUNKS);
      all.fill(0);
      classSums.fill(0);
    }
  }

  #forEachSlot(placesAt: number, visit: (slot: number, count: number) => void): void {
    for (let place = 0; place < SPAN_CHUNKS; place++) {
      const chunk = this.#places[placesAt + place]!;
      if (chunk === NO_CHUNK) continue;
      for (let slot = 0; slot < CHUNK_SLOTS; slot++) {
        const count = this.#slots[chunk * CHUNK_SLOTS + slot]!;
        if (count !== 0) visit(place * CHUNK_SLOTS + slot, count);
      }
    }
  }

  #hasValues(placesAt: number, places: number): boolean {
    for (let place = placesAt; place < placesAt + places; place++) if (this.#places[place] !== NO_CHUNK) return true;
    return false;
  }

  #empty(placesAt: number, places: number): void {
    for (let place = placesAt; place < placesAt + places; place++) {
      const chunk = this.#places[place]!;
      if (chunk === NO_CHUNK) continue;
      this.#slots.fill(0, chunk * CHUNK_SLOTS, (chunk + 1) * CHUNK_SLOTS);
      this.#places[place] = NO_CHUNK;
    }
  }
}
