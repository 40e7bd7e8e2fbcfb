import { setTimeout as sleep } from 'node:timers/promises';
import { callKinesis, getText } from './wire-call.ts';

const POLL_MS = 5;
const ACTIVE_TIMEOUT_MS = 20_000;
const READ_LIMIT = 10_000;
/** AWS may return empty responses before the end of a shard, so a reader accepts this many of them. */
const EMPTY_RESPONSES_MAX = 20;

/** A record as it comes back, its data in base64. */
export interface WireRecord {
  readonly PartitionKey: string;
  readonly Data: string;
}

/** Makes a stream and waits until it is ACTIVE. */
export async function makeStream(port: number, name: string, shards: number): Promise<void> {
  await callKinesis(port, 'CreateStream', { StreamName: name, ShardCount: shards });
  const untilMs = performance.now() + ACTIVE_TIMEOUT_MS;
  while ((await statusOf(port, name)) !== 'ACTIVE') {
    if (performance.now() > untilMs) throw new Error(`stream ${name} is not ACTIVE`);
    await sleep(POLL_MS);
  }
}

/** Deletes a stream with its consumers and waits until it is gone. */
export async function removeStream(port: number, name: string): Promise<void> {
  await callKinesis(port, 'DeleteStream', { StreamName: name, EnforceConsumerDeletion: true });
  const untilMs = performance.now() + ACTIVE_TIMEOUT_MS;
  while ((await statusOf(port, name)) !== undefined && performance.now() < untilMs) await sleep(POLL_MS);
}

/** Records that our server has stored in a stream since the stream was made, by its metrics; 0 before the first. */
export async function countIncoming(port: number, name: string): Promise<number> {
  const metrics = await getText(port, '/metrics');
  const line = `streamgauge_kinesis_sum{metric="IncomingRecords",stream="${name}",account=`;
  return Number(metrics.split(line)[1]?.split('\n')[0]?.split('} ')[1] ?? 0);
}

async function statusOf(port: number, name: string): Promise<string | undefined> {
  try {
    const { StreamDescriptionSummary } = await callKinesis(port, 'DescribeStreamSummary', { StreamName: name });
    return (StreamDescriptionSummary as { readonly StreamStatus: string }).StreamStatus;
  } catch (error) {
    if (error instanceof Error && error.message.includes('ResourceNotFoundException')) return undefined;
    throw error;
  }
}

export async function shardIdsOf(port: number, name: string): Promise<string[]> {
  const { Shards } = await callKinesis(port, 'ListShards', { StreamName: name });
  return (Shards as readonly { readonly ShardId: string }[]).map(({ ShardId }) => ShardId);
}

/** Every record of a stream that nobody writes to, shard after shard, from the oldest. */
export async function readStream(port: number, name: string): Promise<WireRecord[]> {
  const records: WireRecord[] = [];
  for (const shardId of await shardIdsOf(port, name)) records.push(...(await readShard(port, name, shardId)));
  return records;
}

async function readShard(port: number, name: string, shardId: string): Promise<WireRecord[]> {
  const records: WireRecord[] = [];
  const from = { StreamName: name, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' };
  let iterator = (await callKinesis(port, 'GetShardIterator', from)).ShardIterator;
  for (let empty = 0; empty < EMPTY_RESPONSES_MAX && typeof iterator === 'string'; ) {
    const response = await callKinesis(port, 'GetRecords', { ShardIterator: iterator, Limit: READ_LIMIT });
    const got = response.Records as readonly WireRecord[];
    for (const record of got) records.push(record);
    iterator = response.NextShardIterator;
    if (got.length > 0) empty = 0;
    else if (response.MillisBehindLatest === 0) break;
    else empty += 1;
  }
  return records;
}
