import { Doorbell } from './doorbell.ts';
import { Limiter } from './limits.ts';
import { PENDING, type RecordBatch, THROTTLED, TOO_LARGE } from './record-batch.ts';
import { RingWatch } from './ring-watch.ts';
import { ShardLog } from './shard-log.ts';
import { Router } from './shard-map.ts';
import { ShardWriter } from './shard-writer.ts';
import { int32Column } from './shared-memory.ts';
import type { StreamHandle } from './stream.ts';

/** The writing side of a stream for one thread and one key table. */
export class StreamWriter {
  readonly #shards: readonly ShardWriter[];
  readonly #router: Router;
  readonly #limiter: Limiter | undefined;
  readonly #doorbell: Doorbell;
  readonly #ringWatches: readonly RingWatch[];
  readonly #maxRecordBytes: number;
  /** Rows of the batch, shard by shard; `#starts[s]` is where shard s begins. */
  readonly #order: Int32Array;
  readonly #starts: Int32Array;
  readonly #cursors: Int32Array;

  constructor(stream: StreamHandle, keys: RecordBatch['keys'], batchCapacity: number) {
    this.#shards = stream.shardLogs.map((handle) => new ShardWriter(new ShardLog(handle)));
    this.#router = new Router(stream.map, keys);
    this.#limiter = stream.limits && new Limiter(stream.limiter, stream.limits);
    this.#doorbell = new Doorbell(stream.doorbell);
    this.#ringWatches = stream.shardLogs.map(() => new RingWatch());
    this.#maxRecordBytes = stream.maxRecordBytes;
    this.#order = int32Column(batchCapacity);
    this.#starts = new Int32Array(stream.shardLogs.length + 1);
    this.#cursors = new Int32Array(stream.shardLogs.length);
  }

  /**
   * Appends the PENDING rows of a batch, spread over their shards, and says in `status` and `shard` what became of
   * each. Rows of one shard keep their order among themselves. Allocates nothing, throws nothing.
   *
   * @param nowNs the time of writing, ns since the stream's epoch.
   * @returns rows that are still PENDING: their shard's ring is full and held by a reader. Call again.
   */
  append(batch: RecordBatch, nowNs: number): number {
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

  /** Counting sort of the batch's pending rows by shard. */
  #group(batch: RecordBatch): void {
    const { status, shard, keyIndex, count } = batch;
    const starts = this.#starts;
    const cursors = this.#cursors;
    cursors.fill(0);
    for (let row = 0; row < count; row++) {
      if (status[row] !== PENDING) continue;
      if (batch.recordBytes(row) > this.#maxRecordBytes) {
        status[row] = TOO_LARGE;
        continue;
      }
      const of = this.#router.shardOf(keyIndex[row]!);
      shard[row] = of;
      cursors[of]! += 1;
    }
    let at = 0;
    for (let of = 0; of < cursors.length; of++) {
      starts[of] = at;
      at += cursors[of]!;
      cursors[of] = starts[of]!;
    }
    starts[cursors.length] = at;
    for (let row = 0; row < count; row++) {
      if (status[row] !== PENDING) continue;
      const of = shard[row]!;
      this.#order[cursors[of]!] = row;
      cursors[of]! += 1;
    }
  }
}

/** Makes throttled rows pending again, for another try. Returns how many. */
export function retryThrottled(batch: RecordBatch): number {
  let count = 0;
  for (let row = 0; row < batch.count; row++) {
    if (batch.status[row] !== THROTTLED) continue;
    batch.status[row] = PENDING;
    count += 1;
  }
  return count;
}
