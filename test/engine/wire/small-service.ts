import type {
  _Record,
  PutRecordInput,
  PutRecordsInput,
  SubscribeToShardEvent,
  SubscribeToShardInput,
} from '@aws-sdk/client-kinesis';
import { ConnectionDropped, KinesisError, resourceNotFound } from '../../../engine/account/errors.ts';
import type { KinesisService, Subscription, SubscriptionSink } from '../../../engine/account/kinesis-service.ts';
import { OPERATION_SUPPORT } from '../../../engine/account/service/operation-support.ts';

/** Operations of this service that Kinesis does not have. */
const OWN_OPERATIONS = ['Break', 'BreakLater', 'Drop'];

/** A service of one stream, `orders`, with one shard, whose every call and subscription a test can see and steer. */
export class SmallService implements KinesisService {
  readonly operations: ReadonlySet<string> = new Set([...Object.keys(OPERATION_SUPPORT), ...OWN_OPERATIONS]);
  readonly records: _Record[] = [];
  readonly calls: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  readonly subscriptions: SmallSubscription[] = [];
  /** Responses of operations in addition to those below, or instead of them. */
  readonly responses: Record<string, (input: object) => object | Promise<object>> = {};

  call(operation: string, input: object): object | Promise<object> {
    this.calls.push({ operation, input: { ...input } });
    const response = this.responses[operation];
    if (response !== undefined) return response(input);
    switch (operation) {
      case 'PutRecord':
        return this.#put(input as PutRecordInput);
      case 'PutRecords':
        return {
          FailedRecordCount: 0,
          Records: (input as PutRecordsInput).Records?.map((entry) => this.#put({ ...entry, StreamName: 'orders' })),
        };
      case 'GetRecords':
        return { Records: this.records, MillisBehindLatest: 0, NextShardIterator: 'next' };
      case 'ListStreams':
        return { StreamNames: ['orders'], HasMoreStreams: false };
      case 'Break':
        throw new TypeError('a fault of the service');
      case 'BreakLater':
        return Promise.reject(new TypeError('a fault of the service'));
      case 'Drop':
        throw new ConnectionDropped();
      default:
        throw new KinesisError('UnknownOperationException', `${operation} is not an operation.`);
    }
  }

  subscribe(input: SubscribeToShardInput, sink: SubscriptionSink): Subscription {
    if (input.ShardId !== 'shardId-000000000000') throw resourceNotFound(`Shard ${input.ShardId} not found.`);
    const subscription = new SmallSubscription(input, sink);
    this.subscriptions.push(subscription);
    return subscription;
  }

  #put({ StreamName, Data, PartitionKey }: PutRecordInput): { ShardId: string; SequenceNumber: string } {
    if (StreamName !== 'orders') throw resourceNotFound(`Stream ${StreamName} under account 000000000000 not found.`);
    const SequenceNumber = String(49_590_000 + this.records.length);
    const ApproximateArrivalTimestamp = new Date(1_700_000_000_123);
    this.records.push({ SequenceNumber, Data: Buffer.from(Data!), PartitionKey, ApproximateArrivalTimestamp });
    return { ShardId: 'shardId-000000000000', SequenceNumber };
  }
}

export class SmallSubscription implements Subscription {
  readonly input: SubscribeToShardInput;
  readonly sink: SubscriptionSink;
  isClosed = false;
  resumes = 0;
  onResume = (): void => {};

  constructor(input: SubscribeToShardInput, sink: SubscriptionSink) {
    this.input = input;
    this.sink = sink;
  }

  resume(): void {
    this.resumes += 1;
    this.onResume();
  }

  close(): void {
    this.isClosed = true;
  }
}

export function shardEventOf(text: string, sequenceNumber = '1'): SubscribeToShardEvent {
  const record = { SequenceNumber: sequenceNumber, Data: Buffer.from(text), PartitionKey: 'key' };
  return { Records: [record], ContinuationSequenceNumber: sequenceNumber, MillisBehindLatest: 0 };
}
