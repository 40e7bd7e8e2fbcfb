import { alignFrame } from '../../log/layout.ts';
import { type ByteTable, PENDING, RecordBatch, scratchTable } from '../../log/record-batch.ts';
import { hashKey } from '../../routing/hash-key.ts';
import { parseExplicitHashKey, shardOfHash } from '../../routing/shard-map.ts';
import { KEY_MAX_BYTES } from '../../threads/stream.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisStream } from '../stream/stream.ts';

/** AWS: at most 500 records and 10 MiB, keys included, in one PutRecords. */
const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 10 * 1024 * 1024;

/**
 * Where the records of one call are laid out on their way into the shards: filled, appended, and filled again by the
 * next call. One serves a whole account, as calls are taken one by one.
 */
export class Intake {
  readonly batch: RecordBatch;
  readonly #keys: ByteTable & { readonly bytes: Buffer };
  readonly #data: ByteTable & { readonly bytes: Buffer };
  readonly #hash = new Uint32Array(4);
  /** Rows shard by shard, and where each open shard's begin. */
  readonly #order = new Int32Array(REQUEST_RECORDS_MAX);
  #starts = new Int32Array(1);
  #cursors = new Int32Array(1);
  #keysEnd = 0;
  #dataEnd = 0;

  constructor() {
    const padding = REQUEST_RECORDS_MAX * 8;
    this.#keys = scratchTable(REQUEST_RECORDS_MAX, REQUEST_RECORDS_MAX * KEY_MAX_BYTES + padding);
    this.#data = scratchTable(REQUEST_RECORDS_MAX, REQUEST_BYTES_MAX + padding);
    this.batch = new RecordBatch(REQUEST_RECORDS_MAX, this.#keys, this.#data, 0);
    for (let row = 0; row < REQUEST_RECORDS_MAX; row++) {
      this.batch.keyIndex[row] = this.batch.payloadIndex[row] = row;
      this.batch.keyCounter[row] = 0;
    }
  }

  begin(): void {
    this.batch.count = this.#keysEnd = this.#dataEnd = 0;
  }

  /**
   * Lays out one more record and finds its shard; `batch.shard` is the place among the stream's open shards.
   * @throws InvalidArgumentException when the record or the whole call is too large, or the key is not one.
   */
  add(
    stream: KinesisStream,
    key: string | undefined,
    explicitHashKey: string | undefined,
    data: Uint8Array,
    nowNs: number,
  ): void {
    const { batch } = this;
    const row = batch.count;
    const keyAt = this.#keysEnd;
    const keyBytes = key === undefined ? 0 : this.#keys.bytes.write(key, keyAt, KEY_MAX_BYTES, 'utf8');
    if (keyBytes + data.length > stream.maxRecordBytes) throw stream.tooLarge(keyBytes + data.length);
    if (this.#dataEnd + data.length + row * 8 > REQUEST_BYTES_MAX + REQUEST_RECORDS_MAX * 8) throw tooMany();
    this.#keys.offsets[row] = keyAt;
    this.#keys.lengths[row] = keyBytes;
    this.#keysEnd = keyAt + alignFrame(keyBytes);
    this.#data.offsets[row] = this.#dataEnd;
    this.#data.lengths[row] = data.length;
    this.#data.bytes.set(data, this.#dataEnd);
    this.#dataEnd += alignFrame(data.length);
    batch.shard[row] = this.#route(stream, keyAt, keyBytes, explicitHashKey);
    batch.intendedAtNs[row] = nowNs;
    batch.status[row] = PENDING;
    batch.count = row + 1;
  }

  /** @throws InvalidArgumentException when all records together pass the limit of one call. */
  checkTotal(): void {
    let bytes = 0;
    for (let row = 0; row < this.batch.count; row++) bytes += this.batch.recordBytes(row);
    if (bytes > REQUEST_BYTES_MAX) throw tooMany();
  }

  /** Appends the PENDING rows to their shards; afterwards each is ACCEPTED, THROTTLED or FAILED. Returns how many are in. */
  append(stream: KinesisStream, nowNs: number): number {
    const { openShards } = stream;
    this.#group(openShards.length);
    let accepted = 0;
    for (let shardIndex = 0; shardIndex < openShards.length; shardIndex++) {
      const from = this.#starts[shardIndex]!;
      const to = this.#starts[shardIndex + 1]!;
      if (from !== to) accepted += openShards[shardIndex]!.append(this.batch, this.#order, from, to, nowNs);
    }
    return accepted;
  }

  #route(stream: KinesisStream, keyAt: number, keyBytes: number, explicitHashKey: string | undefined): number {
    if (stream.spreadsAlone) return stream.nextTurn();
    if (explicitHashKey === undefined) hashKey(this.#keys.bytes, keyAt, keyBytes, this.#hash);
    else parseExplicitHashKey(explicitHashKey, this.#hash);
    return shardOfHash(stream.map, this.#hash);
  }

  /** Counting sort of the pending rows by shard; rows of one shard keep their order. */
  #group(shards: number): void {
    const { batch } = this;
    if (this.#starts.length <= shards) {
      this.#starts = new Int32Array(2 * shards + 1);
      this.#cursors = new Int32Array(2 * shards);
    }
    const cursors = this.#cursors;
    cursors.fill(0, 0, shards);
    for (let row = 0; row < batch.count; row++) if (batch.status[row] === PENDING) cursors[batch.shard[row]!]! += 1;
    let at = 0;
    for (let shardIndex = 0; shardIndex < shards; shardIndex++) {
      this.#starts[shardIndex] = at;
      at += cursors[shardIndex]!;
      cursors[shardIndex] = this.#starts[shardIndex]!;
    }
    this.#starts[shards] = at;
    for (let row = 0; row < batch.count; row++) {
      if (batch.status[row] !== PENDING) continue;
      const shardIndex = batch.shard[row]!;
      this.#order[cursors[shardIndex]!] = row;
      cursors[shardIndex]! += 1;
    }
  }
}

const tooMany = (): Error => invalidArgument(`Records size exceeds ${REQUEST_BYTES_MAX / 1024 ** 2} MB limit`);
