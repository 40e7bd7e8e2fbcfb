import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerSpec } from '../../../workloads/scenario.ts';
import { Counts, faultOf } from '../../aws/call-faults.ts';
import { PollingReading } from '../../aws/polling-reading.ts';
import type { Position, ReadClient } from '../../aws/read-client.ts';
import { pause, type ReaderContext, type ShardReading } from '../../aws/reader.ts';
import { type NewShard, ShardWalk } from '../../aws/shard-walk.ts';
import { streamFailed } from '../../aws/stream-errors.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from '../target.ts';
import { FanOutReading } from './fan-out-reading.ts';
import type { KinesisHandle } from './kinesis-target.ts';
import { openReadClient } from './read-clients.ts';
import { RecordIntake } from './record-intake.ts';

/** Calls are aborted when the consumer ends; a call that continues must not delay the run. */
const LEAVE_MS_MAX = 2000;
const CHILDREN_WAIT_MS = 200;
const CHILDREN_ATTEMPTS = 25;

/** Reads every shard of the stream, each by itself, and the shards that come out of them. */
export class KinesisConsumerPort implements ConsumerPort {
  readonly #handle: KinesisHandle;
  readonly #consumer: ConsumerSpec;
  readonly #now: () => number;
  readonly #wake: () => void;
  readonly #intake: RecordIntake;
  readonly #counts = new Counts();
  readonly #leaving = new AbortController();
  readonly #behindMs = new Map<string, number>();
  readonly #readings = new Set<Promise<void>>();
  readonly #walk = new ShardWalk((shard) => this.#begin(shard));
  #client: ReadClient | undefined;
  #failure: unknown;
  readonly trimmedRecords = 0;

  constructor(handle: KinesisHandle, { consumer, now, wake }: ConsumerContext) {
    this.#handle = handle;
    this.#consumer = consumer;
    this.#now = now;
    this.#wake = wake ?? (() => {});
    this.#intake = new RecordIntake(handle.runId);
  }

  /** Opens every shard at its starting position, so that no later record is missed. */
  async open(): Promise<void> {
    try {
      await this.#stand();
    } catch (error) {
      throw streamFailed(this.#handle.spec, error);
    }
  }

  async #stand(): Promise<void> {
    const { shards, start } = this.#handle;
    this.#client = await openReadClient(this.#handle, this.#consumer.kind);
    for (const { id } of shards) this.#walk.add(id);
    const readings = shards.map((shard, place) => this.#readingOf(shard, start, place / shards.length));
    await Promise.all(readings.map((reading) => reading.open()));
    for (const [i, shard] of shards.entries()) this.#follow(shard, readings[i]!);
  }

  get behindMs(): number {
    return Math.max(0, ...this.#behindMs.values());
  }

  get counts(): Readonly<Record<string, number>> {
    const { foreignRecords } = this.#intake;
    return foreignRecords === 0 ? this.#counts.byName : { ...this.#counts.byName, foreignRecords };
  }

  poll(_nowNs: number, receiver: Receiver): number {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#intake.giveTo(receiver, this.#now);
  }

  /** Waits are on the event loop. */
  sleep(): void {}

  async close(): Promise<void> {
    this.#leaving.abort();
    this.#client?.close();
    await Promise.race([Promise.allSettled(this.#readings), sleep(LEAVE_MS_MAX, undefined, { ref: false })]);
  }

  #readingOf(shard: Pick<NewShard, 'id' | 'index'>, position: Position, phase: number): ShardReading {
    const consumer = this.#consumer;
    const context = this.#context();
    if (consumer.kind === 'fan-out') {
      return new FanOutReading(context, this.#handle.consumerArns[consumer.name]!, shard, position);
    }
    if (consumer.kind !== 'polling') throw new Error(`a stream has no ${consumer.kind} consumers`);
    const intervalMs = consumer.intervalNs / 1e6;
    return new PollingReading(context, { intervalMs, limit: consumer.limit }, shard, position, phase * intervalMs);
  }

  #context(): ReaderContext {
    return {
      client: this.#client!,
      counts: this.#counts,
      signal: this.#leaving.signal,
      deliver: ({ shardIndex, records }) => {
        const { shardCapacity } = this.#handle;
        this.#intake.add(records, shardIndex < 0 ? shardCapacity : Math.min(shardIndex, shardCapacity));
        this.#wake();
      },
      setBehind: (shardId, behindMs) => this.#behindMs.set(shardId, behindMs),
    };
  }

  /** A child is read from its first record. */
  #begin(shard: NewShard): void {
    this.#follow(shard, this.#readingOf(shard, { kind: 'trim-horizon' }, 0));
  }

  #follow(shard: Pick<NewShard, 'id'>, reading: ShardReading): void {
    const following = this.#readToEnd(shard, reading)
      .catch((error: unknown) => {
        if (this.#leaving.signal.aborted) return;
        this.#failure ??= streamFailed(this.#handle.spec, error);
        this.#counts.add(`errors.${faultOf(error).code}`);
        this.#wake();
      })
      .finally(() => this.#readings.delete(following));
    this.#readings.add(following);
  }

  async #readToEnd({ id }: Pick<NewShard, 'id'>, reading: ShardReading): Promise<void> {
    const children = await reading.read();
    if (this.#leaving.signal.aborted) return;
    this.#behindMs.delete(id);
    this.#walk.ended(id, children.length > 0 ? children : await this.#childrenOf(id));
  }

  /** For services that do not report the children of a shard. */
  async #childrenOf(shardId: string): Promise<readonly NewShard[]> {
    const { signal } = this.#leaving;
    for (let attempt = 1; attempt <= CHILDREN_ATTEMPTS && !signal.aborted; attempt++) {
      try {
        const shards = await this.#client!.listShards();
        return shards.filter(({ parents }) => parents.includes(shardId));
      } catch (error) {
        this.#counts.add(`errors.${faultOf(error).code}`);
        await pause(CHILDREN_WAIT_MS, signal);
      }
    }
    return [];
  }
}
