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
import { childShardsOf, readFrom, type ShardRead } from '../records/read-shard.ts';
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
  const read = readFrom(shard, iterator.place, limit, BYTES_MAX);
  shard.readLimit.charge(read.bytes, nowMs);
  countRead(shard, read, startMs);
  const { records: Records, millisBehindLatest: MillisBehindLatest, next } = read;
  if (shard.isEnd(next)) return { Records, MillisBehindLatest, ChildShards: childShardsOf(shard) };
  return { Records, NextShardIterator: iteratorAt(shard, next), MillisBehindLatest };
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
  metrics.statistic('GetRecords.Bytes').add(read.bytes);
  metrics.statistic('GetRecords.Records').add(read.records.length);
  metrics.statistic('GetRecords.Success').add(1);
  metrics.statistic('GetRecords.IteratorAgeMilliseconds').add(ageMs);
  metrics.statistic('GetRecords.Latency').add(performance.now() - startMs);
  shard.metrics.IteratorAgeMilliseconds.add(ageMs);
  shard.metrics.OutgoingBytes.add(read.bytes);
  shard.metrics.OutgoingRecords.add(read.records.length);
}
