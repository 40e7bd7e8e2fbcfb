import { Doorbell } from './doorbell.ts';
import { enhancedFanOut, type LatencyModel, NO_LATENCY } from './latency.ts';
import { ShardLog } from './shard-log.ts';
import { CLAIM_READY, EMPTY, LOST, type ReadFrom, ShardLogReader } from './shard-log-reader.ts';
import type { StreamHandle } from './stream.ts';
import { PARK, type WaitPolicy } from './wait-policy.ts';

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

  constructor(shard: number, log: ShardLog, latency: LatencyModel, from: ReadFrom) {
    this.shard = shard;
    this.log = log;
    this.reader = new ShardLogReader(log, from);
    this.#latency = latency;
  }

  /** @returns CLAIM_READY, EMPTY, LOST or LATER; the first and third as ShardLogReader.next says. */
  next(nowNs: number): number {
    if (this.#lossUntold) {
      this.#lossUntold = false;
      return LOST;
    }
    const { reader } = this;
    if (this.visibleAtNs > nowNs && this.#latency !== NO_LATENCY) return this.#heldBack(reader);
    const found = reader.next();
    if (found !== CLAIM_READY || this.#latency === NO_LATENCY) return found;
    const visibleAtNs = reader.writtenAtNs + this.#latency.delayNs(this.shard, reader.writtenAtNs);
    if (visibleAtNs > this.visibleAtNs) this.visibleAtNs = visibleAtNs;
    if (this.visibleAtNs <= nowNs) return CLAIM_READY;
    reader.putBack();
    return LATER;
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

/** Every shard of a stream for one thread, and how it sleeps until one of them has something. */
export class StreamReader {
  readonly shards: readonly ShardReader[];
  readonly #doorbell: Doorbell;
  readonly #policy: WaitPolicy;

  constructor(stream: StreamHandle, from: ReadFrom = 'trim-horizon', policy: WaitPolicy = PARK) {
    const latency = stream.latency === 'none' ? NO_LATENCY : enhancedFanOut(stream.seed);
    this.shards = stream.shardLogs.map((handle, shard) => new ShardReader(shard, new ShardLog(handle), latency, from));
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#policy = policy;
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

  /** How long until something that is known of can be read: 0 for now, `mostNs` when nothing is known. */
  #readableInNs(nowNs: number, mostNs: number): number {
    let inNs = mostNs;
    for (let i = 0; i < this.shards.length && inNs > 0; i++) {
      const shard = this.shards[i]!;
      const found = shard.peek(nowNs);
      if (found === CLAIM_READY || found === LOST) inNs = 0;
      if (found === LATER) inNs = Math.min(inNs, shard.visibleAtNs - nowNs);
      shard.reader.release();
    }
    return inNs;
  }

  close(): void {
    for (const { reader } of this.shards) reader.close();
  }
}
