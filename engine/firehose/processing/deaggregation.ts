import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import type { Processor } from '../delivery/processor.ts';
import { eachRecord, intoParts, type RecordOutcome, unchanged } from './each-record.ts';
import { jsonValuesIn } from './json-values.ts';

/** A record with more parts is delivered whole, and counted. Source: guide; observed, a later step then rejects it. */
const PARTS_MAX = 500;

/**
 * Splits records into the JSON values that they hold, without the white space between them. An array is one value. A record
 * that is not JSON stays whole: a step that needs JSON fails it.
 */
export function jsonDeaggregation(clock: Clock): Processor {
  return eachRecord(clock, (record) => split(record, jsonValuesIn(record.data) ?? []));
}

/** Splits records at a delimiter. Empty parts are no records. */
export function delimitedDeaggregation(delimiter: Uint8Array, clock: Clock): Processor {
  return eachRecord(clock, (record) => split(record, partsBetween(record.data, delimiter)));
}

function split(record: DeliveryRecord, parts: readonly Uint8Array[]): RecordOutcome {
  if (parts.length === 0) return unchanged(record);
  return parts.length > PARTS_MAX ? { kind: 'unsplit' } : intoParts(record, parts);
}

function partsBetween(bytes: Uint8Array, delimiter: Uint8Array): readonly Uint8Array[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < data.length; ) {
    const found = data.indexOf(delimiter, from);
    const end = found === -1 ? data.length : found;
    if (end > from) parts.push(data.subarray(from, end));
    from = end + delimiter.length;
  }
  return parts;
}
