import { Doorbell } from '../log/doorbell.ts';
import { ShardLog } from '../log/shard-log.ts';
import { CLAIM_READY, EMPTY, ENDED, LOST, type ReadFrom, ShardLogReader } from '../log/shard-log-reader.ts';
import { PARK, type WaitPolicy } from '../log/wait-policy.ts';
import { type Latency, type LatencyModel, latencyModelOf, NO_LATENCY } from '../twin/latency.ts';
import type { StreamHandle } from './stream.ts';
import { StreamMap } from './stream-map.ts';

/** next: the next claim may not be read yet; `visibleAtNs` says when. */
export const LATER = 2;

/** One reader of one shard that keeps to the stream's latency: what is not visible yet is not given. */
export class ShardReader {
  readonly shard: number;
  readonly log: ShardLog;
  readonly reader: ShardLogReader;
  readonly #latency: LatencyModel;
  /** `peek` met a loss that no `next` has told yet. */
  #lossUntold = false;
  /** When the claim given last became visible; no later one may before it. */
  visibleAtNs = 0;
  /** The shard was split or merged, and everything in it is passed. */
  ended = false;

  constructor(shard: number, log: ShardLog, latency: LatencyModel, from: ReadFrom) {
    this.shard = shard;
    this.log = log;
    this.reader = new ShardLogReader(log, from);
    this.#latency = latency;
  }

  /** @returns CLAIM_READY, EMPTY, LOST, ENDED or LATER; all but the last as ShardLogReader.next says. */
  next(nowNs: number): number {
    if (this.#lossUntold) {
      this.#lossUntold = false;
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

  /** True while nothing of the shard may be read, whatever is in it. Looks at nothing that other threads write. */
  isHeldBack(nowNs: number): boolean {
    return this.visibleAtNs > nowNs && this.#latency !== NO_LATENCY;
  }

  /** What `next` would say, without taking it. */
  peek(nowNs: number): number {
    const found = this.next(nowNs);
    if (found === CLAIM_READY) this.reader.putBack();
    if (found === LOST) this.#lossUntold = true;
    return found;
  }

  /** The shard's head is known to be held back; whether the ring was reused under it shows when its time comes. */
  #heldBack(reader: ShardLogReader): number {
    return reader.unseenBlocks > 0 || reader.term < this.log.activeTerm ? LATER : EMPTY;
  }
}

/**
 * The shards of a stream for one thread, and how it sleeps until one of them has something. A shard that came out of a
 * split or a merge is read when all of its parents have ended for this reader: parents before children.
 */
export class StreamReader {
  readonly #map: StreamMap;
  /** Shards that are read now, and those that are not yet: some are not even made. */
  #shards: ShardReader[];
  #waiting: ShardReader[];
  readonly #ended = new Set<number>();
  #lostRecords = 0;
  readonly #doorbell: Doorbell;
  readonly #policy: WaitPolicy;

  /** @param delay of this reader, if it is not the stream's. */
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
      // Also of shards that are not made yet: where the ring is full they are held like the others, and what a reader
      // misses of them is counted.
      else
        readers.push(new ShardReader(shard, new ShardLog(handle), latency, shard < madeCount ? from : 'trim-horizon'));
    }
    this.#waiting = readers;
    this.#shards = [];
    this.#startReady();
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#policy = policy;
  }

  /** What is to be read now, in the order of the shards' indexes; another list after each `advance` that returns true. */
  get shards(): readonly ShardReader[] {
    return this.#shards;
  }

  /** Records missed so far in all shards, because rings were reused before they were read. */
  get lostRecords(): number {
    return this.#shards.reduce((sum, { reader }) => sum + reader.lostRecords, this.#lostRecords);
  }

  /**
   * Leaves shards that have ended, and begins with those whose parents all have. Call after every round over `shards`.
   * @returns true when there was one, so that there may be more to read.
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
   * Waits, as the wait policy says, until a record is published or, where one is held back, until it becomes visible; at
   * most `mostNs`. Returns at once when something can be read already.
   */
  sleep(nowNs: number, mostNs: number): void {
    for (let round = 0; round < this.#policy.spinRounds; round++) if (this.#readableInNs(nowNs, mostNs) === 0) return;
    if (!this.#policy.parks) return;
    const rings = this.#doorbell.aboutToSleep();
    const wakeInNs = this.#readableInNs(nowNs, mostNs);
    if (wakeInNs > 0) this.#doorbell.sleep(rings, wakeInNs / 1e6);
    this.#doorbell.awake();
  }

  close(): void {
    for (const { reader } of [...this.#shards, ...this.#waiting]) reader.close();
  }

  /** How long until something that is known of can be read: 0 for now, `mostNs` when nothing is known. */
  #readableInNs(nowNs: number, mostNs: number): number {
    let inNs = mostNs;
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
