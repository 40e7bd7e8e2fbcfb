import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { PAYLOAD_BYTES_MAX } from './function-contract.ts';

/** More than the names of members and the numbers of a record take in the text of a request. */
const MEMBER_BYTES = 128;
const SOURCE_BYTES = 512;
const EVENT_BYTES = 4096;

/** Cuts records into batches of at most `bufferBytes` of data whose requests stay within 6 MiB. No batch is empty. */
export function* functionBatches(
  records: readonly DeliveryRecord[],
  bufferBytes: number,
): Generator<readonly DeliveryRecord[]> {
  let from = 0;
  let dataBytes = 0;
  let textBytes = EVENT_BYTES;
  for (const [index, record] of records.entries()) {
    const recordTextBytes = textBytesOf(record);
    const isFull = dataBytes + record.data.length > bufferBytes || textBytes + recordTextBytes > PAYLOAD_BYTES_MAX;
    if (index > from && isFull) {
      yield records.slice(from, index);
      from = index;
      dataBytes = 0;
      textBytes = EVENT_BYTES;
    }
    dataBytes += record.data.length;
    textBytes += recordTextBytes;
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from);
}

function textBytesOf({ recordId, data, source }: DeliveryRecord): number {
  const base64Bytes = 4 * Math.ceil(data.length / 3);
  return MEMBER_BYTES + recordId.length + base64Bytes + (source === undefined ? 0 : SOURCE_BYTES);
}
