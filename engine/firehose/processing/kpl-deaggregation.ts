import type { Clock } from '../../account/clock.ts';
import { readAggregate } from '../../aggregate/aggregate-reader.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import type { Processor } from '../delivery/processor.ts';
import { eachRecord, unchanged } from './each-record.ts';

/** Splits records of the Kinesis Producer Library. Only records from a Kinesis stream are looked at. */
export function kplDeaggregation(clock: Clock): Processor {
  return eachRecord(clock, (record) => {
    const aggregate = record.source === undefined ? undefined : readAggregate(record.data);
    if (record.source === undefined || aggregate === undefined) return unchanged(record);
    const { source } = record;
    const { keys } = aggregate;
    const records = aggregate.records.map(
      ({ data, keyPlace }, subSequenceNumber): DeliveryRecord => ({
        ...record,
        recordId: `${record.recordId}.${subSequenceNumber}`,
        data,
        original: data,
        source: { ...source, partitionKey: Buffer.from(keys[keyPlace] ?? []).toString(), subSequenceNumber },
      }),
    );
    return { kind: 'records', records };
  });
}
