import { Doorbell } from './doorbell.ts';
import { writeClaimHeader, writeFrames } from './frame.ts';
import { BLOCK_BYTES, blocksOf, CLAIM_HEADER_BYTES, frameLength } from './layout.ts';
import { Limiter } from './limits.ts';
import { ACCEPTED, PENDING, type RecordBatch, THROTTLED, TOO_LARGE } from './record-batch.ts';
import { RingWatch } from './ring-watch.ts';
import { BACK_PRESSURED, ShardLog } from './shard-log.ts';
import { Router } from './shard-map.ts';
import { int32Column } from './shared-memory.ts';
import type { StreamHandle } from './stream.ts';

/** Rounds of asking again before a full ring is reported; some microseconds, long enough for a reader to pass. */
const CLAIM_TRIES = 200;

/** The writing side of a stream for one thread and one key table. */
export class StreamWriter {
  readonly #logs: readonly ShardLog[];
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
    this.#logs = stream.shardLogs.map((handle) => new ShardLog(handle));
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
    for (let shard = 0; shard < this.#logs.length; shard++) {
      const from = this.#starts[shard]!;
      const to = this.#starts[shard + 1]!;
      if (from === to) continue;
      const admitted =
        this.#limiter === undefined ? to - from : this.#limiter.admit(shard, nowNs, batch, this.#order, from, to);
      const refused = this.#write(shard, batch, from, from + admitted, nowNs);
      if (refused === 0) continue;
      pending += refused;
      this.#limiter?.giveBack(shard, batch, this.#order, from + admitted - refused, from + admitted);
      this.#ringWatches[shard]!.check(this.#logs[shard]!, nowNs);
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

  /** Writes rows of one shard in as few claims as they fit into. Returns how many found no room. */
  #write(shard: number, batch: RecordBatch, from: number, to: number, nowNs: number): number {
    const log = this.#logs[shard]!;
    const order = this.#order;
    const most = log.maxClaimBlocks * BLOCK_BYTES;
    let first = from;
    while (first < to) {
      let bytes = CLAIM_HEADER_BYTES;
      let next = first;
      for (; next < to; next++) {
        const row = order[next]!;
        const length = frameLength(
          batch.keys.lengths[batch.keyIndex[row]!]!,
          batch.payloads.lengths[batch.payloadIndex[row]!]!,
        );
        if (bytes + length > most) break;
        bytes += length;
      }
      const claimByte = this.#claim(log, blocksOf(bytes));
      if (claimByte < 0) return to - first;
      writeClaimHeader(log, claimByte, bytes, next - first, nowNs);
      writeFrames(log, claimByte + CLAIM_HEADER_BYTES, batch, order, first, next);
      // A claim that was given up meanwhile is not in the log: its rows stay pending.
      if (!log.publish(claimByte, blocksOf(bytes), next - first)) return to - first;
      for (let k = first; k < next; k++) batch.status[order[k]!] = ACCEPTED;
      first = next;
    }
    return 0;
  }

  #claim(log: ShardLog, blocks: number): number {
    for (let tries = 0; tries < CLAIM_TRIES; tries++) {
      const claimByte = log.claim(blocks);
      if (claimByte !== BACK_PRESSURED) return claimByte;
    }
    return BACK_PRESSURED;
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
