import type { SubscribeToShardEvent, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis';
import { faultOf } from '../../aws/call-faults.ts';
import {
  newShards,
  type Position,
  pause,
  persist,
  type ReaderContext,
  type ShardReading,
  startingPosition,
} from '../../aws/reader.ts';
import type { NewShard } from '../../aws/shard-walk.ts';

/** A consumer may subscribe to a shard once a second, and takes over from itself only after 5 s. */
const CALL_INTERVAL_MS = 1000;
const TAKEOVER_MS = 5000;

/** Reason for the end of a subscription. */
type Ending = { readonly kind: 'lapsed' } | { readonly kind: 'shard-end'; readonly children: readonly NewShard[] };

type Events = AsyncIterable<SubscribeToShardEventStream>;

/**
 * Reads a shard with SubscribeToShard. A subscription ends after five minutes, or with an error; the next one goes on
 * behind the continuation number of its last event.
 */
export class FanOutReading implements ShardReading {
  readonly #context: ReaderContext;
  readonly #consumerArn: string;
  readonly #shard: Pick<NewShard, 'id' | 'index'>;
  #position: Position;
  #events: Events | undefined;
  #calledAtMs = Number.NEGATIVE_INFINITY;
  #subscribedAtMs = Number.NEGATIVE_INFINITY;

  constructor(context: ReaderContext, consumerArn: string, shard: Pick<NewShard, 'id' | 'index'>, position: Position) {
    this.#context = context;
    this.#consumerArn = consumerArn;
    this.#shard = shard;
    this.#position = position;
  }

  async open(): Promise<void> {
    this.#events = await persist(this.#context, () => this.#subscribe());
  }

  async read(): Promise<readonly NewShard[]> {
    const { signal, counts } = this.#context;
    while (!signal.aborted) {
      try {
        const events = this.#events ?? (await this.#subscribe());
        this.#events = undefined;
        const ending = await this.#follow(events);
        if (ending.kind === 'shard-end') return ending.children;
      } catch (error) {
        if (signal.aborted) break;
        const { code, kind } = faultOf(error);
        counts.add(`errors.${code}`);
        if (code === 'ResourceNotFoundException') return [];
        if (kind === 'refused' && code !== 'ResourceInUseException') throw error;
      }
    }
    return [];
  }

  async #subscribe(): Promise<Events> {
    const { client, counts, signal } = this.#context;
    const mayCallAtMs = Math.max(this.#calledAtMs + CALL_INTERVAL_MS, this.#subscribedAtMs + TAKEOVER_MS);
    await pause(mayCallAtMs - performance.now(), signal);
    signal.throwIfAborted();
    this.#calledAtMs = performance.now();
    counts.add('subscriptions');
    const { EventStream } = await client.subscribeToShard(
      {
        ConsumerARN: this.#consumerArn,
        ShardId: this.#shard.id,
        StartingPosition: startingPosition(this.#position),
      },
      { abortSignal: signal },
    );
    this.#subscribedAtMs = performance.now();
    return EventStream ?? NO_EVENTS;
  }

  async #follow(events: Events): Promise<Ending> {
    for await (const { SubscribeToShardEvent: event } of events) {
      if (this.#context.signal.aborted) break;
      if (event === undefined) continue;
      this.#take(event);
      if (isShardEnd(event)) return { kind: 'shard-end', children: newShards(event.ChildShards) };
    }
    return { kind: 'lapsed' };
  }

  #take({ Records = [], ContinuationSequenceNumber, MillisBehindLatest = 0 }: SubscribeToShardEvent): void {
    const { deliver, setBehind } = this.#context;
    setBehind(this.#shard.id, MillisBehindLatest);
    if (ContinuationSequenceNumber !== undefined) {
      this.#position = { kind: 'after', sequenceNumber: ContinuationSequenceNumber };
    }
    if (Records.length > 0) deliver({ shardIndex: this.#shard.index, records: Records });
  }
}

const NO_EVENTS: Events = { async *[Symbol.asyncIterator]() {} };

/** Both signs come together; either is enough, as some services send one. */
function isShardEnd({ ContinuationSequenceNumber, ChildShards }: SubscribeToShardEvent): boolean {
  return ContinuationSequenceNumber === undefined || (ChildShards !== undefined && ChildShards.length > 0);
}
