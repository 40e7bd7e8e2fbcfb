import type { ShardIteratorType } from '@aws-sdk/client-kinesis';
import { invalidArgument, type KinesisError, validationError } from '../errors.ts';
import type { Shard } from '../stream/shard.ts';

/** Starting position in a shard, from GetShardIterator and SubscribeToShard. */
export interface StartingPlace {
  readonly type: ShardIteratorType | undefined;
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
}

/**
 * The compact sequence number from which on a shard is read.
 * @throws InvalidArgumentException or ValidationException when the position names none.
 */
export function placeIn(shard: Shard, { type, sequenceNumber, timestamp }: StartingPlace): number {
  shard.trim();
  switch (type) {
    case 'TRIM_HORIZON':
      return shard.store.oldest;
    case 'LATEST':
      return shard.store.end;
    case 'AT_SEQUENCE_NUMBER':
      return namedPlace(shard, type, sequenceNumber);
    case 'AFTER_SEQUENCE_NUMBER':
      return namedPlace(shard, type, sequenceNumber) + 1;
    case 'AT_TIMESTAMP':
      return placeAt(shard, timestamp);
    default:
      throw validationError(
        `1 validation error detected: Value '${String(type)}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`,
      );
  }
}

/** In the words that AWS has for a type of iterator and a sequence number that do not go together. */
export function mismatch(type: ShardIteratorType, specified: 'no' | 'also a'): KinesisError {
  return invalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${specified} StartingSequenceNumber.`,
  );
}

function namedPlace(shard: Shard, type: ShardIteratorType, sequenceNumber: string | undefined): number {
  if (sequenceNumber === undefined) throw mismatch(type, 'no');
  const { state, account } = shard.stream;
  const where = { shardId: shard.id, streamName: state.name, accountId: account.options.accountId };
  return shard.sequenceNumbers.placeOf(sequenceNumber, where);
}

function placeAt(shard: Shard, timestamp: Date | undefined): number {
  if (timestamp === undefined || Number.isNaN(timestamp.getTime())) {
    throw invalidArgument(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  const atMs = timestamp.getTime();
  const nowMs = shard.stream.account.clock.nowMs();
  // A client's clock has whole ms, the engine's has not: the present ms is not the future.
  if (atMs > Math.ceil(nowMs)) {
    throw invalidArgument(
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${atMs}, currentTimestampInMillis: ${Math.floor(nowMs)}`,
    );
  }
  return shard.store.firstSince(shard.stream.nsOf(atMs));
}
