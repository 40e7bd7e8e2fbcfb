import { deriveSeed, mix, uniformAt } from '../../../../workloads/random.ts';
import { CHUNK_RECORDS, type TraceColumns, type TraceSpool } from './spool.ts';

export interface CopyOptions {
  /** Copies of each record, above 0. With a fraction some records have one copy more; below 1 some have none. */
  readonly scale: number;
  /** Times are divided by it. */
  readonly speed: number;
  /** Resolution of the times, ns. The copies of a record lie at random within it. */
  readonly resolutionNs: number;
  /** `same`: copies keep their record's key. `new`: each copy has a key of its own. */
  readonly copyKeys: 'same' | 'new';
  readonly producers: number;
  readonly seed: number;
}

const TWO_53 = 2 ** 53;

/** The hash key of copy number `copy` (from 1) of a key: even over all hash keys, and the same for all records of the key. */
export function copiedHashRatio(hashRatio: number, copy: number, seed: number): number {
  const word = mix(Math.floor(hashRatio * TWO_53) | 0) ^ mix(Math.floor(hashRatio * 2 ** 21) + seed);
  return uniformAt(word | 0, copy);
}

/**
 * Records of a spooled trace, with their copies, in the order of time.
 *
 * A time that is exact to a second may be anywhere in it: n records with the same time, which have N copies together, become N arrivals at
 * random in that second, as independent users arrive (a Poisson process with N arrivals). Their order statistics are made one after the
 * other, so that nothing is stored: with r arrivals left, the next one divides the time that is left by V^(1/r), V uniform. The arrivals
 * go through the records in rounds, each round in another order, so that every record has its copies spread over the time as well.
 */
export function* copiesOf(spool: TraceSpool, options: CopyOptions): Generator<CopiedRecords> {
  const writer = new CopyWriter(options);
  const { group, out } = writer;
  let startNs = 0;
  let isFirst = true;
  for (const { count, columns } of spool.chunks()) {
    for (let i = 0; i < count; i += 1) {
      const timeNs = columns.timesNs[i]!;
      if (isFirst) startNs = timeNs;
      isFirst = false;
      if (group.count > 0 && timeNs !== group.timeNs) {
        for (writer.begin(startNs); !writer.fill(); out.count = 0) yield out;
      }
      group.add(timeNs, columns, i);
    }
  }
  for (writer.begin(startNs); !writer.fill(); out.count = 0) yield out;
  if (out.count > 0) yield out;
}

export interface CopiedRecords {
  count: number;
  readonly dueAtNs: Float64Array;
  readonly hashRatio: Float64Array;
  readonly bytes: Uint32Array;
  readonly producer: Uint16Array;
}

/** The records that have one time. */
class TimeGroup {
  count = 0;
  timeNs = 0;
  hashRatios = new Float64Array(1024);
  bytes = new Uint32Array(1024);

  add(timeNs: number, columns: TraceColumns, from: number): void {
    this.timeNs = timeNs;
    if (this.count === this.hashRatios.length) {
      const hashRatios = new Float64Array(2 * this.count);
      const bytes = new Uint32Array(2 * this.count);
      hashRatios.set(this.hashRatios);
      bytes.set(this.bytes);
      this.hashRatios = hashRatios;
      this.bytes = bytes;
    }
    this.hashRatios[this.count] = columns.hashRatios[from]!;
    this.bytes[this.count] = columns.bytes[from]!;
    this.count += 1;
  }
}

/** Turns a group of records into arrivals, a chunk at a time. */
class CopyWriter {
  readonly group = new TimeGroup();
  readonly out: CopiedRecords = {
    count: 0,
    dueAtNs: new Float64Array(CHUNK_RECORDS),
    hashRatio: new Float64Array(CHUNK_RECORDS),
    bytes: new Uint32Array(CHUNK_RECORDS),
    producer: new Uint16Array(CHUNK_RECORDS),
  };
  readonly #options: CopyOptions;
  readonly #timeSeed: number;
  readonly #orderSeed: number;
  /** Records and arrivals of earlier groups. */
  #records = 0;
  #arrivals = 0;
  #rounds = 0;
  /** The group's arrivals: all of them, how many were written, when they start, and the part of their time that is left. */
  #groupArrivals = 0;
  #written = 0;
  #startNs = 0;
  #left = 1;
  #place = 0;
  #step = 0;

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#timeSeed = deriveSeed(options.seed, 'trace/times');
    this.#orderSeed = deriveSeed(options.seed, 'trace/order');
  }

  /** Starts with the arrivals of `group`. @param originNs the time of the trace's first record. */
  begin(originNs: number): void {
    const { scale, speed } = this.#options;
    this.#arrivals += this.#groupArrivals;
    this.#records += this.group.count;
    this.#groupArrivals = Math.floor(this.#records * scale) - this.#arrivals;
    this.#written = 0;
    this.#startNs = (this.group.timeNs - originNs) / speed;
    this.#left = 1;
    this.#place = 0;
    this.#step = 0;
  }

  /** Writes arrivals into `out`. @returns true once all of the group are written; the group is then empty. False: `out` is full. */
  fill(): boolean {
    const { group, out } = this;
    const { resolutionNs, speed, copyKeys, producers, seed } = this.#options;
    const widthNs = resolutionNs / speed;
    while (this.#written < this.#groupArrivals) {
      if (out.count === CHUNK_RECORDS) return false;
      const i = this.#written;
      if (group.count > 1 && i % group.count === 0) this.#beginRound();
      const u = uniformAt(this.#timeSeed, this.#arrivals + i);
      const remaining = this.#groupArrivals - i;
      this.#left *= remaining === 1 ? u : u ** (1 / remaining);
      const copy = Math.floor(i / group.count);
      const hashRatio = group.hashRatios[this.#place]!;
      const at = out.count;
      out.dueAtNs[at] = this.#startNs + (1 - this.#left) * widthNs;
      out.hashRatio[at] = copy === 0 || copyKeys === 'same' ? hashRatio : copiedHashRatio(hashRatio, copy, seed);
      out.bytes[at] = group.bytes[this.#place]!;
      out.producer[at] = (this.#arrivals + i) % producers;
      out.count = at + 1;
      this.#place = (this.#place + this.#step) % group.count;
      this.#written = i + 1;
    }
    group.count = 0;
    return true;
  }

  #beginRound(): void {
    this.#rounds += 1;
    const { count } = this.group;
    this.#place = Math.floor(uniformAt(this.#orderSeed, this.#rounds) * count);
    this.#step = stepFor(count, uniformAt(this.#orderSeed + 1, this.#rounds));
  }
}

/** A step that goes through all of `count` places before it comes back to the first one. */
function stepFor(count: number, u: number): number {
  let step = 1 + Math.floor(u * count);
  while (greatestCommonDivisor(step, count) !== 1) step += 1;
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
