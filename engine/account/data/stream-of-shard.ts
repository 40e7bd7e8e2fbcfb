import type { Account, StreamReference } from '../account.ts';
import { KinesisError, shardNotFound } from '../errors.ts';
import { nameInArn } from '../identifiers/arn.ts';
import { fullShardId } from '../identifiers/shard-id.ts';
import type { KinesisStream } from '../stream/stream.ts';

/**
 * The stream of a call about one of its shards. When the stream is unknown, AWS's message names the shard too.
 * @param find looks the stream up, as the account does.
 * @throws ResourceNotFoundException, and whatever else is wrong with the reference.
 */
export function streamOfShard(
  account: Account,
  reference: StreamReference,
  shardId: string,
  find: (reference: StreamReference) => KinesisStream,
): KinesisStream {
  try {
    return find(reference);
  } catch (error) {
    if (!(error instanceof KinesisError && error.code === 'ResourceNotFoundException')) throw error;
    const { StreamName, StreamARN = '' } = reference;
    const accountId = StreamARN.split(':')[4] ?? account.options.accountId;
    throw shardNotFound(fullShardId(shardId), StreamName ?? nameInArn(StreamARN), accountId);
  }
}
