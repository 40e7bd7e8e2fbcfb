import { Doorbell } from '../log/doorbell.ts';
import { PENDING, type RecordBatch, THROTTLED, TOO_LARGE } from '../log/record-batch.ts';
import { RingWatch } from '../log/ring-watch.ts';
import { ShardLog } from '../log/shard-log.ts';
import { ShardWriter } from '../log/shard-writer.ts';
import { int32Column } from '../log/shared-memory.ts';
import { Router } from '../routing/shard-map.ts';
import { Limiter } from '../twin/limits.ts';
import type { StreamHandle } from './stream.ts';
import { StreamMap } from './stream-map.ts';

/** The writing side of a stream for one thread and one key table. */
export class StreamWriter {
  readonly #stream: StreamHandle;
  readonly #map: StreamMap;
  /** Writers by shard; grows with the shards of the stream. */
  readonly #shards: ShardWriter[] = [];
  readonly #ringWatches: RingWatch[] = [];
  readonly #router: Router;
  /** Version of the map that the router uses. */
  #version: number;
  readonly #limiter: Limiter | undefined;
  readonly #doorbell: Doorbell;
  readonly #maxRecordBytes: number;
  /** Rows of the batch, shard by shard; `#starts[s]` is where shard s begins. */
  readonly #order: Int32Array;
  readonly #starts: Int32Array;
  readonly #cursors: Int32Array;

  constructor(stream: StreamHandle, keys: RecordBatch['keys'], batchCapacity: number) {
    this.#stream = stream;
    this.#map = new StreamMap(stream.map);
    const open = this.#map.open();
    this.#router = new Router(open, keys);
    this.#version = open.version;
    this.#openUpTo(open.madeCount);
    this.#limiter = stream.limits && new Limiter(stream.limiter, stream.limits);
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#maxRecordBytes = stream.maxRecordBytes;
    this.#order = int32Column(batchCapacity);
    this.#starts = new Int32Array(stream.shardLogs.length + 1);
    this.#cursors = new Int32Array(stream.shardLogs.length);
  }

  /**
   * Appends the PENDING rows of a batch to the open shards, and sets `status` and `shard` of each row.
   * Rows of one shard keep their order. Allocates nothing unless shards were split or
   * merged, throws nothing.
   *
   * @param nowNs the time of writing, ns since the stream's epoch.
   * @returns rows that are still PENDING: their shard's ring is full and held by a reader. Call again.
   */
  append(batch: RecordBatch, nowNs: number): number {
    for (;;) {
      if (this.#map.version !== this.#version) this.#followMap();
      const pending = this.#appendByMap(batch, nowNs);
      // A closed shard is not in a later map, so its rows are routed again.
      if (pending === 0 || this.#map.version === this.#version) return pending;
    }
  }

  /** The shard of a record with this key at present. */
  shardOf(keyIndex: number): number {
    if (this.#map.version !== this.#version) this.#followMap();
    return this.#router.shardOf(keyIndex);
  }

  #appendByMap(batch: RecordBatch, nowNs: number): number {
    this.#group(batch);
    let pending = 0;
    for (let shard = 0; shard < this.#shards.length; shard++) {
      const from = this.#starts[shard]!;
      const to = this.#starts[shard + 1]!;
      if (from === to) continue;
      const admitted =
        this.#limiter === undefined ? to - from : this.#limiter.admit(shard, nowNs, batch, this.#order, from, to);
      const refused = this.#shards[shard]!.write(batch, this.#order, from, from + admitted, nowNs);
      if (refused === 0) continue;
      pending += refused;
      this.#limiter?.giveBack(shard, batch, this.#order, from + admitted - refused, from + admitted);
      this.#ringWatches[shard]!.check(this.#shards[shard]!.log, nowNs);
    }
    this.#doorbell.ring();
    return pending;
  }

  #followMap(): void {
    const open = this.#map.open();
    this.#router.follow(open);
    this.#version = open.version;
    this.#openUpTo(open.madeCount);
  }

  #openUpTo(madeCount: number): void {
    for (let shard = this.#shards.length; shard < madeCount; shard++) {
      this.#shards.push(new ShardWriter(new ShardLog(this.#stream.shardLogs[shard]!)));
      this.#ringWatches.push(new RingWatch());
    }
  }

  /** Counting sort of the batch's pending rows by shard. */
  #group(batch: RecordBatch): void {
    const { status, shard, keyIndex, count } = batch;
    const starts = this.#starts;
    const cursors = this.#cursors;
    const shards = this.#shards.length;
    cursors.fill(0, 0, shards);
    for (let row = 0; row < count; row++) {
      if (status[row] !== PENDING) continue;
      if (batch.recordBytes(row) > this.#maxRecordBytes) {
        status[row] = TOO_LARGE;
        continue;
      }
      const shardIndex = this.#router.shardOf(keyIndex[row]!);
      shard[row] = shardIndex;
      cursors[shardIndex]! += 1;
    }
    let at = 0;
    for (let shardIndex = 0; shardIndex < shards; shardIndex++) {
      starts[shardIndex] = at;
      at += cursors[shardIndex]!;
      cursors[shardIndex] = starts[shardIndex]!;
    }
    starts[shards] = at;
    for (let row = 0; row < count; row++) {
      if (status[row] !== PENDING) continue;
      const shardIndex = shard[row]!;
      this.#order[cursors[shardIndex]!] = row;
      cursors[shardIndex]! += 1;
    }
  }
}

/** Makes throttled rows pending again, for a retry. Returns their number. */
export function retryThrottled(batch: RecordBatch): number {
  let count = 0;
  for (let row = 0; row < batch.count; row++) {
    if (batch.status[row] !== THROTTLED) continue;
    batch.status[row] = PENDING;
    count += 1;
  }
  return count;
}
