import type { ListShardsOutput, Shard } from '@aws-sdk/client-kinesis';
import type { Clock } from '../../account/clock.ts';
import { KinesisError } from '../../account/errors.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { MemoryBudget } from '../delivery/memory-budget.ts';
import { MemoryBuffer } from '../delivery/memory-buffer.ts';
import type { SourceBatch } from '../delivery/pipeline.ts';
import { waitOn } from '../delivery/wait.ts';
import { countdown, type Waiting } from '../delivery/waiting.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { ItemSource } from './item-source.ts';
import type { ShardPositions } from './shard-positions.ts';
import { ShardReader } from './shard-reader.ts';

export interface KinesisSourceParts {
  readonly clock: Clock;
  readonly streamArn: string;
  readonly positions: ShardPositions;
  readonly memoryBytes: number;
  readonly call: (operation: string, input: object) => Promise<object>;
  readonly metrics: DeliveryMetrics;
  /** Called when records have come. */
  readonly onRecords: () => void;
  readonly onDefect: (error: unknown) => void;
}

/** The service calls GetRecords once a second for each shard. Source: Firehose guide, "Quota". */
const READ_EVERY_MS = 1000;

/**
 * Reads a stream of Kinesis for a delivery stream: shards of a reshard after their parents. Stops while the records that it
 * has read wait for their delivery.
 */
export class KinesisSource {
  readonly main: Waiting<SourceBatch>;
  readonly #parts: KinesisSourceParts;
  readonly #ending = new AbortController();
  readonly #budget: MemoryBudget;
  readonly #buffer: MemoryBuffer<DeliveryRecord>;
  readonly #readers = new Map<string, ShardReader>();
  #backup: MemoryBuffer<DeliveryRecord> | undefined;
  /** There may be shards that are not read yet. */
  #mayHaveMore = true;
  #running: Promise<void> | undefined;

  constructor(parts: KinesisSourceParts) {
    this.#parts = parts;
    this.#budget = new MemoryBudget(parts.memoryBytes, () => {});
    this.#buffer = this.#newBuffer();
    this.main = new ItemSource(this.#buffer, parts.memoryBytes / 2);
  }

  /** The same records once more, for the backup. */
  backup(): Waiting<SourceBatch> {
    this.#backup ??= this.#newBuffer();
    return new ItemSource(this.#backup, this.#parts.memoryBytes / 2);
  }

  /** @param startMs epoch time in ms from which records are read. */
  start(startMs: number): void {
    this.#running ??= this.#run(startMs);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    this.#parts.positions.save();
  }

  #newBuffer(): MemoryBuffer<DeliveryRecord> {
    return new MemoryBuffer<DeliveryRecord>(({ data }) => data.length, this.#budget);
  }

  async #run(startMs: number): Promise<void> {
    const { clock, onDefect } = this.#parts;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const nextMs = clock.nowMs() + READ_EVERY_MS;
      try {
        await this.#readAll(startMs);
      } catch (error) {
        // A stream that is deleted or not there yet may be created again.
        if (!(error instanceof KinesisError)) onDefect(error);
      }
      await waitOn(clock, nextMs - clock.nowMs(), signal);
    }
  }

  /** Reads every shard once, and those that follow the shards that end. */
  async #readAll(startMs: number): Promise<void> {
    const done = new Set<ShardReader>();
    do {
      if (this.#mayHaveMore) await this.#findShards(startMs);
      this.#mayHaveMore = false;
      for (const reader of this.#readers.values()) {
        if (reader.isAtEnd || done.has(reader)) continue;
        if (this.#ending.signal.aborted || this.#budget.isFull) return;
        done.add(reader);
        await this.#read(reader);
        this.#mayHaveMore ||= reader.isAtEnd;
      }
    } while (this.#mayHaveMore);
  }

  async #read(reader: ShardReader): Promise<void> {
    const { clock, metrics, onRecords } = this.#parts;
    const read = await reader.read();
    if (read === undefined) return;
    const { records, millisBehindLatest, settled } = read;
    metrics.add('KinesisMillisBehindLatest', millisBehindLatest);
    const backup = this.#backup;
    const done = countdown(backup === undefined ? 1 : 2, settled);
    this.#buffer.add(records, clock.nowMs(), done);
    backup?.add(records, clock.nowMs(), done);
    if (records.length === 0) return;
    metrics.add('DataReadFromKinesisStream.Records', records.length);
    metrics.add(
      'DataReadFromKinesisStream.Bytes',
      records.reduce((bytes, { data }) => bytes + data.length, 0),
    );
    onRecords();
  }

  /** Opens the shards whose parents were read to their end. */
  async #findShards(startMs: number): Promise<void> {
    const { streamArn, positions, call, metrics } = this.#parts;
    const shards = await this.#listShards();
    const ids = new Set(shards.map(({ ShardId = '' }) => ShardId));
    positions.keepOnly(ids);
    for (const id of this.#readers.keys()) if (!ids.has(id)) this.#readers.delete(id);
    const onThrottled = (operation: string) => metrics.add(`Throttled${operation}`, 1);
    // Parents are listed before their children, so that a shard that has nothing left opens its children at once.
    for (const shard of shards) {
      const { ShardId = '' } = shard;
      if (this.#readers.has(ShardId) || !this.#followsParents(shard, ids)) continue;
      this.#readers.set(ShardId, new ShardReader(ShardId, { streamArn, positions, startMs, call, onThrottled }));
    }
  }

  #followsParents({ ParentShardId, AdjacentParentShardId }: Shard, ids: ReadonlySet<string>): boolean {
    return [ParentShardId, AdjacentParentShardId].every(
      (id) => id === undefined || !ids.has(id) || this.#readers.get(id)?.isAtEnd === true,
    );
  }

  async #listShards(): Promise<readonly Shard[]> {
    const { streamArn, call } = this.#parts;
    const shards: Shard[] = [];
    let input: object = { StreamARN: streamArn };
    for (;;) {
      const { Shards = [], NextToken }: ListShardsOutput = await call('ListShards', input);
      shards.push(...Shards);
      if (NextToken === undefined) return shards;
      input = { NextToken };
    }
  }
}
