import type { Firehose, PutRecordBatchResponseEntry } from '@aws-sdk/client-firehose';
import { ACCEPTED, type RecordBatch } from '../../../engine/log/record-batch.ts';
import type { CallFault } from '../../aws/call-faults.ts';
import { OpenPuts, STATUS_OF_FAULT } from '../../aws/open-puts.ts';
import { OpenSlots } from '../../aws/open-slots.ts';
import { type WarmUpConfig, warmUp } from '../../aws/warm-up.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import { deliveryStreamFailed } from './delivery-stream-errors.ts';
import { openFirehose } from './firehose-client.ts';
import { firehoseFaultOf, firehoseFaultOfCode } from './firehose-faults.ts';
import type { FirehoseHandle } from './firehose-target.ts';
import { type PutCall, PutCalls } from './put-calls.ts';

/** Firehose has no shards: the result shows the delivery stream as one. */
const ONLY_SHARD = 0;

/** Puts batches with the AWS SDK. */
export class FirehoseProducerPort implements ProducerPort {
  readonly #handle: FirehoseHandle;
  readonly #inFlight: number;
  readonly #calls: PutCalls;
  readonly #slots: OpenSlots;
  readonly #puts: OpenPuts<PutCall, PutRecordBatchResponseEntry, number>;
  #client: Firehose | undefined;

  constructor(handle: FirehoseHandle, { inFlight, wake }: ProducerContext) {
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#calls = new PutCalls(handle.runId, handle.spec.put === 'record' ? 1 : undefined);
    const service = {
      send: (call: PutCall) => this.#send(call),
      settle: (batch: RecordBatch, row: number, entry: PutRecordBatchResponseEntry) => this.#settle(batch, row, entry),
      settleFault: (batch: RecordBatch, row: number, fault: CallFault) => this.#settleFault(batch, row, fault),
      faultOf: firehoseFaultOf,
    };
    this.#slots = new OpenSlots(inFlight, wake);
    this.#puts = new OpenPuts(service, this.#slots);
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
    return this.#slots.nextAtNs;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#puts.counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    batch.shard.fill(ONLY_SHARD, 0, batch.count);
    this.#puts.start(slot, batch, this.#calls.callsOf(batch, nowNs));
  }

  poll(): number {
    return this.#slots.poll();
  }

  close(): void {
    this.#client?.destroy();
  }

  async #send({ records }: PutCall): Promise<readonly PutRecordBatchResponseEntry[]> {
    const { deliveryStream: DeliveryStreamName, put } = this.#handle.spec;
    if (put === 'batch') {
      const response = await this.#client!.putRecordBatch({ DeliveryStreamName, Records: records });
      return response.RequestResponses ?? [];
    }
    return [await this.#client!.putRecord({ DeliveryStreamName, Record: records[0] })];
  }

  #settle(batch: RecordBatch, row: number, { ErrorCode }: PutRecordBatchResponseEntry): void {
    if (ErrorCode === undefined) batch.status[row] = ACCEPTED;
    else this.#settleFault(batch, row, firehoseFaultOfCode(ErrorCode));
  }

  #settleFault(batch: RecordBatch, row: number, { code, kind }: CallFault): void {
    this.#puts.counts.add(`errors.${code}`);
    batch.status[row] = STATUS_OF_FAULT[kind];
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
