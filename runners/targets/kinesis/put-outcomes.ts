import type { Kinesis } from '@aws-sdk/client-kinesis';
import { ACCEPTED, type ByteTable, type RecordBatch } from '../../../engine/log/record-batch.ts';
import { Router } from '../../../engine/routing/shard-map.ts';
import { type CallFault, type Counts, faultOf } from '../../aws/call-faults.ts';
import { STATUS_OF_FAULT } from '../../aws/open-puts.ts';
import { listShards, openShardMap, shardIndexOf } from '../../aws/shards.ts';
import type { KinesisHandle } from './kinesis-target.ts';

/** After a reshard many records name new shards; one request for the list is enough. */
const LEARN_INTERVAL_MS = 1000;

/** The row of an entry, or all the rows of an aggregate. */
export type Rows = number | readonly number[];

/** Sets the status and the shard of rows, and follows the stream when it is resharded. Shared by both clients. */
export class PutOutcomes {
  readonly #handle: KinesisHandle;
  readonly #router: Router;
  readonly #counts: Counts;
  #client: Kinesis | undefined;
  #learnsAgainAtMs = 0;

  constructor(handle: KinesisHandle, keys: ByteTable, counts: Counts) {
    this.#handle = handle;
    this.#router = new Router(openShardMap(handle.shards), keys);
    this.#counts = counts;
  }

  /** @param client lists the shards of a stream that was resharded. */
  open(client: Kinesis): void {
    this.#client = client;
  }

  shardOf(keyIndex: number): number {
    return this.#router.shardOf(keyIndex);
  }

  /** @param shard -1 if the response did not name it. */
  accept(batch: RecordBatch, rows: Rows, shard: number): void {
    this.#settle(batch, rows, ACCEPTED, shard);
  }

  fail(batch: RecordBatch, rows: Rows, { code, kind }: CallFault, message = ''): void {
    this.#counts.add(`errors.${code}`, typeof rows === 'number' ? 1 : rows.length);
    // 'Rate exceeded for shard shardId-000000000001 in stream ...'; other texts leave it to the hash key.
    const named = shardIndexOf(/shardId-\d+/.exec(message)?.[0]);
    this.#settle(batch, rows, STATUS_OF_FAULT[kind], named);
  }

  #settle(batch: RecordBatch, rows: Rows, status: number, shard: number): void {
    if (typeof rows === 'number') this.#settleRow(batch, rows, status, shard);
    else for (const row of rows) this.#settleRow(batch, row, status, shard);
  }

  #settleRow(batch: RecordBatch, row: number, status: number, shard: number): void {
    batch.status[row] = status;
    const expected = this.#router.shardOf(batch.keyIndex[row]!);
    batch.shard[row] = Math.min(shard < 0 ? expected : shard, this.#handle.shardCapacity);
    if (status === ACCEPTED && shard >= 0 && shard !== expected) void this.#learnShards();
  }

  /** The stream was resharded: keys go elsewhere from now on. */
  async #learnShards(): Promise<void> {
    if (performance.now() < this.#learnsAgainAtMs || this.#client === undefined) return;
    this.#learnsAgainAtMs = performance.now() + LEARN_INTERVAL_MS;
    try {
      this.#router.follow(openShardMap(await listShards(this.#client, this.#handle.spec.stream)));
      this.#counts.add('shardMaps');
    } catch (error) {
      this.#counts.add(`errors.${faultOf(error).code}`);
    }
  }
}
