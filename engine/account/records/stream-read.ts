import { shardIdOf } from '../identifiers/shard-id.ts';
import type { Shard } from '../stream/shard.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { readFrom, type ShardRead } from './read-shard.ts';

/** A record as a reader of the library has it. */
export interface StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Empty for a record that was put without a key. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivedAt: Date;
}

const RECORDS_A_ROUND = 1000;
const BYTES_A_ROUND = 1024 * 1024;

interface Place {
  readonly shard: Shard;
  place: number;
}

/**
 * Reads a whole stream in one process: every record of every shard once, in the order of its shard, parents before
 * their children.
 */
export class StreamRead {
  readonly #stream: KinesisStream;
  readonly #open: Place[] = [];
  readonly #seen = new Set<number>();
  readonly #ended = new Set<number>();
  readonly #from: 'trim-horizon' | 'latest';
  #started = false;

  constructor(stream: KinesisStream, from: 'trim-horizon' | 'latest') {
    this.#stream = stream;
    this.#from = from;
    this.#openShards();
  }

  /** The stream was deleted: nothing more will come. */
  get isGone(): boolean {
    return this.#stream.isGone;
  }

  /** Everything that can be read now, up to some thousand records a shard; empty when there is nothing. */
  next(): StreamRecord[] {
    const records: StreamRecord[] = [];
    // A shard that has just been read to its end makes way for its children.
    while (this.#round(records) && records.length === 0);
    return records;
  }

  /** Resolves when there may be something to read, or at a signal to stop. */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const stops: (() => void)[] = [];
      const done = () => {
        for (const stop of stops) stop();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      if (signal?.aborted === true) return done();
      signal?.addEventListener('abort', done);
      for (const { shard } of this.#open) stops.push(shard.onWake(done));
      // A wake-up for records that became visible between the read and now has passed already.
      if (this.#open.some(({ shard, place }) => shard.visibleEnd() > place || shard.isEnd(place))) done();
      return undefined;
    });
  }

  /** Reads every open shard once. Returns whether any came to its end. */
  #round(records: StreamRecord[]): boolean {
    this.#openShards();
    let ended = false;
    for (const place of [...this.#open]) {
      const read = readFrom(place.shard, place.place, RECORDS_A_ROUND, BYTES_A_ROUND);
      place.place = read.next;
      addRecords(records, place.shard, read);
      if (!place.shard.isEnd(read.next)) continue;
      this.#ended.add(place.shard.state.index);
      this.#open.splice(this.#open.indexOf(place), 1);
      ended = true;
    }
    return ended;
  }

  /** Shards that are new to the reader and whose parents it has read to their ends, as far as they are still kept. */
  #openShards(): void {
    for (const shard of this.#stream.shards) {
      const { index, parentIndex, adjacentParentIndex } = shard.state;
      if (this.#seen.has(index)) continue;
      const parents = [parentIndex, adjacentParentIndex].filter((parent) => parent !== undefined);
      const waits = parents.some((parent) => !this.#ended.has(parent) && this.#isKept(parent));
      if (waits) continue;
      this.#seen.add(index);
      const fromLatest = this.#from === 'latest' && !this.#started;
      this.#open.push({ shard, place: fromLatest ? shard.store.end : shard.store.oldest });
    }
    this.#started = true;
  }

  #isKept(index: number): boolean {
    return this.#stream.shards.some(({ id }) => id === shardIdOf(index));
  }
}

function addRecords(records: StreamRecord[], shard: Shard, read: ShardRead): void {
  for (const { SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp } of read.records) {
    records.push({
      shardId: shard.id,
      sequenceNumber: SequenceNumber ?? '',
      partitionKey: PartitionKey ?? '',
      data: Data ?? new Uint8Array(),
      arrivedAt: ApproximateArrivalTimestamp ?? new Date(0),
    });
  }
}
