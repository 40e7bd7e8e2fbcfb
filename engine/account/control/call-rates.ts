import type { Account } from '../account.ts';
import { limitExceeded } from '../errors.ts';
import { streamNameInArn } from '../identifiers/arn.ts';
import type { OperationName } from '../operation-types.ts';
import { RecentCalls } from '../recent-calls.ts';
import { quotasHold } from './states.ts';

interface CallRate {
  readonly perSecond: number;
  /** Counted for each stream by itself, or for all of the account's. */
  readonly per: 'account' | 'stream';
}

const account5: CallRate = { perSecond: 5, per: 'account' };
const stream5: CallRate = { perSecond: 5, per: 'stream' };

/**
 * Calls per second that AWS lets through; operations that are not here have no published rate, or one of the data plane.
 * Source: type documentation of @aws-sdk/client-kinesis 3.1143.0.
 * @internal
 */
export const CALL_RATES: { readonly [Name in OperationName]?: CallRate } = {
  AddTagsToStream: account5,
  CreateChannel: account5,
  CreateStream: account5,
  DecreaseStreamRetentionPeriod: account5,
  DeleteChannel: account5,
  DeleteStream: account5,
  DeregisterStreamConsumer: stream5,
  DescribeAccountSettings: account5,
  DescribeChannel: account5,
  DescribeLimits: { perSecond: 1, per: 'account' },
  DescribeStream: { perSecond: 10, per: 'account' },
  DescribeStreamConsumer: { perSecond: 20, per: 'stream' },
  DescribeStreamSummary: { perSecond: 20, per: 'account' },
  DisableEnhancedMonitoring: account5,
  EnableEnhancedMonitoring: account5,
  IncreaseStreamRetentionPeriod: account5,
  ListChannels: account5,
  ListShards: { perSecond: 1000, per: 'stream' },
  ListStreamConsumers: stream5,
  ListStreams: account5,
  ListTagsForStream: account5,
  MergeShards: account5,
  RegisterStreamConsumer: account5,
  RemoveTagsFromStream: account5,
  SplitShard: account5,
  UpdateAccountSettings: account5,
  UpdateChannel: account5,
  UpdateShardCount: { perSecond: 10, per: 'account' },
  UpdateStreamWarmThroughput: account5,
};

/** Calls of each operation, or of each operation and stream. */
const calls = new RecentCalls<Account>();

/** Counts a call, where AWS's limits hold. @throws LimitExceededException when there were too many in the last second. */
export function countCall(account: Account, operation: OperationName, input: object): void {
  const rate = CALL_RATES[operation];
  if (rate === undefined || !quotasHold(account)) return;
  const streamName = streamNameIn(input);
  const perStream = rate.per === 'stream' && account.findStream(streamName) !== undefined;
  const key = perStream ? `${operation} ${streamName}` : operation;
  if (!calls.admits(account, key, rate.perSecond, account.clock.nowMs())) {
    const { accountId } = account.options;
    const whose = streamName === '' ? `account ${accountId}` : `stream ${streamName} under account ${accountId}`;
    throw limitExceeded(`Rate exceeded for ${whose}.`);
  }
}

function streamNameIn(input: object): string {
  const name: unknown = Reflect.get(input, 'StreamName');
  if (typeof name === 'string') return name;
  const arn: unknown = Reflect.get(input, 'StreamARN') ?? Reflect.get(input, 'ConsumerARN');
  return typeof arn === 'string' ? streamNameInArn(arn) : '';
}
