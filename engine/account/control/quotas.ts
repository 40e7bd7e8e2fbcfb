import type { Account } from '../account.ts';
import { limitExceeded } from '../errors.ts';
import type { StreamAccount } from '../stream/stream-account.ts';
import { hasCommitment } from './account-settings.ts';

/** Most of each that AWS allows. Source: type documentation of @aws-sdk/client-kinesis 3.1143.0; "Quotas and limits". */
export const STREAMS_CREATING_MAX = 5;
export const SHARDS_PER_STREAM_MAX = 10_000;
export const SHARD_COUNT_UPDATES_PER_DAY = 10;
export const MODE_SWITCHES_PER_DAY = 2;
export const ENCRYPTION_SWITCHES_PER_DAY = 25;
export const CONSUMERS_CREATING_MAX = 5;
export const TAGS_MAX = 50;
/** 10 GiB/s. */
export const WARM_THROUGHPUT_MIBPS_MAX = 10_240;
/** An on-demand stream is made with 4 shards (recorded from AWS) and never has fewer. */
export const ON_DEMAND_SHARDS_MIN = 4;
/** AWS publishes no figure. */
export const CHANNELS_MAX = 50;

/** 50 fan-out consumers for on-demand streams of an account with a commitment, 20 for all others. */
export const consumersMax = (account: StreamAccount, onDemand: boolean): number =>
  onDemand && hasCommitment(account) ? 50 : 20;

/** Open shards that count towards the account's limit: those of provisioned streams. */
export function provisionedShardCount(account: Account): number {
  let count = 0;
  for (const { state, openShards } of account.streams) if (state.mode === 'PROVISIONED') count += openShards.length;
  return count;
}

/** @throws LimitExceededException when so many more shards are too many for the account. */
export function requireShardRoom(account: Account, moreShards: number): void {
  const { accountId, region, shardLimit } = account.options;
  const count = provisionedShardCount(account);
  if (count + moreShards <= shardLimit) return;
  throw limitExceeded(
    `This request would exceed the shard limit for the account ${accountId} in ${region}. ` +
      `Current shard count for the account: ${count}. Limit: ${shardLimit}. ` +
      `Number of additional shards that would have resulted from this request: ${moreShards}. Refer to the AWS Service ` +
      'Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) ' +
      'for current limits and how to request higher limits.',
  );
}
