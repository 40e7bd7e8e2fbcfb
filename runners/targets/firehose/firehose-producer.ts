import type { Firehose, PutRecordBatchResponseEntry } from '@aws-sdk/client-firehose';
import { ACCEPTED, ERRORED, REFUSED, type RecordBatch, THROTTLED } from '../../../engine/log/record-batch.ts';
import { type CallFault, Counts } from '../../aws/call-faults.ts';
import { type WarmUpConfig, warmUp } from '../../aws/warm-up.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import { deliveryStreamFailed } from './delivery-stream-errors.ts';
import { openFirehose } from './firehose-client.ts';
import { firehoseFaultOf, firehoseFaultOfCode } from './firehose-faults.ts';
import type { FirehoseHandle } from './firehose-target.ts';
import { type PutCall, PutCalls } from './put-calls.ts';

const STATUS_OF = { throttled: THROTTLED, transient: ERRORED, refused: REFUSED } as const;
const LENGTH_MISMATCH: CallFault = { code: 'ResponseOfAnotherLength', kind: 'transient' };
/** Firehose has no shards: the result shows the delivery stream as one. */
const ONLY_SHARD = 0;

/**
 * Puts batches with the AWS SDK. A batch is one or more calls; its slot completes with the last of them. The outcome of each
 * record is returned by row, so that only records that failed are put again.
 */
export class FirehoseProducerPort implements ProducerPort {
  readonly #handle: FirehoseHandle;
  readonly #inFlight: number;
  readonly #wake: () => void;
  readonly #calls: PutCalls;
  readonly #counts = new Counts();
  #client: Firehose | undefined;
  /** By slot: calls of its batch without a response. */
  readonly #openCalls: Int32Array;
  readonly #completed: number[] = [];

  constructor(handle: FirehoseHandle, { inFlight, wake }: ProducerContext) {
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#wake = wake ?? (() => {});
    this.#calls = new PutCalls(handle.runId, handle.spec.put === 'record' ? 1 : undefined);
    this.#openCalls = new Int32Array(inFlight);
  }

  /** Connects, and lets the SDK find its credentials, so that the first record does not wait for either. */
  async open(): Promise<void> {
    const { connection, spec } = this.#handle;
    try {
      this.#client = await openFirehose(connection, this.#inFlight);
      const connected = this.#client.describeDeliveryStream({ DeliveryStreamName: spec.deliveryStream });
      await Promise.all([connected, warmUpPuts(spec.put)]);
    } catch (error) {
      throw deliveryStreamFailed(spec, error);
    }
  }

  get nextAtNs(): number {
    return this.#completed.length > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    batch.shard.fill(ONLY_SHARD, 0, batch.count);
    const calls = this.#calls.callsOf(batch, nowNs);
    this.#openCalls[slot] = calls.length;
    if (calls.length === 0) this.#complete(slot);
    for (const call of calls) void this.#call(slot, batch, call);
  }

  poll(): number {
    return this.#completed.shift() ?? -1;
  }

  close(): void {
    this.#client?.destroy();
  }

  async #call(slot: number, batch: RecordBatch, call: PutCall): Promise<void> {
    this.#counts.add('calls');
    try {
      const entries = await this.#send(call);
      if (entries.length === call.rows.length) this.#settle(batch, call, entries);
      else this.#fail(batch, call, LENGTH_MISMATCH);
    } catch (error) {
      this.#fail(batch, call, firehoseFaultOf(error));
    }
    this.#openCalls[slot]! -= 1;
    if (this.#openCalls[slot] === 0) this.#complete(slot);
  }

  async #send({ records }: PutCall): Promise<readonly PutRecordBatchResponseEntry[]> {
    const { deliveryStream: DeliveryStreamName, put } = this.#handle.spec;
    if (put === 'batch') {
      const response = await this.#client!.putRecordBatch({ DeliveryStreamName, Records: records });
      return response.RequestResponses ?? [];
    }
    return [await this.#client!.putRecord({ DeliveryStreamName, Record: records[0] })];
  }

  #complete(slot: number): void {
    this.#completed.push(slot);
    this.#wake();
  }

  #settle(batch: RecordBatch, { rows }: PutCall, entries: readonly PutRecordBatchResponseEntry[]): void {
    for (const [i, { ErrorCode }] of entries.entries()) {
      const row = rows[i]!;
      if (ErrorCode === undefined) batch.status[row] = ACCEPTED;
      else this.#settleFault(batch, row, firehoseFaultOfCode(ErrorCode));
    }
  }

  #fail(batch: RecordBatch, { rows }: PutCall, fault: CallFault): void {
    this.#counts.add('failedCalls');
    for (const row of rows) this.#settleFault(batch, row, fault);
  }

  #settleFault(batch: RecordBatch, row: number, { code, kind }: CallFault): void {
    this.#counts.add(`errors.${code}`);
    batch.status[row] = STATUS_OF[kind];
  }
}

const WARM_UP_RECORDS = 20;
const RECORD_ID = '0'.repeat(56);

async function warmUpPuts(put: 'batch' | 'record'): Promise<void> {
  const { Firehose } = await import('@aws-sdk/client-firehose');
  const Record = { Data: Buffer.alloc(100) };
  const stored = { RecordId: RECORD_ID, Encrypted: false };
  const open = (config: WarmUpConfig) => new Firehose(config);
  if (put === 'record') {
    await warmUp(open, stored, (client) => client.putRecord({ DeliveryStreamName: 'none', Record }));
    return;
  }
  const response = { FailedPutCount: 0, RequestResponses: new Array(WARM_UP_RECORDS).fill(stored) };
  const Records = new Array(WARM_UP_RECORDS).fill(Record);
  await warmUp(open, response, (client) => client.putRecordBatch({ DeliveryStreamName: 'none', Records }));
}
