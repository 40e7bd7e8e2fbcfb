import type { DeliveryRecord } from '../../../../engine/firehose/delivery/delivery-record.ts';
import type { DeliveryBatch } from '../../../../engine/firehose/delivery/destination.ts';

export const ARRIVED_AT_MS = Date.UTC(2026, 10, 29, 13, 0, 0);

export function recordOf(data: string | Uint8Array, index = 0, members: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  return { recordId: `record-${index}`, data: bytes, original: bytes, arrivedAtMs: ARRIVED_AT_MS, ...members };
}

export function batchOf(records: readonly (string | DeliveryRecord)[]): DeliveryBatch {
  return {
    records: records.map((record, index) => (typeof record === 'string' ? recordOf(record, index) : record)),
    id: '5a1f2b3c-0d4e-4f60-8a7b-9c0d1e2f3a4b',
    oldestArrivedAtMs: ARRIVED_AT_MS,
    version: 1,
  };
}

export const textOf = ({ data }: DeliveryRecord): string => Buffer.from(data).toString();

export const NEVER = new AbortController().signal;
