import { setTimeout as sleep } from 'node:timers/promises';
import type { Base } from '@platformatic/kafka';
import type { ConsumerSpec } from '../../../workloads/scenario.ts';
import { Counts } from '../../aws/call-faults.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from '../target.ts';
import { BatchReader, type Fetched } from './batch-reader.ts';
import { decompress } from './codec.ts';
import { openClient } from './kafka-client.ts';
import { kafkaFailed } from './kafka-errors.ts';
import type { KafkaHandle } from './kafka-handle.ts';
import { LeaderReading } from './leader-reading.ts';
import { PartitionPositions } from './partition-positions.ts';
import { TopicView } from './topic-view.ts';

/** Requests are aborted when the consumer ends; one that continues must not delay the run. */
const LEAVE_MS_MAX = 2000;

/** Reads every partition of the topic without a group: one request at a time to each broker that leads some. */
export class KafkaConsumerPort implements ConsumerPort {
  readonly #handle: KafkaHandle;
  readonly #consumer: ConsumerSpec;
  readonly #now: () => number;
  readonly #wake: () => void;
  readonly #reader: BatchReader;
  readonly #counts = new Counts();
  readonly #leaving = new AbortController();
  readonly #arrived: Fetched[] = [];
  readonly #positions: PartitionPositions;
  /** By node. */
  readonly #readings = new Map<number, Promise<void>>();
  #client: Base | undefined;
  #failure: unknown;

  constructor(handle: KafkaHandle, { consumer, now, wake }: ConsumerContext) {
    this.#handle = handle;
    this.#consumer = consumer;
    this.#now = now;
    this.#wake = wake ?? (() => {});
    this.#reader = new BatchReader(handle.runId, decompress);
    this.#positions = new PartitionPositions(handle.startOffsets);
  }

  /** Connects to every leader. Positions were taken at set-up, so that no later record is missed. */
  async open(): Promise<void> {
    try {
      this.#client = openClient(this.#handle.spec);
      const topic = new TopicView(this.#client, this.#handle.spec.topic);
      await topic.refresh();
      this.#positions.grow(topic.partitionCount);
      this.#follow(topic);
      const nodes = new Set(this.#positions.all.map((partition) => topic.leaderOf(partition)));
      await Promise.all([...nodes].filter((node) => node >= 0).map((node) => topic.connectionTo(node)));
    } catch (error) {
      throw kafkaFailed(this.#handle.spec, error);
    }
  }

  get trimmedRecords(): number {
    return this.#positions.trimmedRecords;
  }

  get behindMs(): number {
    return this.#positions.behindMs;
  }

  get counts(): Readonly<Record<string, number>> {
    const { foreignRecords } = this.#reader;
    return foreignRecords === 0 ? this.#counts.byName : { ...this.#counts.byName, foreignRecords };
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED when the records of a partition can no longer be read. */
  poll(_nowNs: number, receiver: Receiver): number {
    if (this.#failure !== undefined) throw this.#failure;
    const { shardCapacity } = this.#handle;
    let count = 0;
    for (const fetched of this.#arrived) {
      // One reading of the clock for each response: its records count as received when the consumer has them.
      count += this.#reader.read(fetched, Math.min(fetched.partition, shardCapacity), this.#now(), receiver);
    }
    this.#arrived.length = 0;
    return count;
  }

  /** Waits are on the event loop. */
  sleep(): void {}

  async close(): Promise<void> {
    this.#leaving.abort();
    const closing = this.#client?.close().catch(() => {});
    const ended = Promise.allSettled([...this.#readings.values(), closing]);
    await Promise.race([ended, sleep(LEAVE_MS_MAX, undefined, { ref: false })]);
  }

  /** Starts a reading for each node that leads partitions and has none. */
  #follow(topic: TopicView): void {
    const nodes = new Set(this.#positions.all.map((partition) => topic.leaderOf(partition)));
    for (const node of nodes) {
      if (this.#readings.has(node)) continue;
      const reading = new LeaderReading(node, topic, {
        handle: this.#handle,
        positions: this.#positions,
        counts: this.#counts,
        signal: this.#leaving.signal,
        intervalMs: this.#consumer.kind === 'polling' ? this.#consumer.intervalNs / 1e6 : 0,
        deliver: (fetched) => {
          this.#arrived.push(fetched);
          this.#wake();
        },
        follow: () => this.#follow(topic),
      });
      this.#readings.set(node, this.#readToEnd(node, reading));
    }
  }

  async #readToEnd(node: number, reading: LeaderReading): Promise<void> {
    try {
      await reading.read();
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      this.#failure ??= kafkaFailed(this.#handle.spec, error);
      this.#wake();
    } finally {
      this.#readings.delete(node);
    }
  }
}
