import { LINE_BYTES } from '../log/layout.ts';
import { evenShardMap, type ShardMap } from '../routing/shard-map.ts';

/**
 * The shards of a stream and their parents, in shared memory: written by the one thread that controls
 * the stream, read by every other.
 *
 *   control | open: shard by place  | shards: links and range | links: parents
 *   128 B   | 4 B for each possible | 40 B for each possible  | 8 B for each possible
 *
 * Shards are numbered in the order of their creation, and a number is never reused. The description of a shard is
 * written before MADE_WORD counts it and never changes. The list of open shards changes, and is read under a seqlock:
 * VERSION_WORD is odd while the list is being written, so a reader that finds the same even version before and after has read
 * a consistent list. Every access is atomic, because other accesses could be reordered around those of the version.
 */
const VERSION_WORD = 0; // written by the controlling thread; read by writers before each batch
const MADE_WORD = 1; // shards created so far, open and closed
const OPEN_WORD = 2; // number of open shards
const LINKS_WORD = 3; // parents stored so far; only for the controlling thread
const CONTROL_WORDS = LINE_BYTES / 4;

/** Words of one shard, from its first. */
const FIRST_LINK_WORD = 0; // place of its first parent among the links
const LINK_COUNT_WORD = 1; // number of its parents, which follow each other
const FIRST_HASH_KEY_WORD = 2; // four words, most significant first
const LAST_HASH_KEY_WORD = 6;
const SHARD_WORDS = 10;

/**
 * Links for each possible shard. If n shards replace m, the borders of both divide
 * the ranges into at most n + m - 1 pieces, each of one parent and one child. A shard is created once and closed once.
 */
const LINKS_PER_SHARD = 2;
const WORDS_PER_SHARD = 1 + SHARD_WORDS + LINKS_PER_SHARD;

/** A shard of a stream, open or closed. */
export interface StreamShard {
  readonly index: number;
  /** Shards that it replaced, in the order of their ranges: one that was split, two that were merged, none, or more. */
  readonly parents: readonly number[];
  /** Both ends belong to the shard. */
  readonly firstHashKey: bigint;
  readonly lastHashKey: bigint;
}

/** The open shards of a stream at one time, in the order of their ranges. */
export interface OpenShards extends ShardMap {
  readonly version: number;
  readonly indexes: Int32Array;
  /** Shards created so far, open and closed. */
  readonly madeCount: number;
}

export class StreamMap {
  /** Shards that the stream can have in its lifetime. */
  readonly capacity: number;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
    this.capacity = (this.#words.length - CONTROL_WORDS) / WORDS_PER_SHARD;
  }

  /** A map of even ranges. @throws RangeError if the capacity is below the shard count. */
  static create(shardCount: number, capacity: number): SharedArrayBuffer {
    const { starts } = evenShardMap(shardCount);
    if (!Number.isInteger(capacity) || capacity < shardCount) {
      throw new RangeError(`shardCapacity=${capacity} is below shardCount=${shardCount}`);
    }
    const map = new StreamMap(new SharedArrayBuffer((CONTROL_WORDS + capacity * WORDS_PER_SHARD) * 4));
    const firsts = Array.from({ length: shardCount }, (_, shard) => hashKeyOf(starts.subarray(shard * 4)));
    const shards = firsts.map((firstHashKey, index): StreamShard => {
      return { index, parents: [], firstHashKey, lastHashKey: (firsts[index + 1] ?? 1n << 128n) - 1n };
    });
    map.publish(
      shards,
      shards.map(({ index }) => index),
    );
    return map.#words.buffer as SharedArrayBuffer;
  }

  /** Changes with every change of the open shards. */
  get version(): number {
    return Atomics.load(this.#words, VERSION_WORD);
  }

  get madeCount(): number {
    return Atomics.load(this.#words, MADE_WORD);
  }

  /** Waits for the controlling thread while it writes, for some microseconds. */
  open(): OpenShards {
    for (;;) {
      const version = this.version;
      if (version % 2 !== 0) continue;
      const shardCount = Atomics.load(this.#words, OPEN_WORD);
      const madeCount = this.madeCount;
      const indexes = new Int32Array(shardCount);
      const starts = new Uint32Array(shardCount * 4);
      for (let place = 0; place < shardCount; place++) {
        const index = Atomics.load(this.#words, CONTROL_WORDS + place);
        indexes[place] = index;
        const first = this.#shardWord(index) + FIRST_HASH_KEY_WORD;
        for (let word = 0; word < 4; word++) starts[place * 4 + word] = Atomics.load(this.#words, first + word);
      }
      if (this.version === version) return { version, shardCount, madeCount, indexes, starts };
    }
  }

  shard(index: number): StreamShard {
    return {
      index,
      parents: this.parentsOf(index),
      firstHashKey: this.#hashKeyAt(this.#shardWord(index) + FIRST_HASH_KEY_WORD),
      lastHashKey: this.#hashKeyAt(this.#shardWord(index) + LAST_HASH_KEY_WORD),
    };
  }

  parentsOf(index: number): number[] {
    const word = this.#shardWord(index);
    const first = this.#linkWord(Atomics.load(this.#words, word + FIRST_LINK_WORD));
    const count = Atomics.load(this.#words, word + LINK_COUNT_WORD);
    return Array.from({ length: count }, (_, i) => Atomics.load(this.#words, first + i));
  }

  /**
   * For the controlling thread: adds shards and sets which are open from now on.
   * @param made shards numbered from `madeCount` on.
   * @param open shards in the order of their ranges, which cover all hash keys.
   */
  publish(made: readonly StreamShard[], open: readonly number[]): void {
    for (const shard of made) this.#write(shard);
    const words = this.#words;
    Atomics.add(words, VERSION_WORD, 1);
    Atomics.add(words, MADE_WORD, made.length);
    Atomics.store(words, OPEN_WORD, open.length);
    for (const [place, index] of open.entries()) Atomics.store(words, CONTROL_WORDS + place, index);
    Atomics.add(words, VERSION_WORD, 1);
  }

  #write({ index, parents, firstHashKey, lastHashKey }: StreamShard): void {
    const word = this.#shardWord(index);
    const firstLink = Atomics.add(this.#words, LINKS_WORD, parents.length);
    Atomics.store(this.#words, word + FIRST_LINK_WORD, firstLink);
    Atomics.store(this.#words, word + LINK_COUNT_WORD, parents.length);
    for (const [i, parent] of parents.entries()) Atomics.store(this.#words, this.#linkWord(firstLink + i), parent);
    for (let part = 0; part < 4; part++) {
      const shift = BigInt(96 - 32 * part);
      Atomics.store(this.#words, word + FIRST_HASH_KEY_WORD + part, Number(BigInt.asIntN(32, firstHashKey >> shift)));
      Atomics.store(this.#words, word + LAST_HASH_KEY_WORD + part, Number(BigInt.asIntN(32, lastHashKey >> shift)));
    }
  }

  #hashKeyAt(word: number): bigint {
    return hashKeyOf([0, 1, 2, 3].map((part) => Atomics.load(this.#words, word + part) >>> 0));
  }

  #linkWord(link: number): number {
    return CONTROL_WORDS + this.capacity * (1 + SHARD_WORDS) + link;
  }

  #shardWord(index: number): number {
    return CONTROL_WORDS + this.capacity + index * SHARD_WORDS;
  }
}

function hashKeyOf(words: ArrayLike<number>): bigint {
  let key = 0n;
  for (let part = 0; part < 4; part++) key = (key << 32n) | BigInt(words[part]!);
  return key;
}
