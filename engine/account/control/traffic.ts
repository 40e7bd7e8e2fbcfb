import type { StreamState } from '../stream/stream-state.ts';

const MINUTE_MS = 60_000;
/** AWS looks at the last 15 minutes; one slot more for the minute that is still running. */
const MINUTES = 15;
const SLOTS = MINUTES + 1;
const SECONDS_PER_MINUTE = 60;

export interface Rate {
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
}

/** Traffic into one shard, by the minute: slot m % SLOTS holds minute m since the epoch. */
class ShardTraffic {
  readonly minutes = new Float64Array(SLOTS).fill(-1);
  readonly bytes = new Float64Array(SLOTS);
  readonly records = new Float64Array(SLOTS);

  add(minute: number, bytes: number, records: number): void {
    const slot = minute % SLOTS;
    if (this.minutes[slot] !== minute) {
      this.minutes[slot] = minute;
      this.bytes[slot] = 0;
      this.records[slot] = 0;
    }
    this.bytes[slot]! += bytes;
    this.records[slot]! += records;
  }

  bytesIn(minute: number): number {
    const slot = minute % SLOTS;
    return this.minutes[slot] === minute ? this.bytes[slot]! : 0;
  }

  recordsIn(minute: number): number {
    const slot = minute % SLOTS;
    return this.minutes[slot] === minute ? this.records[slot]! : 0;
  }
}

/** Traffic into the shards of a stream over the last 15 minutes. A restart forgets it. */
export class StreamTraffic {
  readonly #shards = new Map<number, ShardTraffic>();

  /** Counts what one call put into a shard. Cheap: three additions. */
  recordTraffic(shardIndex: number, bytes: number, records: number, nowMs: number): void {
    let shard = this.#shards.get(shardIndex);
    if (shard === undefined) {
      shard = new ShardTraffic();
      this.#shards.set(shardIndex, shard);
    }
    shard.add(minuteOf(nowMs), bytes, records);
  }

  /** The busiest of a shard's last 15 full minutes, bytes and records each by themselves. */
  busiestMinute(shardIndex: number, nowMs: number): Rate {
    const shard = this.#shards.get(shardIndex);
    let bytes = 0;
    let records = 0;
    const now = minuteOf(nowMs);
    for (let minute = now - MINUTES; shard !== undefined && minute < now; minute++) {
      bytes = Math.max(bytes, shard.bytesIn(minute));
      records = Math.max(records, shard.recordsIn(minute));
    }
    return perSecond(bytes, records);
  }

  /** Traffic into all shards during the last full minute. */
  lastMinute(nowMs: number): Rate {
    let bytes = 0;
    let records = 0;
    const minute = minuteOf(nowMs) - 1;
    for (const shard of this.#shards.values()) {
      bytes += shard.bytesIn(minute);
      records += shard.recordsIn(minute);
    }
    return perSecond(bytes, records);
  }

  /** Discards the counts of shards that are no longer open. */
  keepOnly(openShardIndexes: ReadonlySet<number>): void {
    for (const index of this.#shards.keys()) if (!openShardIndexes.has(index)) this.#shards.delete(index);
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

const perSecond = (bytes: number, records: number): Rate => ({
  bytesPerSecond: bytes / SECONDS_PER_MINUTE,
  recordsPerSecond: records / SECONDS_PER_MINUTE,
});

const traffics = new WeakMap<StreamState, StreamTraffic>();

export function trafficOf(stream: StreamState): StreamTraffic {
  let traffic = traffics.get(stream);
  if (traffic === undefined) {
    traffic = new StreamTraffic();
    traffics.set(stream, traffic);
  }
  return traffic;
}
