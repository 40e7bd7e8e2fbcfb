import type { Kinesis } from '@aws-sdk/client-kinesis';
import { type RecordBatch, TOO_LARGE } from '../../../../engine/log/record-batch.ts';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { Counts, faultOf, faultOfCode } from '../../../aws/call-faults.ts';
import { openClient } from '../../../aws/client.ts';
import type { LeanTransport } from '../../../aws/lean/transport.ts';
import { LENGTH_MISMATCH } from '../../../aws/open-puts.ts';
import { OpenSlots } from '../../../aws/open-slots.ts';
import { streamFailed, streamResource } from '../../../aws/stream-errors.ts';
import { runnerError } from '../../../errors.ts';
import type { ProducerContext, ProducerPort } from '../../target.ts';
import type { KinesisHandle } from '../kinesis-target.ts';
import { PutOutcomes } from '../put-outcomes.ts';
import { CALL_BYTES_MAX, CALL_ENTRIES_MAX, PutRequests } from '../put-request.ts';
import { openStreamTransport } from './kinesis-transport.ts';
import { PutCall } from './put-call.ts';
import { PutResponse } from './put-response.ts';

/** Puts batches with the harness's own client: bytes from the columns into the request, outcomes from the bytes of the response. */
export class LeanProducerPort implements ProducerPort {
  readonly #handle: KinesisHandle;
  readonly #inFlight: number;
  readonly #operation: 'PutRecords' | 'PutRecord';
  readonly #entriesMax: number;
  /** Undefined for records that are sent as they are. */
  readonly #aggregates: PutRequests | undefined;
  readonly #counts = new Counts();
  readonly #outcomes: PutOutcomes;
  readonly #slots: OpenSlots;
  readonly #response = new PutResponse();
  /** Calls whose memory is free for the next ones. */
  readonly #spare: PutCall[] = [];
  /** Calls of the batch that is being handed over. */
  readonly #calls: PutCall[] = [];
  #client: Kinesis | undefined;
  #transport: LeanTransport | undefined;

  constructor(handle: KinesisHandle, { keys, inFlight, wake }: ProducerContext) {
    const { spec, runId } = handle;
    this.#handle = handle;
    this.#inFlight = inFlight;
    this.#operation = spec.put === 'record' ? 'PutRecord' : 'PutRecords';
    this.#entriesMax = spec.put === 'record' ? 1 : CALL_ENTRIES_MAX;
    this.#outcomes = new PutOutcomes(handle, keys, this.#counts);
    this.#slots = new OpenSlots(inFlight, wake);
    if (spec.aggregate) {
      this.#aggregates = new PutRequests({
        keys,
        runId,
        maxRecordBytes: spec.maxRecordBytes,
        maxEntries: this.#entriesMax,
        shardOf: (keyIndex) => this.#outcomes.shardOf(keyIndex),
      });
    }
  }

  /** Finds address and credentials with the SDK, and connects, so that the first record waits for none of them. */
  async open(): Promise<void> {
    const { connection, spec } = this.#handle;
    try {
      this.#client = await openClient(connection, { sockets: 1, for: 'calls' });
      this.#outcomes.open(this.#client);
      this.#transport = await openStreamTransport(this.#client, connection, spec.stream, this.#inFlight);
      await this.#connect(this.#client, this.#transport);
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
    if (this.#aggregates === undefined) this.#addRows(slot, batch, nowNs);
    else this.#addAggregates(slot, batch, this.#aggregates, nowNs);
    const calls = this.#calls;
    this.#slots.open(slot, calls.length);
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i]!;
      this.#counts.add('calls');
      this.#transport!.send(this.#operation, call.request(), call);
    }
    calls.length = 0;
  }

  poll(): number {
    return this.#slots.poll();
  }

  close(): void {
    this.#transport?.close();
    this.#client?.destroy();
  }

  /** Rows that no call would take are decided here: one of them would make the service reject the whole call. */
  #addRows(slot: number, batch: RecordBatch, nowNs: number): void {
    const { maxRecordBytes } = this.#handle.spec;
    let call: PutCall | undefined;
    for (let row = 0; row < batch.count; row++) {
      const bytes = batch.recordBytes(row);
      if (bytes > maxRecordBytes) {
        batch.status[row] = TOO_LARGE;
        continue;
      }
      if (call === undefined || call.count === this.#entriesMax || call.bytes + bytes > CALL_BYTES_MAX) {
        call = this.#nextCall(slot, batch);
      }
      call.addRow(row, bytes, nowNs);
    }
  }

  #addAggregates(slot: number, batch: RecordBatch, aggregates: PutRequests, nowNs: number): void {
    for (const { entries, rows } of aggregates.requestsOf(batch, nowNs)) {
      const call = this.#nextCall(slot, batch);
      for (const [i, entry] of entries.entries()) call.addEntry(entry, rows[i]!);
    }
  }

  #nextCall(slot: number, batch: RecordBatch): PutCall {
    const call = this.#spare.pop() ?? this.#newCall(batch);
    call.begin(slot, batch);
    this.#calls.push(call);
    return call;
  }

  #newCall(batch: RecordBatch): PutCall {
    const { spec, runId } = this.#handle;
    const owner = {
      onResponse: (call: PutCall, body: Buffer, contentType: string) => this.#settle(call, body, contentType),
      onFault: (call: PutCall, error: Error) => this.#fail(call, error),
    };
    return new PutCall(spec, runId, owner, batch);
  }

  #settle(call: PutCall, body: Buffer, contentType: string): void {
    const response = this.#response;
    let entries: number;
    try {
      entries = response.read(body, contentType, this.#handle.spec.put);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    const { batch, rows, count } = call;
    if (entries !== count) {
      this.#failAll(call, LENGTH_MISMATCH);
      return;
    }
    for (let i = 0; i < count; i++) {
      const failure = response.failureAt(i);
      if (failure === undefined) this.#outcomes.accept(batch, rows[i]!, response.shards[i]!);
      else this.#outcomes.fail(batch, rows[i]!, faultOfCode(failure.code), failure.message);
    }
    this.#end(call);
  }

  #fail(call: PutCall, error: unknown): void {
    this.#failAll(call, faultOf(error));
  }

  #failAll(call: PutCall, fault: ReturnType<typeof faultOf>): void {
    this.#counts.add('failedCalls');
    for (let i = 0; i < call.count; i++) this.#outcomes.fail(call.batch, call.rows[i]!, fault);
    this.#end(call);
  }

  #end(call: PutCall): void {
    this.#spare.push(call);
    this.#slots.callEnded(call.slot);
  }

  /** A call that changes nothing. If the SDK's succeeds where ours does not, the endpoint does not know CBOR. */
  async #connect(client: Kinesis, transport: LeanTransport): Promise<void> {
    const { spec } = this.#handle;
    const input = { StreamName: spec.stream, MaxResults: 1 };
    try {
      await transport.call('ListShards', writeCbor(input), () => undefined);
    } catch (error) {
      const { code, kind } = faultOf(error);
      if (kind !== 'refused') throw error;
      await client.listShards(input);
      throw runnerError('RUNNER_TARGET_FAILED', {
        what: `${code}: the endpoint accepts calls of the AWS SDK and not those of the lean client, which are in CBOR`,
        where: `stream ${spec.stream} at ${streamResource(spec).endpoint ?? 'AWS'}`,
        fix: 'Use client: sdk.',
        cause: error,
      });
    }
  }
}
