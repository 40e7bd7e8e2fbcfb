import type { Base, Connection } from '@platformatic/kafka';
import { ACCEPTED, type RecordBatch } from '../../../engine/log/record-batch.ts';
import { type CallFault, Counts } from '../../aws/call-faults.ts';
import { STATUS_OF_FAULT } from '../../aws/open-puts.ts';
import { OpenSlots } from '../../aws/open-slots.ts';
import type { ProducerContext, ProducerPort } from '../target.ts';
import { type BatchCodec, BatchEncoder, type PartitionBatch, sealBatch } from './batch-encoder.ts';
import { codecOf } from './codec.ts';
import { type IdempotentCalls, openIdempotentCalls } from './idempotent-calls.ts';
import { openClient } from './kafka-client.ts';
import { kafkaFailed } from './kafka-errors.ts';
import { faultOfKafkaCode, KAFKA_CODES, kafkaFaultOf } from './kafka-faults.ts';
import type { KafkaHandle } from './kafka-handle.ts';
import { knownPartitions } from './partition-growth.ts';
import { Partitioner } from './partitioner.ts';
import { produce } from './produce-call.ts';
import { TopicView } from './topic-view.ts';

const NO_LEADER: CallFault = { code: 'LEADER_NOT_AVAILABLE', kind: 'transient' };

/** Sends a batch as one produce request to each broker that leads one of its partitions. */
export class KafkaProducerPort implements ProducerPort {
  readonly #handle: KafkaHandle;
  readonly #encoder: BatchEncoder;
  readonly #codec: BatchCodec;
  readonly #partitioner: Partitioner;
  readonly #wake: () => void;
  readonly #counts = new Counts();
  /** The calls of a slot are its partition batches. */
  readonly #slots: OpenSlots;
  #client: Base | undefined;
  #topic: TopicView | undefined;
  #calls: IdempotentCalls | undefined;
  /** Since when no broker has responded; Infinity while one does. */
  #silentSinceMs = Number.POSITIVE_INFINITY;
  #failure: unknown;

  constructor(handle: KafkaHandle, { keys, inFlight, batchCapacity, wake }: ProducerContext) {
    this.#handle = handle;
    this.#wake = wake ?? (() => {});
    this.#codec = codecOf(handle.spec.compression);
    this.#partitioner = new Partitioner(keys, handle.partitionCount);
    const { runId, maxBatchBytes } = handle;
    const parts = { codec: this.#codec, partitioner: this.#partitioner };
    this.#encoder = new BatchEncoder({ keys, runId, batchCapacity, inFlight, maxBatchBytes, ...parts });
    this.#slots = new OpenSlots(inFlight, this.#wake);
  }

  /** Connects to every leader, so that the first record does not wait for that. */
  async open(): Promise<void> {
    const { spec } = this.#handle;
    try {
      this.#client = openClient(spec);
      this.#topic = new TopicView(this.#client, spec.topic);
      await this.#topic.refresh();
      const leaders = new Set(Array.from({ length: this.#topic.partitionCount }, (_, i) => this.#topic!.leaderOf(i)));
      await Promise.all([...leaders].filter((node) => node >= 0).map((node) => this.#topic!.connectionTo(node)));
      if (spec.idempotent) this.#calls = await this.#openIdempotent();
    } catch (error) {
      throw kafkaFailed(spec, error);
    }
  }

  get nextAtNs(): number {
    return this.#failure === undefined ? this.#slots.nextAtNs : Number.NEGATIVE_INFINITY;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    this.#followPartitions();
    const parts = this.#encoder.encode(slot, batch, nowNs, Date.now());
    this.#slots.open(slot, parts.length);
    if (parts.length === 0) return;
    if (this.#calls !== undefined) this.#calls.start(parts);
    else {
      for (const part of parts) sealBatch(part.bytes, this.#codec);
      this.#send(parts);
    }
  }

  /** @throws RunnerError RUNNER_TARGET_FAILED when no broker has responded for the delivery timeout. */
  poll(): number {
    const slot = this.#slots.poll();
    if (slot < 0 && this.#failure !== undefined) throw this.#failure;
    return slot;
  }

  async close(): Promise<void> {
    this.#calls?.close();
    await this.#client?.close().catch(() => {});
  }

  #openIdempotent(): Promise<IdempotentCalls> {
    return openIdempotentCalls(this.#client!, {
      codec: this.#codec,
      deliveryTimeoutMs: this.#handle.spec.deliveryTimeoutNs / 1e6,
      counts: this.#counts,
      send: (parts) => this.#send(parts),
      settle: (part, fault) => this.#settle(part, fault),
      refresh: () => this.#topic!.refreshAfterError(),
    });
  }

  /** The partitions of the topic are added by a step of the run, or by somebody else. */
  #followPartitions(): void {
    const topic = this.#topic!;
    if (this.#partitioner.partitionCount !== topic.partitionCount) {
      this.#partitioner.partitionCount = topic.partitionCount;
      this.#counts.add('partitionMaps');
    }
    if (topic.partitionCount >= knownPartitions(this.#handle) && !topic.isOld) return;
    void topic.refresh().catch((error: unknown) => this.#counts.add(`errors.${kafkaFaultOf(error).code}`));
  }

  /** One request for each leader; a partition that has two batches gets a second one. */
  #send(parts: readonly PartitionBatch[]): void {
    for (const group of groupsOf(parts, (partition) => this.#topic!.leaderOf(partition))) void this.#call(group);
  }

  async #call(parts: readonly PartitionBatch[]): Promise<void> {
    const { spec } = this.#handle;
    const node = this.#topic!.leaderOf(parts[0]!.partition);
    if (node < 0) {
      this.#outcome(parts, () => NO_LEADER);
      await this.#topic!.refreshAfterError();
      return;
    }
    this.#counts.add('calls');
    try {
      const connection = await this.#connectionTo(node);
      const call = { topic: spec.topic, acks: spec.acks, timeoutMs: Math.ceil(spec.timeoutNs / 1e6), parts };
      const { codes, throttledMs } = await produce(connection, call);
      this.#silentSinceMs = Number.POSITIVE_INFINITY;
      if (throttledMs > 0) {
        this.#counts.add('throttledCalls');
        this.#counts.add('throttledMs', throttledMs);
      }
      this.#outcome(parts, ({ partition }) => {
        const code = codes.get(partition) ?? KAFKA_CODES.none;
        return code === KAFKA_CODES.none ? undefined : faultOfKafkaCode(code);
      });
    } catch (error) {
      this.#counts.add('failedCalls');
      const fault = kafkaFaultOf(error);
      this.#outcome(parts, () => fault);
      this.#noteSilence(error);
    }
  }

  /** A connection that is open needs no turn of the event loop. */
  #connectionTo(node: number): Promise<Connection> {
    return this.#topic!.connectionTo(node);
  }

  #outcome(parts: readonly PartitionBatch[], faultOf: (part: PartitionBatch) => CallFault | undefined): void {
    let isStale = false;
    for (const part of parts) {
      const fault = faultOf(part);
      if (fault !== undefined) {
        this.#counts.add(`errors.${fault.code}`, part.recordCount);
        isStale ||= fault.kind === 'transient';
      }
      if (this.#calls === undefined) this.#settle(part, fault);
      else this.#calls.outcome(part, fault);
    }
    if (isStale) void this.#topic!.refreshAfterError();
  }

  #settle({ slot, batch, firstRow, nextRow, recordCount }: PartitionBatch, fault: CallFault | undefined): void {
    const status = fault === undefined ? ACCEPTED : STATUS_OF_FAULT[fault.kind];
    let row = firstRow;
    for (let i = 0; i < recordCount; i++) {
      batch.status[row] = status;
      row = nextRow[row]!;
    }
    this.#slots.callEnded(slot);
  }

  /** A cluster that is gone for good ends the run, and what was measured is kept. */
  #noteSilence(error: unknown): void {
    const nowMs = performance.now();
    this.#silentSinceMs = Math.min(this.#silentSinceMs, nowMs);
    if (nowMs - this.#silentSinceMs < this.#handle.spec.deliveryTimeoutNs / 1e6) return;
    this.#failure ??= kafkaFailed(this.#handle.spec, error);
    this.#wake();
  }
}

/** Groups by leader. A request holds one batch of a partition at most. */
function groupsOf(parts: readonly PartitionBatch[], leaderOf: (partition: number) => number): PartitionBatch[][] {
  if (parts.length === 1) return [[parts[0]!]];
  const groups: PartitionBatch[][] = [];
  const open = new Map<number, PartitionBatch[]>();
  for (const part of parts) {
    const leader = leaderOf(part.partition);
    const group = open.get(leader);
    if (group === undefined || group.some(({ partition }) => partition === part.partition)) {
      const next = [part];
      open.set(leader, next);
      groups.push(next);
    } else group.push(part);
  }
  return groups;
}
