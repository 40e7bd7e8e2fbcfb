import { setTimeout as sleep } from 'node:timers/promises';
import type { Counts } from '../../aws/call-faults.ts';
import type { Fetched } from './batch-reader.ts';
import { type FetchedPartition, fetchFrom } from './fetch-call.ts';
import { faultOfKafkaCode, KAFKA_CODES, kafkaFaultOf } from './kafka-faults.ts';
import type { KafkaHandle } from './kafka-handle.ts';
import { knownPartitions } from './partition-growth.ts';
import type { PartitionPositions } from './partition-positions.ts';
import type { TopicView } from './topic-view.ts';

const RETRY_MS = 100;

export interface ReadingContext {
  readonly handle: KafkaHandle;
  readonly positions: PartitionPositions;
  readonly counts: Counts;
  readonly signal: AbortSignal;
  /** Time between the beginnings of two requests; 0: the next one follows at once. */
  readonly intervalMs: number;
  deliver(fetched: Fetched): void;
  /** Called when leaders or partitions may have changed: another node may lead some now. */
  follow(): void;
}

/** Reads the partitions that one node leads, one request after the other. */
export class LeaderReading {
  readonly #node: number;
  readonly #topic: TopicView;
  readonly #context: ReadingContext;
  #failingSinceMs = Number.POSITIVE_INFINITY;

  constructor(node: number, topic: TopicView, context: ReadingContext) {
    this.#node = node;
    this.#topic = topic;
    this.#context = context;
  }

  /**
   * Ends when the node leads no partition any more. The partitions without a leader are "led" by node -1, whose reading waits.
   * @throws the client's error when requests have failed for the delivery timeout.
   */
  async read(): Promise<void> {
    const { positions, signal, intervalMs } = this.#context;
    let nextAtMs = performance.now();
    while (!signal.aborted) {
      await this.#refresh();
      const own = positions.all.filter((partition) => this.#topic.leaderOf(partition) === this.#node);
      if (own.length === 0) return;
      if (this.#node < 0) await this.#waitAfter(new Error('the partitions have no leader'));
      else await this.#fetch(own);
      if (intervalMs === 0) continue;
      nextAtMs = Math.max(nextAtMs + intervalMs, performance.now());
      await sleep(nextAtMs - performance.now(), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #refresh(): Promise<void> {
    const { handle, positions, follow } = this.#context;
    if (this.#topic.partitionCount >= knownPartitions(handle) && !this.#topic.isOld) return;
    await this.#topic.refresh().catch((error: unknown) => this.#count(error));
    positions.grow(this.#topic.partitionCount);
    follow();
  }

  async #fetch(partitions: readonly number[]): Promise<void> {
    const { handle, positions, counts } = this.#context;
    const { spec } = handle;
    try {
      const connection = await this.#topic.connectionTo(this.#node);
      const wanted = partitions.map((partition) => positions.positionOf(partition));
      counts.add('calls');
      const { partitions: fetched, throttledMs } = await fetchFrom(connection, spec.topic, wanted, spec.fetch);
      if (throttledMs > 0) {
        counts.add('throttledCalls');
        counts.add('throttledMs', throttledMs);
      }
      let failed: FetchedPartition | undefined;
      for (const each of fetched) if (!this.#take(each)) failed = each;
      if (failed === undefined) this.#failingSinceMs = Number.POSITIVE_INFINITY;
      else await this.#waitAfter(new PartitionError(failed.code));
    } catch (error) {
      await this.#waitAfter(error);
    }
  }

  /** Returns false if the partition could not be read. */
  #take(fetched: FetchedPartition): boolean {
    const { positions, deliver } = this.#context;
    const { partition, code, bytes } = fetched;
    if (code === KAFKA_CODES.offsetOutOfRange) {
      positions.trim(partition, Math.max(0, fetched.logStartOffset));
      return true;
    }
    if (code !== KAFKA_CODES.none) return false;
    const fromOffset = positions.advance(fetched);
    if (fromOffset !== undefined) deliver({ partition, bytes, fromOffset });
    return true;
  }

  /** Counts an error and waits a little. @throws the error once requests have failed for the delivery timeout. */
  async #waitAfter(error: unknown): Promise<void> {
    const { handle, signal, follow } = this.#context;
    if (signal.aborted) return;
    this.#count(error);
    const nowMs = performance.now();
    this.#failingSinceMs = Math.min(this.#failingSinceMs, nowMs);
    if (nowMs - this.#failingSinceMs > handle.spec.deliveryTimeoutNs / 1e6) throw error;
    await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
    await this.#topic.refreshAfterError();
    follow();
  }

  #count(error: unknown): void {
    const { code } = error instanceof PartitionError ? faultOfKafkaCode(error.apiCode) : kafkaFaultOf(error);
    this.#context.counts.add(`errors.${code}`);
  }
}

/** One partition of a response had an error. The member's name is that of the client library. */
class PartitionError extends Error {
  readonly apiCode: number;

  constructor(apiCode: number) {
    super(faultOfKafkaCode(apiCode).code);
    this.apiCode = apiCode;
  }
}
