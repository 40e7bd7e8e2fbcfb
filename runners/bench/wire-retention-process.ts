/** The process of wire-retention: one engine, an hour of its time, and what is left of it. */

import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { GetRecordsOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import { VirtualClock } from '../../engine/account/clock.ts';
import { Engine } from '../../engine/engine.ts';
import { keepHeapSmall } from '../small-heap.ts';

export interface RetentionPlan {
  readonly records: number;
  readonly recordsPerSecond: number;
  readonly shards: number;
  readonly memoryBytes: number;
}

export interface RetentionEnd {
  readonly putsPerSecond: number;
  readonly readsPerSecond: number;
  /** Until everything was put, and until everything was read, which a reader's 10,000 records at a time add to. */
  readonly putRssPeakBytes: number;
  readonly rssPeakBytes: number;
  readonly archivedBytes: number;
  readonly read: number;
  /** Records read that were not the next ones of their shard, or not as they had been put. */
  readonly defects: number;
  readonly throttled: number;
  /** Records that can be read, and bytes on disk, when the retention of all records is over. */
  readonly readAfterwards: number;
  readonly archivedBytesAfterwards: number;
}

const STREAM = 'events';
const CALL_RECORDS = 500;
const KEYS = 1000;
const DATA_BYTES = 100;
/** Behind the record's number. */
const NUMBER_BYTES = 4;
const READ_LIMIT = 10_000;
const HOUR_MS = 3_600_000;
const RETENTION_MS = 24 * HOUR_MS;
/** The archive writes when the event loop has its turn: every so many calls, as it would after each over the wire. */
const CALLS_PER_TURN = 20;

/** Puts, advances the clock by almost all of the retention, reads everything, then advances it by the rest. */
class Retention {
  readonly #plan: RetentionPlan;
  readonly #clock = new VirtualClock();
  readonly #pattern = Buffer.from(Array.from({ length: DATA_BYTES }, (_, i) => (i * 31) % 251));
  #rssPeakBytes = 0;
  #throttled = 0;
  #read = 0;
  #defects = 0;

  constructor(plan: RetentionPlan) {
    this.#plan = plan;
  }

  async run(): Promise<RetentionEnd> {
    const { records, recordsPerSecond, shards, memoryBytes } = this.#plan;
    const engine = await Engine.open({
      clock: this.#clock,
      limits: 'none',
      memoryBytes,
      streams: { [STREAM]: shards },
    });
    const archivedBytes = () =>
      engine.account.stream({ StreamName: STREAM }).shards.reduce((sum, { store }) => sum + store.archivedBytes, 0);
    try {
      const putsPerSecond = await this.#rate(records, () => this.#putAll(engine));
      const putMs = (records / recordsPerSecond) * 1000;
      const putRssPeakBytes = this.#rssPeakBytes;
      // The oldest record is a minute from its end.
      this.#clock.advance(Math.max(0, RETENTION_MS - putMs - 60_000));
      const readsPerSecond = await this.#rate(records, () => this.#readAll(engine));
      const end = {
        read: this.#read,
        defects: this.#defects,
        throttled: this.#throttled,
        archivedBytes: archivedBytes(),
      };
      this.#clock.advance(putMs + 2 * 60_000);
      this.#read = 0;
      await this.#readAll(engine);
      await yieldToLoop();
      return {
        ...end,
        putsPerSecond,
        readsPerSecond,
        putRssPeakBytes,
        rssPeakBytes: this.#rssPeakBytes,
        readAfterwards: this.#read,
        archivedBytesAfterwards: archivedBytes(),
      };
    } finally {
      await engine.close();
    }
  }

  async #rate(records: number, work: () => Promise<void>): Promise<number> {
    const startMs = performance.now();
    await work();
    return records / ((performance.now() - startMs) / 1e3);
  }

  async #putAll({ service }: Engine): Promise<void> {
    const { records, recordsPerSecond } = this.#plan;
    const Records = Array.from({ length: CALL_RECORDS }, () => ({
      PartitionKey: '',
      Data: Buffer.from(this.#pattern),
    }));
    for (let first = 0, calls = 0; first < records; first += CALL_RECORDS, calls++) {
      for (let i = 0; i < CALL_RECORDS; i++) {
        const record = Records[i]!;
        record.PartitionKey = keyOf(first + i);
        record.Data.writeUInt32LE(first + i);
      }
      const response = (await service.call('PutRecords', { StreamName: STREAM, Records })) as PutRecordsOutput;
      this.#throttled += response.FailedRecordCount ?? 0;
      this.#clock.advance((CALL_RECORDS / recordsPerSecond) * 1000);
      if (calls % CALLS_PER_TURN === 0) await this.#turn();
    }
  }

  async #readAll(engine: Engine): Promise<void> {
    for (const { id } of engine.account.stream({ StreamName: STREAM }).shards) await this.#readShard(engine, id);
  }

  async #readShard(engine: Engine, ShardId: string): Promise<void> {
    const from = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let { ShardIterator } = await engine.call('GetShardIterator', from);
    const stream = engine.account.stream({ StreamName: STREAM });
    let last = -1;
    for (let isBehind = true; isBehind; ) {
      const response: GetRecordsOutput = await engine.call('GetRecords', { ShardIterator, Limit: READ_LIMIT });
      for (const { Data, PartitionKey } of response.Records ?? []) {
        const data = Data as Buffer;
        const number = data.readUInt32LE();
        const isIntact =
          data.length === DATA_BYTES &&
          data.compare(this.#pattern, NUMBER_BYTES, DATA_BYTES, NUMBER_BYTES, DATA_BYTES) === 0;
        // A key has one shard, and there the numbers rise: so many right ones are all of them, once each.
        const isPlaced = number > last && PartitionKey === keyOf(number);
        if (!isIntact || !isPlaced || shardOf(stream, keyOf(number)) !== ShardId) this.#defects += 1;
        last = number;
        this.#read += 1;
      }
      ShardIterator = response.NextShardIterator;
      isBehind = response.MillisBehindLatest !== 0;
      await this.#turn();
    }
  }

  async #turn(): Promise<void> {
    await yieldToLoop();
    this.#rssPeakBytes = Math.max(this.#rssPeakBytes, process.memoryUsage.rss());
  }
}

const KEY_TEXTS = Array.from({ length: KEYS }, (_, i) => `key-${i}`);
const keyOf = (number: number): string => KEY_TEXTS[number % KEYS]!;

const shards = new Map<string, string | undefined>();
function shardOf(stream: { shardIdOfKey(key: string): string | undefined }, key: string): string | undefined {
  if (!shards.has(key)) shards.set(key, stream.shardIdOfKey(key));
  return shards.get(key);
}

// `serve` does the same.
keepHeapSmall();
process.once('message', async (plan) => {
  process.send?.(await new Retention(plan as RetentionPlan).run());
  process.disconnect();
});
