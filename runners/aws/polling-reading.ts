import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import { faultOf } from './call-faults.ts';
import {
  newShards,
  type Position,
  pause,
  persist,
  type ReaderContext,
  type ShardReading,
  startingPosition,
} from './reader.ts';
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
export class PollingReading implements ShardReading {
  readonly #context: ReaderContext;
  readonly #polling: Polling;
  readonly #shard: Pick<NewShard, 'id' | 'index'>;
  readonly #firstPollMs: number;
  #position: Position;
  #iterator: string | undefined;

  /** @param firstPollMs when to poll first, so that shards of one consumer do not all call at the same moment. */
  constructor(
    context: ReaderContext,
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
      const response = await this.#poll();
      if (response !== undefined) {
        this.#take(response);
        const { NextShardIterator = '' } = response;
        if (NextShardIterator === '') return newShards(response.ChildShards);
        this.#iterator = NextShardIterator;
      }
      await pause(polledAtMs + this.#polling.intervalMs - performance.now(), signal);
    }
    return [];
  }

  /** @returns undefined when the call brought nothing but an error that another one may cure. */
  async #poll(): Promise<GetRecordsOutput | undefined> {
    const { client, counts, signal } = this.#context;
    const { limit } = this.#polling;
    try {
      this.#iterator ??= await this.#newIterator();
      counts.add('calls');
      const input = { ShardIterator: this.#iterator, ...(limit === undefined ? {} : { Limit: limit }) };
      return await client.getRecords(input, { abortSignal: signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      return this.#bear(error);
    }
  }

  async #bear(error: unknown): Promise<GetRecordsOutput | undefined> {
    const { counts, signal } = this.#context;
    const { code, kind } = faultOf(error);
    counts.add(`errors.${code}`);
    // Iterators live five minutes; the position lives on.
    if (code === 'ExpiredIteratorException') this.#iterator = undefined;
    // The KCL reads it as the shard's end: the shard has expired, and its children with the same records' keys have not.
    else if (code === 'ResourceNotFoundException') return { Records: [], MillisBehindLatest: 0 };
    else if (kind === 'refused') throw error;
    if (kind === 'transient') await pause(ERROR_WAIT_MS, signal);
    return undefined;
  }

  #take({ Records = [], MillisBehindLatest = 0 }: GetRecordsOutput): void {
    const { deliver, setBehind } = this.#context;
    setBehind(this.#shard.id, MillisBehindLatest);
    const last = Records.at(-1)?.SequenceNumber;
    if (last === undefined) return;
    this.#position = { kind: 'after', sequenceNumber: last };
    deliver({ shardIndex: this.#shard.index, records: Records });
  }

  async #newIterator(): Promise<string> {
    const { client, stream, counts, signal } = this.#context;
    const { Type, ...at } = startingPosition(this.#position);
    counts.add('iterators');
    const { ShardIterator = '' } = await client.getShardIterator(
      {
        StreamName: stream,
        ShardId: this.#shard.id,
        ShardIteratorType: Type,
        ...('SequenceNumber' in at ? { StartingSequenceNumber: at.SequenceNumber } : at),
      },
      { abortSignal: signal },
    );
    return ShardIterator;
  }
}
