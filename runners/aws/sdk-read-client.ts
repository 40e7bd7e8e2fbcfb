import type { _Record, Kinesis, SubscribeToShardEvent, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis';
import {
  type PolledRecords,
  type Position,
  type PushedRecords,
  type ReadClient,
  type ReadRecords,
  type RecordTaker,
  type Subscription,
  startingPosition,
} from './read-client.ts';
import { newShards } from './shard-walk.ts';
import { listShards, type ShardInfo } from './shards.ts';

/** Reads a stream with the AWS SDK. */
export class SdkReadClient implements ReadClient<SdkRecords> {
  readonly #client: Kinesis;
  readonly #stream: string;

  /** @param client is destroyed by `close`. */
  constructor(client: Kinesis, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async getIterator(shardId: string, position: Position, abortSignal: AbortSignal): Promise<string> {
    const { Type, ...at } = startingPosition(position);
    const { ShardIterator = '' } = await this.#client.getShardIterator(
      {
        StreamName: this.#stream,
        ShardId: shardId,
        ShardIteratorType: Type,
        ...('SequenceNumber' in at ? { StartingSequenceNumber: at.SequenceNumber } : at),
      },
      { abortSignal },
    );
    return ShardIterator;
  }

  async getRecords(
    iterator: string,
    limit: number | undefined,
    onResponse: (response: PolledRecords<SdkRecords>) => void,
    abortSignal: AbortSignal,
  ): Promise<void> {
    const input = { ShardIterator: iterator, ...(limit === undefined ? {} : { Limit: limit }) };
    const output = await this.#client.getRecords(input, { abortSignal });
    const { Records, NextShardIterator = '', MillisBehindLatest = 0, ChildShards } = output;
    onResponse({
      records: recordsOf(Records),
      lastSequenceNumber: Records?.at(-1)?.SequenceNumber,
      nextIterator: NextShardIterator === '' ? undefined : NextShardIterator,
      behindMs: MillisBehindLatest,
      children: newShards(ChildShards ?? []),
    });
  }

  async subscribe(
    { consumerArn, shardId }: { readonly consumerArn: string; readonly shardId: string },
    position: Position,
    onEvent: (event: PushedRecords<SdkRecords>) => boolean,
    abortSignal: AbortSignal,
  ): Promise<Subscription> {
    const { EventStream } = await this.#client.subscribeToShard(
      { ConsumerARN: consumerArn, ShardId: shardId, StartingPosition: startingPosition(position) },
      { abortSignal },
    );
    const ended = follow(EventStream, onEvent);
    // The reader may look at the end later than it comes.
    ended.catch(() => {});
    return { ended };
  }

  listShards(): Promise<readonly ShardInfo[]> {
    return listShards(this.#client, this.#stream);
  }

  close(): void {
    this.#client.destroy();
  }
}

const NO_DATA = new Uint8Array();

/** Records as the SDK decoded them. */
export class SdkRecords implements ReadRecords {
  readonly list: readonly _Record[];

  constructor(list: readonly _Record[]) {
    this.list = list;
  }

  giveTo(taker: RecordTaker): void {
    for (const { Data = NO_DATA, PartitionKey = '' } of this.list) {
      const view = new DataView(Data.buffer, Data.byteOffset, Data.byteLength);
      taker.record(view, 0, Data.byteLength, Buffer.byteLength(PartitionKey));
    }
  }
}

const recordsOf = (records: readonly _Record[] | undefined): SdkRecords | undefined =>
  records === undefined || records.length === 0 ? undefined : new SdkRecords(records);

async function follow(
  events: AsyncIterable<SubscribeToShardEventStream> | undefined,
  onEvent: (event: PushedRecords<SdkRecords>) => boolean,
): Promise<void> {
  for await (const { SubscribeToShardEvent: event } of events ?? []) {
    if (event !== undefined && !onEvent(pushed(event))) return;
  }
}

function pushed(event: SubscribeToShardEvent): PushedRecords<SdkRecords> {
  const { Records, ContinuationSequenceNumber, MillisBehindLatest = 0, ChildShards } = event;
  return {
    records: recordsOf(Records),
    continuation: ContinuationSequenceNumber,
    behindMs: MillisBehindLatest,
    children: newShards(ChildShards ?? []),
  };
}
