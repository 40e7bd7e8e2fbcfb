import type { _Record, ChildShard } from '@aws-sdk/client-kinesis';
import { secondOf } from '../identifiers/sequence-layout.ts';
import { shardIdOf } from '../identifiers/shard-id.ts';
import type { Shard } from '../stream/shard.ts';
import { RecordObjects, type RecordWriter } from './record-writer.ts';

/** The end of a read, and where the next read goes on. */
export interface ShardReadEnd {
  /** Number of records. */
  readonly count: number;
  readonly bytes: number;
  readonly next: number;
  /** Arrival of the last record in ms of the epoch, with fractions; second of its put. 0 without records. */
  readonly lastMs: number;
  readonly putSecond: number;
  /** More is visible than the bounds allowed. */
  readonly hasMore: boolean;
  /** Age of the last record read while there are more, 0 at the tip. */
  readonly millisBehindLatest: number;
}

export interface ShardRead extends ShardReadEnd {
  readonly records: _Record[];
}

/** Reads what is visible from a place on, as objects. */
export function readFrom(shard: Shard, place: number, recordsMax: number, bytesMax: number): ShardRead {
  const objects = new RecordObjects();
  const end = readInto(objects, shard, place, recordsMax, bytesMax);
  return { ...end, records: objects.end() };
}

/** Reads what is visible from a place on, as far as the bounds go; one record is given however large it is. */
export function readInto(
  writer: RecordWriter,
  shard: Shard,
  place: number,
  recordsMax: number,
  bytesMax: number,
): ShardReadEnd {
  const { stream, sequenceNumbers: numbers } = shard;
  const isEncrypted = shard.encryptedPlaces.reader();
  const end = shard.visibleEnd();
  let count = 0;
  let bytes = 0;
  let next = place;
  let lastMs = 0;
  const cursor = shard.store.cursor();
  const record = { cursor, numbers, arrivedAtMs: 0, putSecond: 0, isEncrypted: false };
  cursor.seek(place);
  let more = cursor.next() && cursor.sequenceNumber < end;
  while (more) {
    const recordBytes = cursor.keyBytes + cursor.dataBytes;
    if (count > 0 && bytes + recordBytes > bytesMax) break;
    bytes += recordBytes;
    lastMs = stream.msOf(cursor.writtenAtNs);
    next = cursor.sequenceNumber + 1;
    record.arrivedAtMs = Math.floor(lastMs);
    record.putSecond = secondOf(lastMs);
    record.isEncrypted = isEncrypted(cursor.sequenceNumber);
    writer.record(record);
    count += 1;
    more = cursor.next() && cursor.sequenceNumber < end;
    if (count >= recordsMax) break;
  }
  if (!more) next = Math.max(next, end);
  const behindMs = more ? stream.account.clock.nowMs() - lastMs : 0;
  const millisBehindLatest = Math.max(0, Math.round(behindMs));
  return { count, bytes, next, lastMs, putSecond: record.putSecond, hasMore: more, millisBehindLatest };
}

/** The shards to go on with when this one has been read to its end. */
export function childShardsOf(shard: Shard): ChildShard[] {
  return shard.stream.childrenOf(shard).map(({ id, state }) => ({
    ShardId: id,
    ParentShards: [state.parentIndex, state.adjacentParentIndex].flatMap((index) =>
      index === undefined ? [] : [shardIdOf(index)],
    ),
    HashKeyRange: { StartingHashKey: state.startingHashKey, EndingHashKey: state.endingHashKey },
  }));
}
