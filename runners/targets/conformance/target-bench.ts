import { type ByteTable, PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import type { ConsumerSpec, Scenario } from '../../../workloads/scenario.ts';
import { LoopPause } from '../../threads/loop-pause.ts';
import { RECEIPT } from '../receipt.ts';
import type { ConsumerPort, ProducerPort, Receiver, Target, TargetDriver } from '../target.ts';

export const SOURCE = 5;
const KEY_COUNT = 16;
export const KEY_BYTES = 5;
const PAYLOAD_BYTES = 33;
const BATCH_CAPACITY = 20;
const IN_FLIGHT = 3;
/** Longer than any response of a server on this machine takes. */
const PATIENCE_MS = 30_000;

export const SCENARIO: Scenario = {
  name: 'conformance',
  seed: 1,
  target: { kind: 'noop', shards: 1, delay: { kind: 'none' }, stalls: [] },
  workloads: [],
  consumers: [],
  thresholds: [],
  drainNs: 1e9,
};

export const intendedOf = (keyIndex: number, keyCounter: number) => keyIndex * 1e6 + keyCounter;
export const statuses = (batch: RecordBatch) => Array.from(batch.status.subarray(0, batch.count));

/** A producer and a consumer of one target, under a clock that the test advances. Responses by the event loop come in real time. */
export class TargetBench {
  readonly target: Target;
  readonly producer: ProducerPort;
  readonly consumer: ConsumerPort | undefined;
  readonly receiver: Receiver;
  readonly payloadBytes: number;
  readonly #keys = table(KEY_COUNT, KEY_BYTES);
  readonly #payloads: ByteTable;
  readonly #numbers = new Int32Array(KEY_COUNT);
  readonly #received: Received[] = [];
  readonly #pause = new LoopPause();
  #records = 0;
  nowNs = 1e6;

  constructor(target: Target, driver: TargetDriver, consumer: ConsumerSpec) {
    this.target = target;
    this.payloadBytes = Math.max(PAYLOAD_BYTES, target.traits.envelopeBytes);
    this.#payloads = table(1, this.payloadBytes);
    const wake = () => this.#pause.wake();
    const context = {
      keys: this.#keys,
      batchCapacity: BATCH_CAPACITY,
      inFlight: IN_FLIGHT,
      seed: 1,
      source: SOURCE,
      wake,
    };
    this.producer = driver.openProducer(target.handle, context);
    const isOwn = target.traits.consumers === 'own';
    this.consumer = isOwn ? driver.openConsumer!(target.handle, { consumer, now: () => this.nowNs, wake }) : undefined;
    this.receiver = {
      begin: () => {},
      receive: (source, keyIndex, keyCounter, intendedAtNs, bytes) => {
        this.#received.push({ source, keyIndex, keyCounter, intendedAtNs, bytes });
        return RECEIPT.inOrder;
      },
      end: () => {},
    };
  }

  async open(): Promise<void> {
    await this.producer.open?.();
    await this.consumer?.open?.();
  }

  batch(count: number): RecordBatch {
    const batch = new RecordBatch(BATCH_CAPACITY, this.#keys, this.#payloads, SOURCE);
    for (let row = 0; row < count; row++) {
      const keyIndex = (this.#records * 7) % KEY_COUNT;
      this.#records += 1;
      batch.keyIndex[row] = keyIndex;
      batch.keyCounter[row] = this.#numbers[keyIndex]!;
      batch.intendedAtNs[row] = intendedOf(keyIndex, this.#numbers[keyIndex]!);
      this.#numbers[keyIndex]! += 1;
      batch.status[row] = PENDING;
    }
    batch.count = count;
    return batch;
  }

  /** Polls until so many calls have their response; returns their slots. */
  async responses(count: number): Promise<number[]> {
    const slots: number[] = [];
    await this.#until(() => {
      const slot = this.producer.poll(this.nowNs);
      if (slot >= 0) slots.push(slot);
      else this.nowNs = Math.max(this.nowNs + 1e5, Math.min(this.producer.nextAtNs, this.nowNs + 1e9));
      return { isDone: slots.length === count, isIdle: slot < 0 };
    });
    return slots;
  }

  async receive(count: number): Promise<readonly Received[]> {
    await this.#until(() => {
      const got = this.consumer!.poll(this.nowNs, this.receiver);
      if (got === 0) this.nowNs += 1e6;
      return { isDone: this.#received.length >= count, isIdle: got === 0 };
    });
    return this.#received;
  }

  async close(): Promise<void> {
    await this.producer.close();
    await this.consumer?.close();
  }

  /** Targets that block the thread need only the clock to advance; others need the event loop to turn. */
  async #until(step: () => { readonly isDone: boolean; readonly isIdle: boolean }): Promise<void> {
    const isOnLoop = this.target.traits.waits === 'event-loop';
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (let turns = 0; isOnLoop ? performance.now() < deadlineMs : turns < 10_000; turns++) {
      const { isDone, isIdle } = step();
      if (isDone) return;
      if (isOnLoop && isIdle) await this.#pause.for(50e6);
    }
  }
}

export interface Received {
  readonly source: number;
  readonly keyIndex: number;
  readonly keyCounter: number;
  readonly intendedAtNs: number;
  readonly bytes: number;
}

/** Creates strings of one length, each different from the next. */
function table(count: number, length: number): ByteTable {
  const strideBytes = (length + 7) & ~7;
  const memory = new SharedArrayBuffer(count * strideBytes);
  const bytes = new Uint8Array(memory);
  for (let i = 0; i < count; i++) bytes.fill(97 + (i % 26), i * strideBytes, i * strideBytes + length);
  return {
    longs: new BigInt64Array(memory),
    bytes,
    offsets: Int32Array.from({ length: count }, (_, i) => i * strideBytes),
    lengths: new Int32Array(count).fill(length),
  };
}
