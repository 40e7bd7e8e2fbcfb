import type { Kinesis, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { ACCEPTED, type RecordBatch } from '../../../engine/log/record-batch.ts';
import { Router } from '../../../engine/routing/shard-map.ts';
import { type CallFault, faultOf, faultOfCode } from '../../aws/call-faults.ts';
import { openClient } from '../../aws/client.ts';
import { OpenPuts, STATUS_OF_FAULT } from '../../aws/open-puts.ts';
import { listShards, openShardMap, shardIndexOf } from '../../aws/shards.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import type { KinesisHandle } from './kinesis-target.ts';
import { type PutRequest, PutRequests } from './put-request.ts';
import { warmUpPuts } from './warm-up.ts';

/** After a reshard many records name new shards; one request for the list is enough. */
const LEARN_INTERVAL_MS = 1000;

/** The row of an entry, or all the rows of an aggregate. */
type Rows = PutRequest['rows'][number];

/** Puts batches with the AWS SDK. */
export class KinesisProducerPort implements ProducerPort {
  readonly #handle: KinesisHandle;
  readonly #inFlight: number;
  readonly #requests: PutRequests;
  readonly #router: Router;
  readonly #puts: OpenPuts<PutRequest, PutRecordsResultEntry, Rows>;
  #client: Kinesis | undefined;
  #learnsAgainAtMs = 0;

  constructor(handle: KinesisHandle, { keys, inFlight, wake }: ProducerContext) {
    const { spec, runId, shards } = handle;
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#router = new Router(openShardMap(shards), keys);
    this.#requests = new PutRequests({
      keys,
      runId,
      maxRecordBytes: spec.maxRecordBytes,
      maxEntries: spec.put === 'record' ? 1 : Number.POSITIVE_INFINITY,
      shardOf: spec.aggregate ? (keyIndex) => this.#router.shardOf(keyIndex) : undefined,
    });
    const service = {
      send: (request: PutRequest) => this.#send(request),
      settle: (batch: RecordBatch, rows: Rows, entry: PutRecordsResultEntry) => this.#settleEntry(batch, rows, entry),
      settleFault: (batch: RecordBatch, rows: Rows, fault: CallFault) => this.#settleFault(batch, rows, fault),
      faultOf,
    };
    this.#puts = new OpenPuts(service, inFlight, wake);
  }

  /** Connects, and lets the SDK find its credentials, so that the first record does not wait for either. */
  async open(): Promise<void> {
    const { connection, spec } = this.#handle;
    try {
      this.#client = await openClient(connection, { sockets: this.#inFlight, for: 'calls' });
      await Promise.all([this.#client.listShards({ StreamName: spec.stream, MaxResults: 1 }), warmUpPuts(spec.put)]);
    } catch (error) {
      throw streamFailed(spec, error);
    }
  }

  get nextAtNs(): number {
    return this.#puts.nextAtNs;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#puts.counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    this.#puts.start(slot, batch, this.#requests.requestsOf(batch, nowNs));
  }

  poll(): number {
    return this.#puts.poll();
  }

  close(): void {
    this.#client?.destroy();
  }

  async #send({ entries }: PutRequest): Promise<readonly PutRecordsResultEntry[]> {
    const { stream, put } = this.#handle.spec;
    if (put === 'records') {
      const { Records } = await this.#client!.putRecords({ StreamName: stream, Records: entries });
      return Records ?? [];
    }
    const [{ Data, PartitionKey }] = entries as [(typeof entries)[number]];
    return [await this.#client!.putRecord({ StreamName: stream, Data, PartitionKey })];
  }

  #settleEntry(batch: RecordBatch, rows: Rows, { ErrorCode, ErrorMessage, ShardId }: PutRecordsResultEntry): void {
    if (ErrorCode === undefined) this.#settle(batch, rows, ACCEPTED, shardIndexOf(ShardId));
    else this.#settleFault(batch, rows, faultOfCode(ErrorCode), ErrorMessage);
  }

  #settleFault(batch: RecordBatch, rows: Rows, { code, kind }: CallFault, message = ''): void {
    this.#puts.counts.add(`errors.${code}`, typeof rows === 'number' ? 1 : rows.length);
    // 'Rate exceeded for shard shardId-000000000001 in stream ...'; other texts leave it to the hash key.
    const named = shardIndexOf(/shardId-\d+/.exec(message)?.[0]);
    this.#settle(batch, rows, STATUS_OF_FAULT[kind], named);
  }

  /** @param shard -1 if the response did not name it. */
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
      this.#puts.counts.add('shardMaps');
    } catch (error) {
      this.#puts.counts.add(`errors.${faultOf(error).code}`);
    }
  }
}
