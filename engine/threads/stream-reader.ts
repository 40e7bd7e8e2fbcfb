import { Doorbell } from '../log/doorbell.ts';
import { ShardLog } from '../log/shard-log.ts';
import { CLAIM_READY, EMPTY, ENDED, LOST, type ReadFrom, ShardLogReader } from '../log/shard-log-reader.ts';
import { PARK, type WaitPolicy } from '../log/wait-policy.ts';
import { type Latency, type LatencyModel, latencyModelOf, NO_LATENCY } from '../twin/latency.ts';
import type { StreamHandle } from './stream.ts';
import { StreamMap } from './stream-map.ts';

/** next: the next claim may not be read before `visibleAtNs`. */
export const LATER = 2;

/** One reader of one shard that applies the stream's latency: it does not return claims that are not visible yet. */
export class ShardReader {
  readonly shard: number;
  readonly log: ShardLog;
  readonly reader: ShardLogReader;
  readonly #latency: LatencyModel;
  /** `peek` found a loss that `next` has not returned yet. */
  #lossUnreported = false;
  /** Time at which the last claim became visible; no later claim becomes visible earlier. */
  visibleAtNs = 0;
  /** True if the shard was split or merged, and the reader has passed all of it. */
  ended = false;

  constructor(shard: number, log: ShardLog, latency: LatencyModel, from: ReadFrom) {
    this.shard = shard;
    this.log = log;
    this.reader = new ShardLogReader(log, from);
    this.#latency = latency;
  }

  /** @returns CLAIM_READY, EMPTY, LOST or ENDED, as ShardLogReader.next does, or LATER. */
  next(nowNs: number): number {
    if (this.#lossUnreported) {
      this.#lossUnreported = false;
      return LOST;
    }
    const { reader } = this;
    if (this.isHeldBack(nowNs)) return this.#heldBack(reader);
    const found = reader.next();
    if (found === ENDED) this.ended = true;
    if (found !== CLAIM_READY || this.#latency === NO_LATENCY) return found;
    const visibleAtNs = reader.writtenAtNs + this.#latency.delayNs(this.shard, reader.writtenAtNs);
    if (visibleAtNs > this.visibleAtNs) this.visibleAtNs = visibleAtNs;
    if (this.visibleAtNs <= nowNs) return CLAIM_READY;
    reader.putBack();
    return LATER;
  }

  /** True while nothing of the shard may be read, whatever it contains. Reads no memory that other threads write. */
  isHeldBack(nowNs: number): boolean {
    return this.visibleAtNs > nowNs && this.#latency !== NO_LATENCY;
  }

  /** Returns the result that `next` would return, without advancing. */
  peek(nowNs: number): number {
    const found = this.next(nowNs);
    if (found === CLAIM_READY) this.reader.putBack();
    if (found === LOST) this.#lossUnreported = true;
    return found;
  }

  /** The shard's next claim is known to be held back. If the ring was reused meanwhile, the read at its time finds that. */
  #heldBack(reader: ShardLogReader): number {
    return reader.unseenBlocks > 0 || reader.term < this.log.activeTerm ? LATER : EMPTY;
  }
}

/**
 * The shards of a stream for one thread, and its sleep until one of them has something to read. A shard that a split
 * or merge created is read when this reader has read all of its parents.
 */
export class StreamReader {
  readonly #map: StreamMap;
  /** Shards that are read now, and those that are not read yet; some of those do not exist yet. */
  #shards: ShardReader[];
  #waiting: ShardReader[];
  readonly #ended = new Set<number>();
  #lostRecords = 0;
  readonly #doorbell: Doorbell;
  readonly #policy: WaitPolicy;

  /** @param delay of this reader, if it differs from the stream's. */
  constructor(
    stream: StreamHandle,
    from: ReadFrom = 'trim-horizon',
    policy: WaitPolicy = PARK,
    delay: Latency = stream.latency,
  ) {
    const latency = latencyModelOf(delay, stream.seed);
    this.#map = new StreamMap(stream.map);
    const { indexes, madeCount } = this.#map.open();
    const readers: ShardReader[] = [];
    for (const [shard, handle] of stream.shardLogs.entries()) {
      if (from === 'latest' && shard < madeCount && !indexes.includes(shard)) this.#ended.add(shard);
      // Shards that do not exist yet get readers, too: a full ring waits for them like for the others, and missed records
      // are counted.
      else
        readers.push(new ShardReader(shard, new ShardLog(handle), latency, shard < madeCount ? from : 'trim-horizon'));
    }
    this.#waiting = readers;
    this.#shards = [];
    this.#startReady();
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#policy = policy;
  }

  /** Readers of the current shards, in the order of the shards' indexes; another list after each `advance` that returns true. */
  get shards(): readonly ShardReader[] {
    return this.#shards;
  }

  /** Records missed so far in all shards, because rings were reused before they were read. */
  get lostRecords(): number {
    return this.#shards.reduce((sum, { reader }) => sum + reader.lostRecords, this.#lostRecords);
  }

  /**
   * Removes shards that have ended, and adds those whose parents have all ended. Call it after every round over `shards`.
   * @returns true if a shard ended, so that there may be more to read.
   */
  advance(): boolean {
    let hasEnded = false;
    for (let i = 0; i < this.#shards.length; i++) if (this.#shards[i]!.ended) hasEnded = true;
    if (!hasEnded) return false;
    for (const { shard, ended, reader } of this.#shards) {
      if (!ended) continue;
      this.#ended.add(shard);
      this.#lostRecords += reader.lostRecords;
      reader.close();
    }
    this.#shards = this.#shards.filter(({ ended }) => !ended);
    this.#startReady();
    return true;
  }

  /**
   * Waits by the wait policy until a record is published or, if one is held back, until it becomes visible; at
   * most `maxNs`. Returns at once if something can be read already.
   */
  sleep(nowNs: number, maxNs: number): void {
    for (let round = 0; round < this.#policy.spinRounds; round++) if (this.#readableInNs(nowNs, maxNs) === 0) return;
    if (!this.#policy.parks) return;
    const rings = this.#doorbell.aboutToSleep();
    const wakeInNs = this.#readableInNs(nowNs, maxNs);
    if (wakeInNs > 0) this.#doorbell.sleep(rings, wakeInNs / 1e6);
    this.#doorbell.awake();
  }

  close(): void {
    for (const { reader } of [...this.#shards, ...this.#waiting]) reader.close();
  }

  /** Time until a known claim can be read: 0 for now, `maxNs` if none is known. */
  #readableInNs(nowNs: number, maxNs: number): number {
    let inNs = maxNs;
    for (let i = 0; i < this.#shards.length && inNs > 0; i++) {
      const shard = this.#shards[i]!;
      if (shard.isHeldBack(nowNs)) {
        inNs = Math.min(inNs, shard.visibleAtNs - nowNs);
        continue;
      }
      const found = shard.peek(nowNs);
      if (found === CLAIM_READY || found === LOST || found === ENDED) inNs = 0;
      if (found === LATER) inNs = Math.min(inNs, shard.visibleAtNs - nowNs);
      shard.reader.release();
    }
    return inNs;
  }

  #startReady(): void {
    const { madeCount } = this.#map;
    const isReady = ({ shard }: ShardReader) =>
      shard < madeCount && this.#map.parentsOf(shard).every((parent) => this.#ended.has(parent));
    const ready = this.#waiting.filter(isReady);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((shard) => !ready.includes(shard));
    this.#shards = [...this.#shards, ...ready].sort((a, b) => a.shard - b.shard);
  }
}
