import type { Kinesis, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { ACCEPTED, ERRORED, REFUSED, type RecordBatch, THROTTLED } from '../../../engine/log/record-batch.ts';
import { Router } from '../../../engine/routing/shard-map.ts';
import { type CallFault, Counts, faultOf, faultOfCode } from '../../aws/call-faults.ts';
import { openClient } from '../../aws/client.ts';
import { listShards, openShardMap, shardIndexOf } from '../../aws/shards.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import type { KinesisHandle } from './kinesis-target.ts';
import { type PutRequest, PutRequests } from './put-request.ts';
import { warmUpPuts } from './warm-up.ts';

const STATUS_OF = { throttled: THROTTLED, transient: ERRORED, refused: REFUSED } as const;
/** After a reshard many records name new shards; one request for the list is enough. */
const LEARN_INTERVAL_MS = 1000;
const LENGTH_MISMATCH: CallFault = { code: 'ResponseOfAnotherLength', kind: 'transient' };

/**
 * Puts batches with the AWS SDK. A batch is one or more calls; its slot completes with the last of them. The outcome of
 * each record is returned by row: stored, throttled, failed with a retriable error, or rejected.
 */
export class KinesisProducerPort implements ProducerPort {
  readonly #handle: KinesisHandle;
  readonly #inFlight: number;
  readonly #wake: () => void;
  readonly #requests: PutRequests;
  readonly #router: Router;
  readonly #counts = new Counts();
  #client: Kinesis | undefined;
  /** By slot: calls of its batch without a response. */
  readonly #openCalls: Int32Array;
  readonly #answered: number[] = [];
  #learnsAgainAtMs = 0;

  constructor(handle: KinesisHandle, { keys, inFlight, wake }: ProducerContext) {
    const { spec, runId, shards } = handle;
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#wake = wake ?? (() => {});
    this.#router = new Router(openShardMap(shards), keys);
    this.#requests = new PutRequests({
      keys,
      runId,
      maxRecordBytes: spec.maxRecordBytes,
      maxEntries: spec.put === 'record' ? 1 : Number.POSITIVE_INFINITY,
      shardOf: spec.aggregate ? (keyIndex) => this.#router.shardOf(keyIndex) : undefined,
    });
    this.#openCalls = new Int32Array(inFlight);
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
    return this.#answered.length > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    const requests = this.#requests.requestsOf(batch, nowNs);
    this.#openCalls[slot] = requests.length;
    if (requests.length === 0) this.#answer(slot);
    for (const request of requests) void this.#call(slot, batch, request);
  }

  poll(): number {
    return this.#answered.shift() ?? -1;
  }

  close(): void {
    this.#client?.destroy();
  }

  async #call(slot: number, batch: RecordBatch, request: PutRequest): Promise<void> {
    this.#counts.add('calls');
    try {
      const results = await this.#send(request);
      if (results.length === request.entries.length) this.#take(batch, request, results);
      else this.#fail(batch, request, LENGTH_MISMATCH);
    } catch (error) {
      this.#fail(batch, request, faultOf(error));
    }
    this.#openCalls[slot]! -= 1;
    if (this.#openCalls[slot] === 0) this.#answer(slot);
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

  #answer(slot: number): void {
    this.#answered.push(slot);
    this.#wake();
  }

  #take(batch: RecordBatch, { rows }: PutRequest, results: readonly PutRecordsResultEntry[]): void {
    for (let entry = 0; entry < results.length; entry++) {
      const { ErrorCode, ErrorMessage, ShardId } = results[entry]!;
      if (ErrorCode === undefined) this.#settle(batch, rows[entry]!, ACCEPTED, shardIndexOf(ShardId));
      else this.#settleFault(batch, rows[entry]!, faultOfCode(ErrorCode), ErrorMessage);
    }
  }

  #fail(batch: RecordBatch, { rows }: PutRequest, fault: CallFault): void {
    this.#counts.add('failedCalls');
    for (const row of rows) this.#settleFault(batch, row, fault);
  }

  #settleFault(batch: RecordBatch, rows: number | readonly number[], { code, kind }: CallFault, message = ''): void {
    this.#counts.add(`errors.${code}`, typeof rows === 'number' ? 1 : rows.length);
    // 'Rate exceeded for shard shardId-000000000001 in stream ...'; other texts leave it to the hash key.
    const told = shardIndexOf(/shardId-\d+/.exec(message)?.[0]);
    this.#settle(batch, rows, STATUS_OF[kind], told);
  }

  /** @param shard -1 if the response did not name it. */
  #settle(batch: RecordBatch, rows: number | readonly number[], status: number, shard: number): void {
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
