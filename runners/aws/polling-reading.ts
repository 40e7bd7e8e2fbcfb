import { faultOf } from './call-faults.ts';
import type { PolledRecords, Position, ReadRecords } from './read-client.ts';
import { pause, persist, type ReaderContext, type ShardReading } from './reader.ts';
import type { NewShard } from './shard-walk.ts';

export interface Polling {
  readonly intervalMs: number;
  /** Largest number of records in one response (default: the service's, at most 10,000). */
  readonly limit: number | undefined;
}

/** Before another try after an error that has nothing to do with the rate. */
const ERROR_WAIT_MS = 250;

/**
 * Reads a shard with GetRecords: one call at a time, at its interval, however much is there, because five calls a second
 * are all that a shard gives to everyone together. A throttled call is made again at the next interval.
 */
export class PollingReading<Records extends ReadRecords> implements ShardReading {
  readonly #context: ReaderContext<Records>;
  readonly #polling: Polling;
  readonly #shard: Pick<NewShard, 'id' | 'index'>;
  readonly #firstPollMs: number;
  #position: Position;
  #iterator: string | undefined;
  /** Defined at the shard's end. */
  #children: readonly NewShard[] | undefined;

  /** @param firstPollMs when to poll first, so that shards of one consumer do not all call at the same moment. */
  constructor(
    context: ReaderContext<Records>,
    polling: Polling,
    shard: Pick<NewShard, 'id' | 'index'>,
    position: Position,
    firstPollMs: number,
  ) {
    this.#context = context;
    this.#polling = polling;
    this.#shard = shard;
    this.#position = position;
    this.#firstPollMs = firstPollMs;
  }

  async open(): Promise<void> {
    this.#iterator = await persist(this.#context, () => this.#newIterator());
  }

  async read(): Promise<readonly NewShard[]> {
    const { signal } = this.#context;
    await pause(this.#firstPollMs, signal);
    while (!signal.aborted) {
      const polledAtMs = performance.now();
      await this.#poll();
      if (this.#children !== undefined) return this.#children;
      await pause(polledAtMs + this.#polling.intervalMs - performance.now(), signal);
    }
    return [];
  }

  async #poll(): Promise<void> {
    const { client, counts, signal } = this.#context;
    try {
      this.#iterator ??= await this.#newIterator();
      counts.add('calls');
      await client.getRecords(this.#iterator, this.#polling.limit, (response) => this.#take(response), signal);
    } catch (error) {
      if (!signal.aborted) await this.#bear(error);
    }
  }

  /** Waits after an error that another call may cure. */
  async #bear(error: unknown): Promise<void> {
    const { counts, signal } = this.#context;
    const { code, kind } = faultOf(error);
    counts.add(`errors.${code}`);
    // Iterators live five minutes; the position lives on.
    if (code === 'ExpiredIteratorException') this.#iterator = undefined;
    // The KCL reads it as the shard's end: the shard has expired, and its children with the same records' keys have not.
    else if (code === 'ResourceNotFoundException') this.#children = [];
    else if (kind === 'refused') throw error;
    if (kind === 'transient') await pause(ERROR_WAIT_MS, signal);
  }

  #take({ records, lastSequenceNumber, nextIterator, behindMs, children }: PolledRecords<Records>): void {
    const { deliver, setBehind } = this.#context;
    setBehind(this.#shard.id, behindMs);
    if (lastSequenceNumber !== undefined) this.#position = { kind: 'after', sequenceNumber: lastSequenceNumber };
    if (records !== undefined) deliver({ shardIndex: this.#shard.index, records });
    this.#iterator = nextIterator;
    if (nextIterator === undefined) this.#children = children;
  }

  #newIterator(): Promise<string> {
    const { client, counts, signal } = this.#context;
    counts.add('iterators');
    return client.getIterator(this.#shard.id, this.#position, signal);
  }
}
