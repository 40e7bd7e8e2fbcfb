import { randomUUID } from 'node:crypto';
import type { Clock } from '../../account/clock.ts';
import { type DeliveryPolicy, deliverBatch, type RetryPolicy } from './deliver-batch.ts';
import { type DeliveryRecord, type FailedRecord, oldestArrivalMs, type PartitionKeys } from './delivery-record.ts';
import type { DeliveryBatch } from './destination.ts';
import { ErrorOutlets } from './error-outlets.ts';
import { MemoryBudget } from './memory-budget.ts';
import { MemoryBuffer, type TakenItems } from './memory-buffer.ts';
import type { Amount, DeliveryObserver } from './observer.ts';
import { Outlet } from './outlet.ts';
import { partitionsOf } from './partitions.ts';
import { processRecords } from './process-records.ts';
import { closeRoute, type DeliveryRoute } from './route.ts';
import { countdown, type TakenRecords, type Waiting } from './waiting.ts';

/** Records that were taken from a source. */
export interface SourceBatch extends TakenRecords {
  readonly oldestArrivedAtMs: number;
  readonly records: readonly DeliveryRecord[];
  /** Data of all records, one after the other, if the source has them so. */
  readonly data?: Uint8Array;
}

export interface PipelineParts {
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
  /** Records that wait for their delivery. */
  readonly source: Waiting<SourceBatch>;
  /** Records that wait for the backup of all records. */
  readonly backupSource: () => Waiting<SourceBatch>;
  /** Memory of buffers besides the source. */
  readonly memoryBytes: number;
  /** The service discards records of this age if they cannot be delivered. */
  readonly keptMs: number;
  /** Version of the delivery stream now. */
  readonly version: () => number;
  readonly observer: DeliveryObserver;
  /** Called for a bug of a processor or of a destination. */
  readonly onDefect: (error: unknown) => void;
}

/** Interval in real time at which a flush looks at what still waits. */
const FLUSH_STEP_MS = 5;

interface Partition {
  readonly buffer: MemoryBuffer<DeliveryRecord>;
  readonly outlet: Outlet<TakenItems<DeliveryRecord>>;
}

/**
 * The way of the records of one delivery stream. Without processing, a batch goes from the source to the destination. With
 * processing or partitions, records go through buffers in memory, one for each partition.
 */
export class DeliveryPipeline {
  readonly #parts: PipelineParts;
  readonly #ending = new AbortController();
  readonly #budget: MemoryBudget;
  readonly #main: Outlet<SourceBatch>;
  readonly #errors: ErrorOutlets;
  #backup: Outlet<SourceBatch> | undefined;
  #route: DeliveryRoute;
  #partitions = new Map<string, Partition>();
  /** Routes of before that still deliver what they have. */
  readonly #closing = new Set<Promise<void>>();

  constructor(route: DeliveryRoute, parts: PipelineParts) {
    this.#route = route;
    this.#parts = parts;
    const { clock, random, observer } = parts;
    const { signal } = this.#ending;
    this.#budget = new MemoryBudget(parts.memoryBytes, () => this.#main.check());
    this.#errors = new ErrorOutlets(route.errors, {
      clock,
      random,
      signal,
      budget: this.#budget,
      onWritten: (failed) => observer.failedWritten(failed.length),
    });
    this.#main = new Outlet<SourceBatch>(parts.source, mainHints(route), {
      clock,
      signal,
      deliver: (taken) => this.#take(taken),
      mayTake: () => this.#hasRoom(),
    });
    this.#openBackup();
    this.check();
  }

  /** Number of partitions with records that are not delivered. */
  get partitionCount(): number {
    return this.#partitions.size;
  }

  /** Must be called when records have come. */
  check(): void {
    this.#main.check();
    this.#backup?.check();
  }

  /** Changes the way of the batches that follow. A batch that is being delivered keeps its destination. */
  change(route: DeliveryRoute): void {
    const before = this.#route;
    const partitions = [...this.#partitions.values()];
    this.#route = route;
    this.#partitions = new Map();
    this.#errors.output = route.errors;
    for (const { outlet } of partitions) outlet.flush();
    const closing = this.#main
      .ended()
      .then(() => Promise.all(partitions.map(({ outlet }) => outlet.ended())))
      .then(() => closeRoute(before))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#openBackup();
    this.#main.hints = mainHints(route);
  }

  /**
   * Delivers everything that waits, without waiting for sizes and intervals.
   * @param isOver returns true when it has taken too long.
   */
  async flush(isOver: () => boolean): Promise<void> {
    while (!this.#isIdle && !isOver()) {
      this.#main.flush();
      this.#backup?.flush();
      for (const { outlet } of this.#partitions.values()) outlet.flush();
      this.#errors.flush();
      await new Promise((resolve) => setTimeout(resolve, FLUSH_STEP_MS));
    }
  }

  get #isIdle(): boolean {
    const outlets = [this.#main, ...(this.#backup === undefined ? [] : [this.#backup])];
    return outlets.every(({ isIdle }) => isIdle) && this.#partitions.size === 0 && this.#errors.isIdle;
  }

  /** Ends tries and waits. Records that are not delivered yet stay in the source. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#main.ended(), this.#backup?.ended(), this.#errors.ended()]);
    await Promise.all([...this.#partitions.values()].map(({ outlet }) => outlet.ended()));
    await Promise.all(this.#closing);
    await closeRoute(this.#route);
  }

  /** A backup that was enabled stays enabled. */
  #openBackup(): void {
    const { backup } = this.#route;
    if (backup === undefined) return;
    if (this.#backup !== undefined) {
      this.#backup.hints = backup.hints;
      return;
    }
    const { clock, backupSource } = this.#parts;
    const { signal } = this.#ending;
    const deliver = (taken: SourceBatch) => this.#backUp(taken);
    this.#backup = new Outlet<SourceBatch>(backupSource(), backup.hints, { clock, signal, deliver });
    this.#backup.check();
  }

  /** While memory is used up, the largest buffer is delivered before it is due. */
  #hasRoom(): boolean {
    if (!this.#budget.isFull) return true;
    const [first, ...others] = [...this.#partitions.values()].map(({ outlet }) => outlet);
    if (first !== undefined) others.reduce((a, b) => (b.bytes > a.bytes ? b : a), first).flush();
    this.#errors.flush();
    return false;
  }

  async #take(taken: SourceBatch): Promise<void> {
    const route = this.#route;
    if (route.processing !== undefined || route.partitioning !== undefined) await this.#process(route, taken);
    else await this.#deliver(route, batchParts(taken), taken);
  }

  async #process(route: DeliveryRoute, taken: SourceBatch): Promise<void> {
    const { clock, observer, onDefect } = this.#parts;
    const { signal } = this.#ending;
    const processors = route.processing?.processors ?? [];
    const startMs = clock.nowMs();
    const processed = await processRecords(taken.records, processors, () => clock.nowMs(), onDefect, signal);
    if (signal.aborted) return;
    observer.processed(processed, clock.nowMs() - startMs);
    const { groups, failed } = this.#admitted(route, processed.records);
    const settled = countdown(groups.length + 1, () => taken.settle());
    this.#errors.add([...processed.failed, ...failed], settled);
    for (const { id, partitionKeys, records } of groups) {
      const { buffer, outlet } = this.#partition(route, id, partitionKeys);
      buffer.add(records, clock.nowMs(), settled);
      outlet.check();
    }
  }

  /** Sorts records into partitions. Records that would open too many of them fail. */
  #admitted(route: DeliveryRoute, records: readonly DeliveryRecord[]) {
    if (route.partitioning === undefined) {
      const group = { id: '', partitionKeys: undefined, records };
      return { groups: records.length === 0 ? [] : [group], failed: [] };
    }
    const { partitionsMax } = route.partitioning;
    const groups = [];
    const failed: FailedRecord[] = [];
    let free = partitionsMax - this.#partitions.size;
    for (const group of partitionsOf(records)) {
      if (this.#partitions.has(group.id) || free > 0) groups.push(group);
      else for (const record of group.records) failed.push(this.#partitionExceeded(record, partitionsMax));
      if (!this.#partitions.has(group.id) && free > 0) free -= 1;
    }
    this.#parts.observer.partitions(partitionsMax - free, failed.length > 0);
    return { groups, failed };
  }

  #partitionExceeded(record: DeliveryRecord, partitionsMax: number): FailedRecord {
    return {
      record,
      errorCode: 'DynamicPartitioning.ActivePartitionLimitExceeded',
      errorMessage: `The number of active partitions exceeded the limit of ${partitionsMax}.`,
      attemptsMade: 1,
      attemptEndedAtMs: this.#parts.clock.nowMs(),
    };
  }

  #partition(route: DeliveryRoute, id: string, partitionKeys: PartitionKeys | undefined): Partition {
    const partitions = this.#partitions;
    let partition = partitions.get(id);
    if (partition === undefined) {
      const { clock } = this.#parts;
      const buffer = new MemoryBuffer<DeliveryRecord>(({ data }) => data.length, this.#budget);
      const outlet = new Outlet<TakenItems<DeliveryRecord>>(buffer, route.hints, {
        clock,
        signal: this.#ending.signal,
        deliver: (taken) => this.#deliver(route, itemsParts(taken.items, partitionKeys), taken),
        onIdle: () => partitions.delete(id),
      });
      partition = { buffer, outlet };
      partitions.set(id, partition);
    }
    return partition;
  }

  #deliver(route: DeliveryRoute, parts: BatchParts, taken: TakenRecords): Promise<void> {
    return this.#send('destination', route, parts, taken, (failed) => this.#errors.add(failed, taken.settle));
  }

  #backUp(taken: SourceBatch): Promise<void> {
    const { destination } = this.#route.backup!;
    return this.#send('backup', { destination, retry: FOREVER }, batchParts(taken), taken, () => taken.settle());
  }

  /** @param ended called with the records that were not delivered, unless the pipeline ended before. */
  async #send(
    to: 'destination' | 'backup',
    { destination, retry }: Pick<DeliveryRoute, 'destination' | 'retry'>,
    parts: BatchParts,
    { count, bytes }: TakenRecords,
    ended: (failed: readonly FailedRecord[]) => void,
  ): Promise<void> {
    const { observer } = this.#parts;
    const { signal } = this.#ending;
    const batch = this.#batchOf(parts);
    const amount = { records: count, bytes, oldestArrivedAtMs: batch.oldestArrivedAtMs };
    const policy = this.#policy(retry, to, amount);
    const { failed, lateRecords } = await deliverBatch(batch, destination, policy, signal);
    if (signal.aborted) return;
    observer.delivered(to, amount);
    if (lateRecords > 0) observer.late(lateRecords);
    ended(failed);
  }

  /** The same object is tried each time. Its records are made when somebody reads them. */
  #batchOf(parts: BatchParts): DeliveryBatch {
    return Object.assign(parts, { id: randomUUID(), version: this.#parts.version() });
  }

  #policy(retry: RetryPolicy, to: 'destination' | 'backup', amount: Amount): DeliveryPolicy {
    const { clock, random, keptMs, onDefect, observer } = this.#parts;
    return { ...retry, keptMs, clock, random, onDefect, onTried: (isSuccess) => observer.tried(to, isSuccess, amount) };
  }
}

/** The backup is tried for as long as the records are kept. */
const FOREVER: RetryPolicy = { retryMs: Number.POSITIVE_INFINITY };

type BatchParts = Omit<DeliveryBatch, 'id' | 'version'>;

/** With processing, the source is read for the steps; otherwise it is the buffer of the destination. */
const mainHints = ({ processing, partitioning, hints }: DeliveryRoute) =>
  processing?.hints ?? (partitioning === undefined ? hints : AT_ONCE);

/** Without a processing step that has a buffer, records are read as they come. */
const AT_ONCE = { sizeBytes: 1024 * 1024, intervalMs: 0 } as const;

const itemsParts = (records: readonly DeliveryRecord[], partitionKeys: PartitionKeys | undefined): BatchParts => ({
  records,
  oldestArrivedAtMs: oldestArrivalMs(records),
  partitionKeys,
});

/** The parts of a batch. Its records are made when somebody reads them. */
function batchParts(taken: SourceBatch): BatchParts {
  const { oldestArrivedAtMs, data } = taken;
  return {
    oldestArrivedAtMs,
    get records() {
      return taken.records;
    },
    ...(data === undefined ? {} : { pieces: [data] }),
  };
}
