import { type ArnPlace, arnIn } from '../identifiers/arn.ts';
import { sequenceSecondOf } from '../identifiers/sequence-layout.ts';
import type { PlaceRange, ShardState, StreamState } from './stream-state.ts';

/** A shard of a data folder that an earlier version may have written. */
type SavedShard = Omit<ShardState, 'sequenceSecond' | 'encryptedPlaces'> &
  Partial<Pick<ShardState, 'sequenceSecond' | 'encryptedPlaces'>>;

/**
 * Adds what earlier versions did not store. They returned every record with the stream's present setting of encryption, so
 * their records keep that. ARNs had the partition `aws` in every region.
 */
export function upgradedStream(place: ArnPlace, state: StreamState): StreamState {
  const shards: ShardState[] = [];
  const saved: readonly SavedShard[] = [...state.shards].sort((a, b) => a.index - b.index);
  for (const shard of saved) {
    const { createdAtMs, parentIndex, adjacentParentIndex, closedAtMs } = shard;
    const parents = shards.filter(({ index }) => index === parentIndex || index === adjacentParentIndex);
    const everything: PlaceRange = { from: 0, to: closedAtMs === undefined ? undefined : Number.MAX_SAFE_INTEGER };
    shards.push({
      ...shard,
      sequenceSecond: shard.sequenceSecond ?? sequenceSecondOf(createdAtMs, parents),
      encryptedPlaces: shard.encryptedPlaces ?? (state.encryption === 'KMS' ? [everything] : []),
    });
  }
  const consumers = state.consumers.map((consumer) => ({ ...consumer, arn: arnIn(place, consumer.arn) }));
  return { ...state, shards, consumers };
}
