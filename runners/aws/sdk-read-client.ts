import type {
  _Record,
  ChildShard,
  Kinesis,
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import type {
  PolledRecords,
  Position,
  PushedRecords,
  ReadClient,
  ReadRecords,
  RecordTaker,
  Subscription,
} from './read-client.ts';
import type { NewShard } from './shard-walk.ts';
import { listShards, type ShardInfo, shardIndexOf } from './shards.ts';

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
    abortSignal: AbortSignal,
  ): Promise<PolledRecords<SdkRecords>> {
    const input = { ShardIterator: iterator, ...(limit === undefined ? {} : { Limit: limit }) };
    const output = await this.#client.getRecords(input, { abortSignal });
    const { Records, NextShardIterator = '', MillisBehindLatest = 0, ChildShards } = output;
    return {
      records: recordsOf(Records),
      lastSequenceNumber: Records?.at(-1)?.SequenceNumber,
      nextIterator: NextShardIterator === '' ? undefined : NextShardIterator,
      behindMs: MillisBehindLatest,
      children: newShards(ChildShards),
    };
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

/** Records as the SDK decoded them. */
export class SdkRecords implements ReadRecords {
  readonly list: readonly _Record[];

  constructor(list: readonly _Record[]) {
    this.list = list;
  }

  giveTo(taker: RecordTaker): void {
    for (const { Data, PartitionKey = '' } of this.list) {
      if (Data === undefined) continue;
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
    children: newShards(ChildShards),
  };
}

function newShards(children: readonly ChildShard[] | undefined): readonly NewShard[] {
  return (children ?? []).map(({ ShardId = '', ParentShards = [] }) => ({
    id: ShardId,
    index: shardIndexOf(ShardId),
    parents: ParentShards,
  }));
}

/** The position in the form of the service, for iterators and subscriptions. */
function startingPosition(position: Position) {
  switch (position.kind) {
    case 'trim-horizon':
      return { Type: 'TRIM_HORIZON' } as const;
    case 'timestamp':
      return { Type: 'AT_TIMESTAMP', Timestamp: new Date(position.atMs) } as const;
    case 'after':
      return { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.sequenceNumber } as const;
  }
}
