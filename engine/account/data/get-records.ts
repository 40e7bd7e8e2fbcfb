import type {
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, resourceNotFound, throughputExceeded } from '../errors.ts';
import { shardIdOf } from '../identifiers/shard-id.ts';
import { formatShardIterator, parseShardIterator } from '../identifiers/shard-iterator.ts';
import { childShardsOf, readInto, type ShardReadEnd } from '../records/read-shard.ts';
import { RecordObjects, type RecordWriter } from '../records/record-writer.ts';
import { mismatch, placeIn } from '../records/shard-position.ts';
import type { Shard } from '../stream/shard.ts';
import { streamOfShard } from './stream-of-shard.ts';

/** AWS: one GetRecords gives at most 10,000 records and 10 MiB. */
const RECORDS_MAX = 10_000;
const BYTES_MAX = 10 * 1024 * 1024;

export function getShardIterator(account: Account, input: GetShardIteratorInput): GetShardIteratorOutput {
  const { ShardId = '' } = input;
  const stream = streamOfShard(account, input, ShardId, (reference) => account.readableStream(reference));
  const shard = stream.shard(ShardId);
  const throttled = shard.readLimit.throttleIterator(account.clock.nowMs());
  if (throttled !== undefined) throw throughputExceeded(throttled);
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
  const objects = new RecordObjects();
  const others = getRecordsInto(objects, account, input);
  return { Records: objects.end(), ...others };
}

/** GetRecords whose records go to a writer. Returns the other members of the output. */
export function getRecordsInto(
  writer: RecordWriter,
  account: Account,
  input: GetRecordsInput,
): Omit<GetRecordsOutput, 'Records'> {
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
  const throttled = shard.readLimit.throttleRead(nowMs);
  if (throttled !== undefined) {
    shard.metrics.ReadProvisionedThroughputExceeded.add(1);
    stream.metrics.statistic('ReadProvisionedThroughputExceeded').add(1);
    stream.metrics.statistic('GetRecords.Success').add(0);
    throw throughputExceeded(throttled);
  }
  shard.trim();
  const read = readInto(writer, shard, iterator.place, limit, BYTES_MAX);
  shard.readLimit.charge(read.bytes, nowMs);
  countRead(shard, read, startMs);
  const { millisBehindLatest: MillisBehindLatest, next } = read;
  if (shard.isEnd(next)) return { MillisBehindLatest, ChildShards: childShardsOf(shard) };
  return { NextShardIterator: iteratorAt(shard, next), MillisBehindLatest };
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

function countRead(shard: Shard, read: ShardReadEnd, startMs: number): void {
  const { metrics } = shard.stream;
  const ageMs = read.count === 0 ? 0 : Math.max(0, shard.stream.account.clock.nowMs() - Math.floor(read.lastMs));
  metrics.statistic('GetRecords.Bytes').add(read.bytes);
  metrics.statistic('GetRecords.Records').add(read.count);
  metrics.statistic('GetRecords.Success').add(1);
  metrics.statistic('GetRecords.IteratorAgeMilliseconds').add(ageMs);
  metrics.statistic('GetRecords.Latency').add(performance.now() - startMs);
  shard.metrics.IteratorAgeMilliseconds.add(ageMs);
  shard.metrics.OutgoingBytes.add(read.bytes);
  shard.metrics.OutgoingRecords.add(read.count);
}
