import type { Kinesis, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { RecordBatch } from '../../../engine/log/record-batch.ts';
import { type CallFault, Counts, faultOf, faultOfCode } from '../../aws/call-faults.ts';
import { openClient } from '../../aws/client.ts';
import { OpenPuts } from '../../aws/open-puts.ts';
import { OpenSlots } from '../../aws/open-slots.ts';
import { shardIndexOf } from '../../aws/shards.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import type { KinesisHandle } from './kinesis-target.ts';
import { PutOutcomes, type Rows } from './put-outcomes.ts';
import { type PutRequest, PutRequests } from './put-request.ts';
import { warmUpPuts } from './warm-up.ts';

/** Puts batches with the AWS SDK. */
export class SdkProducerPort implements ProducerPort {
  readonly #handle: KinesisHandle;
  readonly #inFlight: number;
  readonly #requests: PutRequests;
  readonly #counts = new Counts();
  readonly #outcomes: PutOutcomes;
  readonly #slots: OpenSlots;
  readonly #puts: OpenPuts<PutRequest, PutRecordsResultEntry, Rows>;
  #client: Kinesis | undefined;

  constructor(handle: KinesisHandle, { keys, inFlight, wake }: ProducerContext) {
    const { spec, runId } = handle;
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#outcomes = new PutOutcomes(handle, keys, this.#counts);
    this.#requests = new PutRequests({
      keys,
      runId,
      maxRecordBytes: spec.maxRecordBytes,
      maxEntries: spec.put === 'record' ? 1 : Number.POSITIVE_INFINITY,
      shardOf: spec.aggregate ? (keyIndex) => this.#outcomes.shardOf(keyIndex) : undefined,
    });
    const service = {
      send: (request: PutRequest) => this.#send(request),
      settle: (batch: RecordBatch, rows: Rows, entry: PutRecordsResultEntry) => this.#settle(batch, rows, entry),
      settleFault: (batch: RecordBatch, rows: Rows, fault: CallFault) => this.#outcomes.fail(batch, rows, fault),
      faultOf,
    };
    this.#slots = new OpenSlots(inFlight, wake);
    this.#puts = new OpenPuts(service, this.#slots, this.#counts);
  }

  /** Connects, and lets the SDK find its credentials, so that the first record does not wait for either. */
  async open(): Promise<void> {
    const { connection, spec } = this.#handle;
    try {
      this.#client = await openClient(connection, { sockets: this.#inFlight, for: 'calls' });
      this.#outcomes.open(this.#client);
      await Promise.all([this.#client.listShards({ StreamName: spec.stream, MaxResults: 1 }), warmUpPuts(spec.put)]);
    } catch (error) {
      throw streamFailed(spec, error);
    }
  }

  get nextAtNs(): number {
    return this.#slots.nextAtNs;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    this.#puts.start(slot, batch, this.#requests.requestsOf(batch, nowNs));
  }

  poll(): number {
    return this.#slots.poll();
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

  #settle(batch: RecordBatch, rows: Rows, { ErrorCode, ErrorMessage, ShardId }: PutRecordsResultEntry): void {
    if (ErrorCode === undefined) this.#outcomes.accept(batch, rows, shardIndexOf(ShardId));
    else this.#outcomes.fail(batch, rows, faultOfCode(ErrorCode), ErrorMessage);
  }
}
