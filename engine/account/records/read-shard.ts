import type { _Record, ChildShard } from '@aws-sdk/client-kinesis';
import { secondOf } from '../identifiers/sequence-layout.ts';
import { SequenceBlock } from '../identifiers/sequence-number.ts';
import { shardIdOf } from '../identifiers/shard-id.ts';
import type { RecordCursor } from '../store/record-store.ts';
import type { Shard } from '../stream/shard.ts';

/** Records read in one go, and where the next read goes on. */
export interface ShardRead {
  readonly records: _Record[];
  readonly bytes: number;
  readonly next: number;
  /** Second of the last record's put; 0 without records. */
  readonly putSecond: number;
  /** More is visible than the bounds allowed. */
  readonly hasMore: boolean;
  /** Age of the last record read while there are more, 0 at the tip. */
  readonly millisBehindLatest: number;
}

const block = new SequenceBlock();

/** Reads what is visible from a place on, as far as the bounds go; one record is given however large it is. */
export function readFrom(shard: Shard, place: number, recordsMax: number, bytesMax: number): ShardRead {
  const { stream, sequenceNumbers } = shard;
  const isEncrypted = shard.encryptedPlaces.reader();
  const end = shard.visibleEnd();
  const records: _Record[] = [];
  let bytes = 0;
  let next = place;
  let lastMs = 0;
  let arrivedAt = new Date(0);
  let putSecond = 0;
  block.begin();
  const cursor = shard.store.cursor();
  cursor.seek(place);
  let more = cursor.next() && cursor.sequenceNumber < end;
  while (more) {
    bytes += cursor.keyBytes + cursor.dataBytes;
    if (records.length > 0 && bytes > bytesMax) {
      bytes -= cursor.keyBytes + cursor.dataBytes;
      break;
    }
    lastMs = stream.msOf(cursor.writtenAtNs);
    next = cursor.sequenceNumber + 1;
    // Records that came together share their time, which would be a fifth of what each takes.
    if (arrivedAt.getTime() !== Math.floor(lastMs)) arrivedAt = new Date(Math.floor(lastMs));
    putSecond = secondOf(lastMs);
    const record = recordAt(cursor, arrivedAt, isEncrypted(cursor.sequenceNumber));
    block.add(record, sequenceNumbers, cursor.sequenceNumber, putSecond);
    records.push(record);
    more = cursor.next() && cursor.sequenceNumber < end;
    if (records.length >= recordsMax) break;
  }
  block.flush();
  if (!more) next = Math.max(next, end);
  const behind = more ? stream.account.clock.nowMs() - lastMs : 0;
  return { records, bytes, next, putSecond, hasMore: more, millisBehindLatest: Math.max(0, Math.round(behind)) };
}

/** A record whose sequence number is still to be written. */
function recordAt(cursor: RecordCursor, arrivedAt: Date, isEncrypted: boolean): _Record {
  const record: _Record = {
    SequenceNumber: '',
    ApproximateArrivalTimestamp: arrivedAt,
    Data: cursor.data(),
    // A record that was put without a key is given without one.
    PartitionKey: cursor.keyBytes === 0 ? undefined : cursor.key(),
  };
  if (isEncrypted) record.EncryptionType = 'KMS';
  return record;
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
