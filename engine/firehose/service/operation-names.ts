import type { FirehoseOperation } from './operation-types.ts';

/** Every operation of the SDK's client; the compiler checks that none is missing. Apart from their handlers, which load much more. */
const NAMES: Readonly<Record<FirehoseOperation, true>> = {
  CreateDeliveryStream: true,
  DeleteDeliveryStream: true,
  DescribeDeliveryStream: true,
  ListDeliveryStreams: true,
  ListTagsForDeliveryStream: true,
  PutRecord: true,
  PutRecordBatch: true,
  StartDeliveryStreamEncryption: true,
  StopDeliveryStreamEncryption: true,
  TagDeliveryStream: true,
  UntagDeliveryStream: true,
  UpdateDestination: true,
};

export const FIREHOSE_OPERATIONS: ReadonlySet<string> = new Set(Object.keys(NAMES));

export const isFirehoseOperation = (operation: string): operation is FirehoseOperation =>
  Object.hasOwn(NAMES, operation);
