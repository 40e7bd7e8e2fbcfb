import { createHash } from 'node:crypto';
import { base64Of } from '../../base64.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import type { DeliveryBatch } from '../delivery/destination.ts';

/** Limits of one request, from "HTTP endpoint delivery request and response specifications" of the developer guide, 2026-11. */
const RECORDS_MAX = 10_000;
/** Before compression. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export interface EndpointRequest {
  readonly id: string;
  readonly records: readonly DeliveryRecord[];
}

/** `{"requestId":"...","timestamp":1234567890123,"records":[` and `]}` */
const ENVELOPE_BYTES = 128;
/** `{"data":""},` */
const ENVELOPE_RECORD_BYTES = 12;

/**
 * Divides a batch into requests, because a buffer may have more records and more bytes than a request may. A retry of the
 * records from any request on makes the same requests again, with the same ids: an endpoint that discards repeated requests
 * neither loses nor repeats a record.
 */
export function* requestsOf({ id, records }: DeliveryBatch): Generator<EndpointRequest> {
  for (let start = 0; start < records.length; ) {
    let end = start;
    let bytes = ENVELOPE_BYTES;
    while (end < records.length && end - start < RECORDS_MAX) {
      bytes += ENVELOPE_RECORD_BYTES + base64Length(records[end]!.data.length);
      // A record that is too large by itself has a request of its own.
      if (bytes > BODY_BYTES_MAX && end > start) break;
      end++;
    }
    yield { id: requestId(id, records[start]!.recordId), records: records.slice(start, end) };
    start = end;
  }
}

export function bodyOf({ id, records }: EndpointRequest, timestampMs: number): Buffer {
  const head = `{"requestId":${JSON.stringify(id)},"timestamp":${timestampMs},"records":[`;
  const parts = records.map(({ data }) => `{"data":"${base64Of(data)}"}`);
  return Buffer.from(`${head}${parts.join(',')}]}`, 'latin1');
}

const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** A UUID of version 8, which is free for such uses: RFC 9562, 5.8. */
function requestId(batchId: string, firstRecordId: string): string {
  const bytes = createHash('sha256').update(`${batchId}\n${firstRecordId}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
