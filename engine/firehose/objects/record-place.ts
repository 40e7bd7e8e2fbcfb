import type { DeliveryRecord } from '../delivery/delivery-record.ts';

/** The place of a record in its source. A record that was put has none; the service numbers it by its own id. */
export function placeOf({ source, recordId }: DeliveryRecord) {
  return { sequenceNumber: source?.sequenceNumber ?? recordId, subSequenceNumber: source?.subSequenceNumber ?? 0 };
}

/** Identifies a record in failed records and in document ids, as `SEQUENCE.SUB`. The same for each try. */
export function recordPlace(record: DeliveryRecord): string {
  const { sequenceNumber, subSequenceNumber } = placeOf(record);
  return `${sequenceNumber}.${subSequenceNumber}`;
}
