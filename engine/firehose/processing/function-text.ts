import { base64Of } from '../../base64.ts';
import { isObject, jsonOf } from '../../plain-json.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { decodeBase64 } from './base64-data.ts';
import { FAILURES, type Invocation, type InvocationResult, type ReturnedRecord } from './function-contract.ts';
import { metadataOf } from './function-event.ts';

/** The event of an invocation as JSON. */
export function eventText({
  records,
  invocationId,
  deliveryStreamArn,
  region,
  sourceKinesisStreamArn,
}: Invocation): string {
  const event = {
    invocationId,
    deliveryStreamArn,
    sourceKinesisStreamArn,
    region,
    records: records.map((record) => {
      const approximateArrivalTimestamp = Math.floor(record.arrivedAtMs);
      return {
        recordId: record.recordId,
        approximateArrivalTimestamp,
        data: base64Of(record.data),
        ...(record.source === undefined
          ? {}
          : { kinesisRecordMetadata: metadataOf(record.source, approximateArrivalTimestamp) }),
      };
    }),
  };
  return JSON.stringify(event);
}

export function readResponseText(text: string, records: readonly DeliveryRecord[]): InvocationResult {
  const response = jsonOf(text);
  if (!isObject(response) || !Array.isArray(response.records)) return FAILURES.notJson();
  const returned: readonly unknown[] = response.records;
  if (!returned.every(isObject)) return FAILURES.notJson();
  const indexes = new Map(records.map(({ recordId }, index) => [recordId, index]));
  return {
    kind: 'returned',
    records: returned.map(
      ({ recordId, result, data, metadata }): ReturnedRecord => ({
        recordIndex: typeof recordId === 'string' ? (indexes.get(recordId) ?? -1) : -1,
        result,
        data: dataOf(data),
        partitionKeys: isObject(metadata) ? metadata.partitionKeys : undefined,
      }),
    ),
  };
}

function dataOf(data: unknown): Uint8Array | 'invalid' | undefined {
  if (data === undefined || data === null) return undefined;
  return (typeof data === 'string' ? decodeBase64(data) : undefined) ?? 'invalid';
}
