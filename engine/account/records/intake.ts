import { PENDING, RecordBatch } from '../../log/record-batch.ts';
import { int32Column } from '../../log/shared-memory.ts';
import { shardOfHash } from '../../routing/shard-map.ts';
import { invalidArgument } from '../errors.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { HASH_WORDS, PUT_BYTES_MAX, PUT_RECORDS_MAX, PutColumns } from './put-columns.ts';
import { PutOutcome } from './put-outcome.ts';

/**
 * The way of the records of one call into the shards: their columns become rows of a batch, which are appended shard by shard. One
 * serves a whole account, because calls are handled one by one.
 */
export class Intake {
  /** Columns for calls whose records are objects, and for decoders of this thread. */
  readonly columns: PutColumns = new PutColumns();
  /** Rows shard by shard, and where each open shard's begin. */
  readonly #order = int32Column(PUT_RECORDS_MAX);
  /** The batch over each set of columns that was ever appended: that of this thread, and those of others. */
  readonly #batches = new WeakMap<PutColumns, RecordBatch>();
  readonly #outcome = new PutOutcome();
  #routed = this.columns;
  #batch: RecordBatch;
  #starts = new Int32Array(1);
  #cursors = new Int32Array(1);

  constructor() {
    this.#batch = this.#batchOf(this.columns);
  }

  /** The columns of the call, since `route`. */
  get routed(): PutColumns {
    return this.#routed;
  }

  /** The rows of the call: after `append`, their state, shard and sequence number. */
  get batch(): RecordBatch {
    return this.#batch;
  }

  begin(): void {
    this.columns.begin();
  }

  /**
   * Adds one more record to the columns.
   * @throws InvalidArgumentException if the record or the whole call is too large, or the key is not one.
   */
  add(stream: KinesisStream, key: string | undefined, explicitHashKey: string | undefined, data: Uint8Array): void {
    const { columns } = this;
    columns.beginRow();
    const bytes = columns.takeKeyText(key) + data.length;
    if (bytes > stream.maxRecordBytes) throw stream.tooLarge(bytes);
    if (!columns.hasRoomFor(data.length)) throw tooMany();
    columns.memory.set(data, columns.dataAt);
    columns.endData(data.length);
    if (explicitHashKey === undefined) columns.endRow();
    else columns.endRowAt(explicitHashKey);
  }

  /** @throws InvalidArgumentException if all records together exceed the limit of one call. */
  checkTotal(): void {
    if (this.columns.bytes > PUT_BYTES_MAX) throw tooMany();
  }

  /** Makes the columns the rows of the batch, all of them PENDING. `batch.shard` is the place among the stream's open shards. */
  route(stream: KinesisStream, nowNs: number, columns: PutColumns = this.columns): void {
    this.#batch = this.#batchOf(columns);
    this.#routed = columns;
    const { batch } = this;
    const { count, hashes } = columns;
    batch.count = count;
    batch.status.fill(PENDING, 0, count);
    batch.intendedAtNs.fill(nowNs, 0, count);
    if (stream.spreadsAlone) for (let row = 0; row < count; row++) batch.shard[row] = stream.nextTurn();
    else for (let row = 0; row < count; row++) batch.shard[row] = shardOfHash(stream.map, hashes, HASH_WORDS * row);
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

  /** Outcome of the rows that were appended last. Valid until the next call. */
  outcomeOf({ openShards, state, account }: KinesisStream, accepted: number): PutOutcome {
    const { status, shard, sequenceNumber, count } = this.batch;
    const outcome = this.#outcome;
    outcome.count = count;
    outcome.accepted = accepted;
    outcome.isEncrypted = state.encryption === 'KMS';
    outcome.streamName = state.name;
    outcome.accountId = account.options.accountId;
    for (let row = 0; row < count; row++) {
      const { state: shardState, putSecond } = openShards[shard[row]!]!;
      outcome.status[row] = status[row]!;
      outcome.shardIndex[row] = shardState.index;
      outcome.place[row] = sequenceNumber[row]!;
      outcome.putSecond[row] = putSecond;
      outcome.createdSecond[row] = shardState.sequenceSecond;
    }
    return outcome;
  }

  #batchOf(columns: PutColumns): RecordBatch {
    const known = this.#batches.get(columns);
    if (known !== undefined) return known;
    const batch = new RecordBatch(PUT_RECORDS_MAX, columns.keys, columns.data, 0);
    for (let row = 0; row < PUT_RECORDS_MAX; row++) {
      batch.keyIndex[row] = batch.payloadIndex[row] = row;
      batch.keyCounter[row] = 0;
    }
    this.#batches.set(columns, batch);
    return batch;
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

const tooMany = (): Error => invalidArgument(`Records size exceeds ${PUT_BYTES_MAX / 1024 ** 2} MB limit`);
