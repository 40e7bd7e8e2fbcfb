import type { Account } from '../account.ts';
import { describeAccountSettings, updateAccountSettings } from '../control/account-settings.ts';
import { countCall } from '../control/call-rates.ts';
import { createChannel, deleteChannel, describeChannel, listChannels, updateChannel } from '../control/channels.ts';
import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from '../control/consumers.ts';
import { describeLimits, describeStream, describeStreamSummary } from '../control/describe.ts';
import { listShards } from '../control/list-shards.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy } from '../control/policies.ts';
import { mergeShards, splitShard, updateShardCount } from '../control/reshard.ts';
import {
  decreaseStreamRetentionPeriod,
  disableEnhancedMonitoring,
  enableEnhancedMonitoring,
  increaseStreamRetentionPeriod,
  startStreamEncryption,
  stopStreamEncryption,
  updateMaxRecordSize,
  updateStreamRecordDistributionStrategy,
} from '../control/settings.ts';
import { createStream, deleteStream, listStreams } from '../control/streams.ts';
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from '../control/tags.ts';
import { updateStreamMode, updateStreamWarmThroughput } from '../control/warm-throughput.ts';
import { getRecords, getRecordsInto, getShardIterator } from '../data/get-records.ts';
import { putRecord, putRecords } from '../data/put-records.ts';
import { invalidArgument, KinesisError } from '../errors.ts';
import type { InputOf, OperationHandler, OperationName } from '../operation-types.ts';
import type { RecordWriter } from '../records/record-writer.ts';
import { checkInput } from '../validation/validation.ts';

export type { OperationName } from '../operation-types.ts';

/** SubscribeToShard returns a stream of events: a wire opens it with KinesisService.subscribe. */
type CallName = Exclude<OperationName, 'SubscribeToShard'>;

/** Every operation of the SDK with a single response; the compiler checks that none is missing. @internal */
export const OPERATIONS: { readonly [Name in CallName]: OperationHandler<Name> } = {
  AddTagsToStream: addTagsToStream,
  CreateChannel: createChannel,
  CreateStream: createStream,
  DecreaseStreamRetentionPeriod: decreaseStreamRetentionPeriod,
  DeleteChannel: deleteChannel,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteStream: deleteStream,
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeAccountSettings: describeAccountSettings,
  DescribeChannel: describeChannel,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeStreamConsumer: describeStreamConsumer,
  DescribeStreamSummary: describeStreamSummary,
  DisableEnhancedMonitoring: disableEnhancedMonitoring,
  EnableEnhancedMonitoring: enableEnhancedMonitoring,
  GetRecords: getRecords,
  GetResourcePolicy: getResourcePolicy,
  GetShardIterator: getShardIterator,
  IncreaseStreamRetentionPeriod: increaseStreamRetentionPeriod,
  ListChannels: listChannels,
  ListShards: listShards,
  ListStreamConsumers: listStreamConsumers,
  ListStreams: listStreams,
  ListTagsForResource: listTagsForResource,
  ListTagsForStream: listTagsForStream,
  MergeShards: mergeShards,
  PutRecord: putRecord,
  PutRecords: putRecords,
  PutResourcePolicy: putResourcePolicy,
  RegisterStreamConsumer: registerStreamConsumer,
  RemoveTagsFromStream: removeTagsFromStream,
  SplitShard: splitShard,
  StartStreamEncryption: startStreamEncryption,
  StopStreamEncryption: stopStreamEncryption,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAccountSettings: updateAccountSettings,
  UpdateChannel: updateChannel,
  UpdateMaxRecordSize: updateMaxRecordSize,
  UpdateShardCount: updateShardCount,
  UpdateStreamMode: updateStreamMode,
  UpdateStreamRecordDistributionStrategy: updateStreamRecordDistributionStrategy,
  UpdateStreamWarmThroughput: updateStreamWarmThroughput,
};

/** Operations that need a stream, given by its name or by its ARN. */
const NEEDS_STREAM: ReadonlySet<string> = new Set<OperationName>([
  'AddTagsToStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteStream',
  'DescribeStream',
  'DescribeStreamSummary',
  'DisableEnhancedMonitoring',
  'EnableEnhancedMonitoring',
  'GetShardIterator',
  'IncreaseStreamRetentionPeriod',
  'ListTagsForStream',
  'MergeShards',
  'PutRecord',
  'PutRecords',
  'RemoveTagsFromStream',
  'SplitShard',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'UpdateMaxRecordSize',
  'UpdateShardCount',
  'UpdateStreamWarmThroughput',
]);

/**
 * Handles one call of any operation except SubscribeToShard: checks the input against the model, counts the call against the
 * rates of the control plane, then runs the operation.
 *
 * @param input in the shape of the SDK's types, but untrusted.
 * @throws KinesisError; UnknownOperationException for an unknown name.
 */
export function callOperation(account: Account, operation: string, input: object): object | Promise<object> {
  if (!isCall(operation)) {
    throw new KinesisError('UnknownOperationException', `${operation} is not an operation of Kinesis.`);
  }
  const checked = checkCall(account, operation, input);
  return account.whenKept(() => handle(operation, account, checked));
}

/**
 * Handles one call of GetRecords whose records go to a writer, as `callOperation` handles it.
 * @returns the other members of the output.
 */
export function callGetRecords(account: Account, input: object, writer: RecordWriter): object {
  const checked = checkCall(account, 'GetRecords', input);
  return account.whenKept(() => getRecordsInto(writer, account, checked as InputOf<'GetRecords'>));
}

/** Checks that every call passes before its handler, SubscribeToShard too. Returns the input for the handler. */
export function checkCall(account: Account, operation: OperationName, unchecked: object): object {
  const input = checkInput(operation, unchecked);
  const { StreamName, StreamARN, DryRun }: { StreamName?: string; StreamARN?: string; DryRun?: boolean } = input;
  if (StreamName === undefined && StreamARN === undefined && NEEDS_STREAM.has(operation)) {
    throw invalidArgument('Either StreamName or StreamARN should be provided.');
  }
  if (DryRun === true) {
    throw new KinesisError('DryRunOperationException', 'The request would have been allowed, but DryRun was set.');
  }
  countCall(account, operation, input);
  return input;
}

/** The operations of Kinesis, SubscribeToShard included. */
export const OPERATION_NAMES: ReadonlySet<string> = new Set([...Object.keys(OPERATIONS), 'SubscribeToShard']);

const isCall = (operation: string): operation is CallName => Object.hasOwn(OPERATIONS, operation);

/** The one place where an input takes on the type of its operation: checkInput has seen that it has it. */
function handle<Name extends CallName>(operation: Name, account: Account, input: object): object | Promise<object> {
  const handler: OperationHandler<Name> = OPERATIONS[operation];
  return handler(account, input as InputOf<Name>);
}
