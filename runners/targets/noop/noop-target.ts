import { ACCEPTED, type RecordBatch } from '../../../engine/log/record-batch.ts';
import { lognormalQuantile } from '../../../workloads/quantiles.ts';
import { deriveSeed, uniformAt } from '../../../workloads/random.ts';
import type { DelaySpec, NoopTargetSpec } from '../../../workloads/targets/noop.ts';
import type { ProducerContext, ProducerPort, Target, TargetHandle } from '../target.ts';
import { createServiceQueue, ServiceQueue, type ServiceQueueHandle } from './service-queue.ts';

export interface NoopHandle extends TargetHandle {
  readonly kind: 'noop';
  readonly spec: NoopTargetSpec;
  /** Shared by all producers; absent without a service time. */
  readonly queue?: ServiceQueueHandle;
}

/** Nothing is stored, so nothing is too large; scenarios are held to what Kinesis takes at most. */
const RECORD_BYTES_MAX = 10 * 1024 * 1024;

export async function setUpNoop(spec: NoopTargetSpec): Promise<Target> {
  const { queue } = spec;
  const handle: NoopHandle = {
    kind: 'noop',
    spec,
    ...(queue === undefined ? {} : { queue: createServiceQueue(queue) }),
  };
  const traits = {
    shardCount: spec.shards,
    shardCapacity: spec.shards,
    consumers: 'with-producers',
    waits: 'thread',
    residenceStart: 'acknowledgement',
    maxRecordBytes: RECORD_BYTES_MAX,
    envelopeBytes: 0,
  } as const;
  return { traits, handle, tearDown: async () => {} };
}

/**
 * A target with known latencies: a call waits for a server if there is a queue, and gets its response after its delay, but never
 * during a stall.
 * A call's shard is its records' key index modulo the shards; nothing is hashed, nothing is copied.
 */
export class NoopProducerPort implements ProducerPort {
  readonly #shards: number;
  readonly #delay: DelaySpec;
  readonly #stalls: NoopTargetSpec['stalls'];
  readonly #delaySeed: number;
  readonly #queue: ServiceQueue | undefined;
  #calls = 0;
  /** By slot: time of the response to the open call; Infinity if the slot is free. */
  readonly #responseAtNs: Float64Array;
  readonly #batches: (RecordBatch | undefined)[];
  nextAtNs = Number.POSITIVE_INFINITY;

  constructor({ spec, queue }: NoopHandle, { inFlight, seed, source }: ProducerContext) {
    this.#shards = spec.shards;
    this.#delay = spec.delay;
    this.#stalls = spec.stalls;
    this.#delaySeed = deriveSeed(seed, `noop delays of producer ${source}`);
    this.#queue = queue && new ServiceQueue(queue);
    this.#responseAtNs = new Float64Array(inFlight).fill(Number.POSITIVE_INFINITY);
    this.#batches = new Array<RecordBatch | undefined>(inFlight).fill(undefined);
  }

  put(slot: number, batch: RecordBatch, nowNs: number): void {
    const servedAtNs = this.#queue === undefined ? nowNs : this.#queue.enter(batch.count, nowNs);
    const responseAtNs = this.#afterStalls(servedAtNs + this.#delayNs());
    this.#responseAtNs[slot] = responseAtNs;
    this.#batches[slot] = batch;
    if (responseAtNs < this.nextAtNs) this.nextAtNs = responseAtNs;
  }

  poll(nowNs: number): number {
    if (nowNs < this.nextAtNs) return -1;
    let first = -1;
    let firstAtNs = Number.POSITIVE_INFINITY;
    let secondAtNs = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#responseAtNs.length; slot++) {
      const atNs = this.#responseAtNs[slot]!;
      if (atNs < firstAtNs) {
        secondAtNs = firstAtNs;
        firstAtNs = atNs;
        first = slot;
      } else if (atNs < secondAtNs) secondAtNs = atNs;
    }
    this.nextAtNs = secondAtNs;
    this.#responseAtNs[first] = Number.POSITIVE_INFINITY;
    this.#accept(this.#batches[first]!);
    return first;
  }

  close(): void {}

  #accept(batch: RecordBatch): void {
    const { status, shard, keyIndex, count } = batch;
    const shards = this.#shards;
    for (let row = 0; row < count; row++) {
      status[row] = ACCEPTED;
      shard[row] = keyIndex[row]! % shards;
    }
  }

  #delayNs(): number {
    const delay = this.#delay;
    switch (delay.kind) {
      case 'none':
        return 0;
      case 'fixed':
        return delay.ns;
      case 'lognormal':
        this.#calls += 1;
        return lognormalQuantile(delay.p50Ns, delay.p99Ns, uniformAt(this.#delaySeed, this.#calls) || 0.5);
    }
  }

  /** A response that falls into a stall arrives at its end. */
  #afterStalls(responseAtNs: number): number {
    let atNs = responseAtNs;
    for (const stall of this.#stalls) {
      if (atNs >= stall.atNs && atNs < stall.atNs + stall.forNs) atNs = stall.atNs + stall.forNs;
    }
    return atNs;
  }
}
