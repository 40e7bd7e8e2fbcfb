import { type Base, initProducerIdV4 } from '@platformatic/kafka';
import type { CallFault, Counts } from '../../aws/call-faults.ts';
import { type BatchCodec, type PartitionBatch, sealBatch } from './batch-encoder.ts';
import { faultOfKafkaCode, KAFKA_CODES } from './kafka-faults.ts';
import { untilServed } from './until-served.ts';

/**
 * A broker remembers the last five batches of a producer in a partition, so that it discards those that come again.
 * Source: max.in.flight.requests.per.connection of Java's producer, Apache Kafka 4.4.
 */
export const IDEMPOTENT_CALLS_MAX = 5;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 1000;
const SEQUENCE_LIMIT = 2 ** 31;
const NO_TRANSACTION_MS = 60_000;

const DUPLICATE = faultOfKafkaCode(KAFKA_CODES.duplicateSequence).code;
const OUT_OF_ORDER = faultOfKafkaCode(KAFKA_CODES.outOfOrderSequence).code;
/** The broker no longer knows the producer, or never stored what came before. */
const FORGOTTEN = new Set([
  faultOfKafkaCode(KAFKA_CODES.unknownProducerId).code,
  faultOfKafkaCode(KAFKA_CODES.invalidProducerEpoch).code,
]);
const EXPIRED: CallFault = { code: 'DeliveryTimeout', kind: 'refused' };

interface IdempotentSetting {
  readonly codec: BatchCodec;
  readonly deliveryTimeoutMs: number;
  readonly counts: Counts;
  send(parts: readonly PartitionBatch[]): void;
  settle(part: PartitionBatch, fault: CallFault | undefined): void;
  refresh(): Promise<void>;
}

interface SequencedBatch {
  readonly part: PartitionBatch;
  readonly expiresAtMs: number;
  state: 'waiting' | 'in-flight' | 'failed';
}

/** Batches of one partition, in the order of their sequences. */
interface PartitionQueue {
  producerId: bigint;
  epoch: number;
  nextSequence: number;
  /** Without an outcome, the oldest first. */
  open: SequencedBatch[];
  inFlight: number;
  /** A batch failed: nothing new is sent before everything in flight has a response. */
  isRecovering: boolean;
  /** The sequences have a gap that the broker will never see filled: they begin again with a new producer id. */
  needsProducer: boolean;
  attempts: number;
  timer: NodeJS.Timeout | undefined;
}

/** Requests a producer id, and opens the queues. */
export async function openIdempotentCalls(client: Base, setting: IdempotentSetting): Promise<IdempotentCalls> {
  return new IdempotentCalls(client, setting, await untilServed(() => requestProducer(client)));
}

type Producer = { readonly producerId: bigint; readonly epoch: number };

async function requestProducer(client: Base): Promise<Producer> {
  const metadata = await client.metadata({ topics: [] });
  const [broker] = metadata.brokers.values();
  if (broker === undefined) throw new Error('the cluster has no brokers');
  const connection = await client.connections.get(broker);
  const { producerId, producerEpoch } = await initProducerIdV4.api.async(connection, null, NO_TRANSACTION_MS, -1n, -1);
  return { producerId, epoch: producerEpoch };
}

/**
 * Retries of an idempotent producer. The broker accepts the batches of a partition in the order of their sequences only, so a
 * batch that failed is sent again as it is, followed by those behind it. The harness's own retries would give its records new
 * sequences, and the broker could not recognize them.
 *
 *   in flight: 7 8 9     7 fails, 8 and 9 are out of order     when all have a response: 7 8 9 again
 */
export class IdempotentCalls {
  readonly #client: Base;
  readonly #setting: IdempotentSetting;
  readonly #producer: Producer;
  readonly #queues = new Map<number, PartitionQueue>();
  #isClosed = false;

  constructor(client: Base, setting: IdempotentSetting, producer: Producer) {
    this.#client = client;
    this.#setting = setting;
    this.#producer = producer;
  }

  /** Sends what may be sent; the rest waits for its turn. */
  start(parts: readonly PartitionBatch[]): void {
    const expiresAtMs = performance.now() + this.#setting.deliveryTimeoutMs;
    const sent: PartitionBatch[] = [];
    for (const part of parts) {
      const queue = this.#queueOf(part.partition);
      queue.open.push({ part, expiresAtMs, state: 'waiting' });
      // Batches that have waited since a recovery come first: sequences follow the order in which batches were handed over.
      if (!queue.isRecovering) this.#sealWaiting(queue, sent);
    }
    if (sent.length > 0) this.#setting.send(sent);
  }

  /** @param fault undefined if the broker has stored the batch. */
  outcome(part: PartitionBatch, fault: CallFault | undefined): void {
    const queue = this.#queueOf(part.partition);
    const index = queue.open.findIndex((one) => one.part === part);
    const batch = queue.open[index];
    if (batch === undefined) return;
    queue.inFlight -= 1;
    const isHead = index === 0;
    if (fault === undefined || fault.code === DUPLICATE) {
      queue.open.splice(index, 1);
      queue.attempts = 0;
      this.#setting.settle(part, undefined);
    } else if (isRetriable(fault)) {
      batch.state = 'failed';
      queue.isRecovering = true;
      // Nothing of this producer precedes it, so the broker has lost what did.
      if (FORGOTTEN.has(fault.code) || (isHead && fault.code === OUT_OF_ORDER)) queue.needsProducer = true;
    } else {
      queue.open.splice(index, 1);
      queue.isRecovering = true;
      queue.needsProducer = true;
      this.#setting.settle(part, fault);
    }
    if (!queue.isRecovering) this.#sendWaiting(queue);
    else if (queue.inFlight === 0) this.#recoverLater(queue);
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#queues.values()) clearTimeout(timer);
  }

  #queueOf(partition: number): PartitionQueue {
    const known = this.#queues.get(partition);
    if (known !== undefined) return known;
    const { producerId, epoch } = this.#producer;
    const state = { producerId, epoch, nextSequence: 0, open: [], inFlight: 0, attempts: 0, timer: undefined };
    const queue: PartitionQueue = { ...state, isRecovering: false, needsProducer: false };
    this.#queues.set(partition, queue);
    return queue;
  }

  #seal(queue: PartitionQueue, batch: SequencedBatch): void {
    const { producerId, epoch, nextSequence: sequence } = queue;
    sealBatch(batch.part.bytes, this.#setting.codec, { producerId, epoch, sequence });
    queue.nextSequence = (sequence + batch.part.recordCount) % SEQUENCE_LIMIT;
    queue.inFlight += 1;
    batch.state = 'in-flight';
  }

  #sendWaiting(queue: PartitionQueue): void {
    const next: PartitionBatch[] = [];
    this.#sealWaiting(queue, next);
    if (next.length > 0) this.#setting.send(next);
  }

  /** Adds the batches that may be sent now to a list, the oldest first. */
  #sealWaiting(queue: PartitionQueue, sent: PartitionBatch[]): void {
    for (const batch of queue.open) {
      if (queue.inFlight >= IDEMPOTENT_CALLS_MAX) return;
      if (batch.state !== 'waiting') continue;
      this.#seal(queue, batch);
      sent.push(batch.part);
    }
  }

  #recoverLater(queue: PartitionQueue): void {
    if (this.#isClosed) return;
    const delayMs = Math.min(RETRY_MS_MIN * 2 ** queue.attempts, RETRY_MS_MAX);
    queue.attempts += 1;
    queue.timer = setTimeout(() => void this.#recover(queue), delayMs);
  }

  /** Sends everything that failed again, in its order, and fails the batches that have expired. */
  async #recover(queue: PartitionQueue): Promise<void> {
    await this.#setting.refresh();
    const nowMs = performance.now();
    for (const { part } of queue.open.filter(({ expiresAtMs }) => expiresAtMs <= nowMs)) {
      queue.needsProducer = true;
      this.#setting.counts.add(`errors.${EXPIRED.code}`, part.recordCount);
      this.#setting.settle(part, EXPIRED);
    }
    queue.open = queue.open.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    if (queue.needsProducer && !(await this.#renew(queue))) {
      this.#recoverLater(queue);
      return;
    }
    queue.isRecovering = false;
    const again = queue.open.filter(({ state }) => state === 'failed');
    this.#setting.counts.add('retriedBatches', again.length);
    queue.inFlight += again.length;
    for (const batch of again) batch.state = 'in-flight';
    if (again.length > 0) this.#setting.send(again.map(({ part }) => part));
    else this.#sendWaiting(queue);
  }

  /** Gives the batches of a partition a new producer and sequences from 0. Returns false if no broker responds. */
  async #renew(queue: PartitionQueue): Promise<boolean> {
    try {
      const { producerId, epoch } = await requestProducer(this.#client);
      Object.assign(queue, { producerId, epoch, nextSequence: 0, needsProducer: false });
    } catch {
      return false;
    }
    this.#setting.counts.add('producerIds');
    for (const batch of queue.open) {
      if (batch.state !== 'failed') continue;
      this.#seal(queue, batch);
      queue.inFlight -= 1;
      batch.state = 'failed';
    }
    return true;
  }
}

const isRetriable = ({ kind, code }: CallFault) => kind === 'transient' || code === OUT_OF_ORDER || FORGOTTEN.has(code);
