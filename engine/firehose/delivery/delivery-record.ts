/** A record on its way from the put to a destination. */
export interface DeliveryRecord {
  /** Opaque, unique in its delivery stream. */
  readonly recordId: string;
  /** The bytes to deliver: what was put, or what processing made of it. */
  readonly data: Uint8Array;
  /** The bytes that were put. Objects of failed records hold these. */
  readonly original: Uint8Array;
  /** Epoch time in ms of the put; with a Kinesis stream as source, the record's ApproximateArrivalTimestamp. */
  readonly arrivedAtMs: number;
  /** Place in the source stream; undefined for a direct put. */
  readonly source?: SourcePlace;
  /** Dynamic partitioning: values by key, from the inline query and from the Lambda function. */
  readonly partitionKeys?: PartitionKeys;
}

/** Epoch time in ms at which the oldest of some records arrived. */
export const oldestArrivalMs = (records: readonly DeliveryRecord[]): number =>
  records.reduce((oldest, { arrivedAtMs }) => Math.min(oldest, arrivedAtMs), Number.POSITIVE_INFINITY);

export interface SourcePlace {
  readonly shardId: string;
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

export interface PartitionKeys {
  readonly fromQuery?: Readonly<Record<string, string>>;
  readonly fromLambda?: Readonly<Record<string, string>>;
}

/** A record that could not be processed or delivered, and why. Written to the error output in S3. */
export interface FailedRecord {
  readonly record: DeliveryRecord;
  /** The name that the service uses, such as `Lambda.MissingRecordId` or `HttpEndpoint.RequestTimeout`. */
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Tries until now, at least 0. */
  readonly attemptsMade: number;
  /** Epoch time in ms at which the last try ended. */
  readonly attemptEndedAtMs: number;
}
