import { faultOf } from '../../aws/call-faults.ts';
import type { Position, PushedRecords, ReadRecords, Subscription } from '../../aws/read-client.ts';
import { pause, persist, type ReaderContext, type ShardReading } from '../../aws/reader.ts';
import type { NewShard } from '../../aws/shard-walk.ts';

/** A consumer may subscribe to a shard once a second, and takes over from itself only after 5 s. */
const CALL_INTERVAL_MS = 1000;
const TAKEOVER_MS = 5000;

/**
 * Reads a shard with SubscribeToShard. A subscription ends after five minutes, or with an error; the next one goes on
 * behind the continuation number of its last event.
 */
export class FanOutReading implements ShardReading {
  readonly #context: ReaderContext;
  readonly #consumerArn: string;
  readonly #shard: Pick<NewShard, 'id' | 'index'>;
  #position: Position;
  #subscription: Subscription | undefined;
  #calledAtMs = Number.NEGATIVE_INFINITY;
  #subscribedAtMs = Number.NEGATIVE_INFINITY;
  /** Defined when an event reported the shard's end. */
  #children: readonly NewShard[] | undefined;

  constructor(context: ReaderContext, consumerArn: string, shard: Pick<NewShard, 'id' | 'index'>, position: Position) {
    this.#context = context;
    this.#consumerArn = consumerArn;
    this.#shard = shard;
    this.#position = position;
  }

  async open(): Promise<void> {
    this.#subscription = await persist(this.#context, () => this.#subscribe());
  }

  async read(): Promise<readonly NewShard[]> {
    const { signal, counts } = this.#context;
    while (!signal.aborted) {
      try {
        const { ended } = this.#subscription ?? (await this.#subscribe());
        this.#subscription = undefined;
        await ended;
      } catch (error) {
        if (signal.aborted) break;
        const { code, kind } = faultOf(error);
        counts.add(`errors.${code}`);
        if (code === 'ResourceNotFoundException') return [];
        if (kind === 'refused' && code !== 'ResourceInUseException') throw error;
      }
      if (this.#children !== undefined) return this.#children;
    }
    return [];
  }

  async #subscribe(): Promise<Subscription> {
    const { client, counts, signal } = this.#context;
    const mayCallAtMs = Math.max(this.#calledAtMs + CALL_INTERVAL_MS, this.#subscribedAtMs + TAKEOVER_MS);
    await pause(mayCallAtMs - performance.now(), signal);
    signal.throwIfAborted();
    this.#calledAtMs = performance.now();
    counts.add('subscriptions');
    const shard = { consumerArn: this.#consumerArn, shardId: this.#shard.id };
    const subscription = await client.subscribe(shard, this.#position, (event) => this.#take(event), signal);
    this.#subscribedAtMs = performance.now();
    return subscription;
  }

  /** Returns false at the shard's end, and when nobody reads any more. */
  #take({ records, continuation, behindMs, children }: PushedRecords<ReadRecords>): boolean {
    const { deliver, setBehind, signal } = this.#context;
    if (signal.aborted) return false;
    setBehind(this.#shard.id, behindMs);
    if (continuation !== undefined) this.#position = { kind: 'after', sequenceNumber: continuation };
    if (records !== undefined) deliver({ shardIndex: this.#shard.index, records });
    // Both signs of the end come together; either is enough, because some services send one.
    if (continuation !== undefined && children.length === 0) return true;
    this.#children = children;
    return false;
  }
}
