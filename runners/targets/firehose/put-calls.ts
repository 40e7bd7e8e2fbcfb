import type { _Record } from '@aws-sdk/client-firehose';
import { type RecordBatch, TOO_LARGE } from '../../../engine/log/record-batch.ts';
import { emptyStamp, STAMP_BYTES, StampWriter } from './stamp.ts';

/** PutRecordBatch takes so many records and bytes before base64. Amazon Data Firehose API Reference, 2026. */
const CALL_RECORDS_MAX = 500;
const CALL_BYTES_MAX = 4 * 2 ** 20;
/** 1,000 KiB before base64. */
export const RECORD_BYTES_MAX = 1000 * 1024;

/** The part of a batch that one call sends, and the row of each record. */
export interface PutCall {
  readonly records: _Record[];
  readonly rows: number[];
}

/** Turns the rows of a batch into calls. */
export class PutCalls {
  readonly #recordsMax: number;
  readonly #writer: StampWriter;
  readonly #stamp = emptyStamp();

  /** @param recordsMax records of one call: 1 for PutRecord. */
  constructor(runId: number, recordsMax: number = CALL_RECORDS_MAX) {
    this.#writer = new StampWriter(runId);
    this.#recordsMax = recordsMax;
  }

  /**
   * The calls for a batch's rows, handed over at `nowNs`. Rows that no call would take are decided here: TOO_LARGE, as one of
   * them would make the service reject the whole call.
   */
  callsOf(batch: RecordBatch, nowNs: number): readonly PutCall[] {
    const calls: PutCall[] = [];
    let open: PutCall | undefined;
    let openBytes = 0;
    const all = Buffer.allocUnsafe(totalBytes(batch));
    let at = 0;
    for (let row = 0; row < batch.count; row++) {
      const length = payloadBytes(batch, row);
      if (length > RECORD_BYTES_MAX) {
        batch.status[row] = TOO_LARGE;
        continue;
      }
      this.#write(all, at, batch, row, nowNs);
      const isFull =
        open !== undefined && (open.rows.length === this.#recordsMax || openBytes + length > CALL_BYTES_MAX);
      if (open === undefined || isFull) {
        open = { records: [], rows: [] };
        openBytes = 0;
        calls.push(open);
      }
      open.records.push({ Data: all.subarray(at, at + length) });
      open.rows.push(row);
      openBytes += length;
      at += length;
    }
    return calls;
  }

  #write(out: Buffer, at: number, batch: RecordBatch, row: number, nowNs: number): void {
    const { payloads } = batch;
    const stamp = this.#stamp;
    stamp.source = batch.source;
    stamp.keyIndex = batch.keyIndex[row]!;
    stamp.keyCounter = batch.keyCounter[row]!;
    stamp.recordBytes = batch.recordBytes(row);
    stamp.intendedAtNs = batch.intendedAtNs[row]!;
    stamp.handedOverAtNs = nowNs;
    const offset = payloads.offsets[batch.payloadIndex[row]!]!;
    const contentBytes = payloadBytes(batch, row) - STAMP_BYTES;
    this.#writer.write(out, at, stamp, payloads.bytes.subarray(offset, offset + contentBytes));
  }
}

/** Bytes of a record: its stamp and its content. The partition key is not sent, because Firehose has none. */
const payloadBytes = ({ payloads, payloadIndex }: RecordBatch, row: number): number =>
  payloads.lengths[payloadIndex[row]!]!;

function totalBytes(batch: RecordBatch): number {
  let total = 0;
  for (let row = 0; row < batch.count; row++) total += payloadBytes(batch, row);
  return total;
}
