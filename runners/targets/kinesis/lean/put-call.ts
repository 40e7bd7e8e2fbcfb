import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import type { RecordBatch } from '../../../../engine/log/record-batch.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import type { CallSink } from '../../../aws/lean/lean-call.ts';
import type { Rows } from '../put-outcomes.ts';
import { PutBody } from './put-body.ts';

/** Receives the outcome of a call, once. */
interface PutCallOwner {
  /** @param body valid only until this returns. */
  onResponse(call: PutCall, body: Buffer, contentType: string): void;
  onFault(call: PutCall, error: Error): void;
}

/** One call with a part of a batch. Its memory is used again when it has its outcome. */
export class PutCall implements CallSink {
  readonly #owner: PutCallOwner;
  readonly #body: PutBody;
  /** By entry. Only the first `count` belong to this call. */
  readonly rows: Rows[] = [];
  count = 0;
  /** Partition keys and data, as the service's limit of a call counts them. */
  bytes = 0;
  slot = 0;
  batch: RecordBatch;

  constructor({ stream, put }: KinesisTargetSpec, runId: number, owner: PutCallOwner, batch: RecordBatch) {
    this.#owner = owner;
    this.#body = new PutBody(stream, put, runId);
    this.batch = batch;
  }

  begin(slot: number, batch: RecordBatch): void {
    this.slot = slot;
    this.batch = batch;
    this.count = 0;
    this.bytes = 0;
    this.#body.begin();
  }

  addRow(row: number, recordBytes: number, nowNs: number): void {
    this.#body.addRow(this.batch, row, nowNs);
    this.#add(row, recordBytes);
  }

  addEntry(entry: PutRecordsRequestEntry, rows: Rows): void {
    this.#body.addEntry(entry);
    this.#add(rows, entry.Data!.length);
  }

  request(): Buffer {
    return this.#body.end();
  }

  onResponse(body: Buffer, contentType: string): void {
    this.#owner.onResponse(this, body, contentType);
  }

  onFault(error: Error): void {
    this.#owner.onFault(this, error);
  }

  #add(rows: Rows, bytes: number): void {
    this.rows[this.count] = rows;
    this.count += 1;
    this.bytes += bytes;
  }
}
