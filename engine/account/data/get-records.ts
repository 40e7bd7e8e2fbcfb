import type {
  _Record,
  ChildShard,
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, resourceNotFound, throughputExceeded } from '../errors.ts';
import { secondOf } from '../sequence-layout.ts';
import { SequenceBlock } from '../sequence-number.ts';
import type { Shard } from '../shard.ts';
import { formatShardIterator, parseShardIterator } from '../shard-iterator.ts';
import type { RecordCursor } from '../store/record-store.ts';
import { streamOfShard } from '../stream-of-shard.ts';
import { shardIdOf } from '../stream-state.ts';
import { mismatch, placeIn } from './shard-position.ts';

/** AWS: one GetRecords gives at most 10,000 records and 10 MiB. */
const RECORDS_MAX = 10_000;
const BYTES_MAX = 10 * 1024 * 1024;

export function getShardIterator(account: Account, input: GetShardIteratorInput): GetShardIteratorOutput {
  const { ShardId = '' } = input;
  const stream = streamOfShard(account, input, ShardId, (reference) => account.readableStream(reference));
  const shard = stream.shard(ShardId);
  const refusal = shard.readLimit.refuseIterator(account.clock.nowMs());
  if (refusal !== undefined) throw throughputExceeded(refusal);
  const { ShardIteratorType: type, StartingSequenceNumber: sequenceNumber } = input;
  if (sequenceNumber !== undefined && (type === 'TRIM_HORIZON' || type === 'LATEST')) throw mismatch(type, 'also a');
  const place = placeIn(shard, {
    type,
    sequenceNumber,
    timestamp: input.Timestamp,
  });
  return { ShardIterator: iteratorAt(shard, place) };
}

export function getRecords(account: Account, input: GetRecordsInput): GetRecordsOutput {
  const startMs = performance.now();
  const nowMs = account.clock.nowMs();
  const iterator = parseShardIterator(input.ShardIterator ?? '', nowMs);
  const limit = input.Limit ?? RECORDS_MAX;
  if (limit > RECORDS_MAX) throw invalidArgument(`Limit ${limit} is over the ${RECORDS_MAX} records of one call.`);
  const stream = account.readableStream({ StreamName: iterator.streamName, StreamARN: input.StreamARN });
  if (stream.state.createdAtMs !== iterator.streamCreatedAtMs) {
    throw resourceNotFound(`Stream ${iterator.streamName} under account ${account.options.accountId} not found.`);
  }
  const shard = stream.shard(shardIdOf(iterator.shardIndex));
  const refusal = shard.readLimit.refuseRead(nowMs);
  if (refusal !== undefined) {
    shard.metrics.ReadProvisionedThroughputExceeded.add(1);
    stream.metrics.of('ReadProvisionedThroughputExceeded').add(1);
    stream.metrics.of('GetRecords.Success').add(0);
    throw throughputExceeded(refusal);
  }
  shard.trim();
  const read = readFrom(shard, iterator.place, limit, BYTES_MAX);
  shard.readLimit.charge(read.bytes, nowMs);
  countRead(shard, read, startMs);
  const { records: Records, millisBehindLatest: MillisBehindLatest, next } = read;
  if (shard.isEnd(next)) return { Records, MillisBehindLatest, ChildShards: childShardsOf(shard) };
  return { Records, NextShardIterator: iteratorAt(shard, next), MillisBehindLatest };
}

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

function iteratorAt(shard: Shard, place: number): string {
  const { state, account } = shard.stream;
  return formatShardIterator({
    streamName: state.name,
    streamCreatedAtMs: state.createdAtMs,
    shardIndex: shard.state.index,
    place,
    issuedAtMs: account.clock.nowMs(),
  });
}

function countRead(shard: Shard, read: ShardRead, startMs: number): void {
  const { metrics } = shard.stream;
  const last = read.records.at(-1)?.ApproximateArrivalTimestamp;
  const ageMs = last === undefined ? 0 : Math.max(0, shard.stream.account.clock.nowMs() - last.getTime());
  metrics.of('GetRecords.Bytes').add(read.bytes);
  metrics.of('GetRecords.Records').add(read.records.length);
  metrics.of('GetRecords.Success').add(1);
  metrics.of('GetRecords.IteratorAgeMilliseconds').add(ageMs);
  metrics.of('GetRecords.Latency').add(performance.now() - startMs);
  shard.metrics.IteratorAgeMilliseconds.add(ageMs);
  shard.metrics.OutgoingBytes.add(read.bytes);
  shard.metrics.OutgoingRecords.add(read.records.length);
}
