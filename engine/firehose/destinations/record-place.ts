import type { DeliveryRecord } from '../delivery/delivery-record.ts';

/**
 * Identifies a record in failed records and in document ids, as `SEQUENCE.SUB`: its place in the source stream, or its own id
 * after a direct put. The same for each try.
 */
export const recordPlace = ({ recordId, source }: DeliveryRecord): string =>
  source === undefined ? `${recordId}.0` : `${source.sequenceNumber}.${source.subSequenceNumber}`;
