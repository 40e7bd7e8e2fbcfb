import { type EventRecord, type FunctionEvent, metadataOf } from './function-event.ts';
import type { ModuleTask } from './module-messages.ts';

/** Makes the event in the thread of the module, where base64 costs the other thread nothing. */
export function eventOf({ event, recordIds, data, arrivedAtMs, sources }: ModuleTask): FunctionEvent {
  const { bytes, ends } = data;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records = new Array<EventRecord>(recordIds.length);
  let from = 0;
  for (let i = 0; i < records.length; i++) {
    const end = ends[i]!;
    const approximateArrivalTimestamp = arrivedAtMs[i]!;
    const record = { recordId: recordIds[i]!, approximateArrivalTimestamp, data: buffer.toString('base64', from, end) };
    const source = sources?.[i];
    records[i] =
      source === undefined
        ? record
        : { ...record, kinesisRecordMetadata: metadataOf(source, approximateArrivalTimestamp) };
    from = end;
  }
  const { invocationId, deliveryStreamArn, region, sourceKinesisStreamArn } = event;
  const source = sourceKinesisStreamArn === undefined ? {} : { sourceKinesisStreamArn };
  return { invocationId, deliveryStreamArn, ...source, region, records };
}
