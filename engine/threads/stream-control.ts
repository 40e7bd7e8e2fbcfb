import { Doorbell } from '../log/doorbell.ts';
import { RingWatch } from '../log/ring-watch.ts';
import { ShardLog } from '../log/shard-log.ts';
import type { StreamHandle } from './stream.ts';
import { mergeChange, type StreamChange, shardCountChange, splitChange } from './stream-change.ts';
import { StreamMap, type StreamShard } from './stream-map.ts';

/** Shards that a change closed, and those that it opened. */
export interface ShardsChanged {
  readonly closed: readonly number[];
  readonly opened: readonly number[];
}

/** Attempts to close a log before the thread yields. */
const CLOSE_TRIES = 1000;

/**
 * Splits and merges the shards of a stream while others write and read it. Only one thread of a stream may do this.
 *
 * New shards are published before their parents are closed, so a writer that meets a closed log finds them in the map.
 * Readers read a shard after all of its parents, so a key's records stay in order even if a parent
 * accepts some after its child already has.
 *
 * Every method throws a RangeError, and changes nothing, if the stream has no room for the shards that it would create
 * (`shardCapacity`).
 */
export class StreamControl {
  readonly #stream: StreamHandle;
  readonly #map: StreamMap;
  readonly #doorbell: Doorbell;

  constructor(stream: StreamHandle) {
    this.#stream = stream;
    this.#map = new StreamMap(stream.map);
    this.#doorbell = new Doorbell(stream.doorbell);
  }

  /** Open shards in the order of their ranges. */
  get openShards(): readonly StreamShard[] {
    return Array.from(this.#map.open().indexes, (index) => this.#map.shard(index));
  }

  /** See splitChange. */
  split(shard: number, at?: bigint): ShardsChanged {
    return this.#change((open, made) => splitChange(open, made, shard, at));
  }

  /** See mergeChange. */
  merge(one: number, other: number): ShardsChanged {
    return this.#change((open, made) => mergeChange(open, made, one, other));
  }

  /** See shardCountChange. */
  setShardCount(count: number): ShardsChanged {
    return this.#change((open, made) => shardCountChange(open, made, count));
  }

  #change(planned: (open: readonly StreamShard[], madeBefore: number) => StreamChange): ShardsChanged {
    const before = this.openShards;
    const { madeCount, capacity } = this.#map;
    const { made, open } = planned(before, madeCount);
    if (madeCount + made.length > capacity) {
      throw new RangeError(
        `${madeCount} shards were made and ${made.length} more are needed; make the stream with a shardCapacity over ${capacity}`,
      );
    }
    this.#map.publish(
      made,
      open.map(({ index }) => index),
    );
    const stays = new Set(open);
    const closed = before.filter((shard) => !stays.has(shard)).map(({ index }) => index);
    for (const index of closed) closeLog(new ShardLog(this.#stream.shardLogs[index]!));
    this.#doorbell.ring();
    return { closed, opened: made.map(({ index }) => index) };
  }
}

/** Other threads hold the ring for nanoseconds. If one died there, this repairs the ring as a producer would. */
function closeLog(log: ShardLog): void {
  const watch = new RingWatch();
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 1; !log.close(); tries++) {
    if (tries % CLOSE_TRIES !== 0) continue;
    watch.check(log, performance.now() * 1e6);
    Atomics.wait(never, 0, 0, 1);
  }
}
