import type { SourcePlace } from '../delivery/delivery-record.ts';

/** The event that a Lambda handler gets. Source: guide, data transformation. */
export interface FunctionEvent {
  readonly invocationId: string;
  readonly deliveryStreamArn: string;
  readonly region: string;
  readonly sourceKinesisStreamArn?: string;
  readonly records: readonly EventRecord[];
}

export interface EventRecord {
  readonly recordId: string;
  /** Epoch time in ms. */
  readonly approximateArrivalTimestamp: number;
  /** Base64. */
  readonly data: string;
  readonly kinesisRecordMetadata?: object;
}

/** Place of a record in the Kinesis stream that it comes from. */
export function metadataOf(
  { shardId, partitionKey, sequenceNumber, subSequenceNumber }: SourcePlace,
  approximateArrivalTimestamp: number,
): object {
  return { shardId, partitionKey, sequenceNumber, subsequenceNumber: subSequenceNumber, approximateArrivalTimestamp };
}
