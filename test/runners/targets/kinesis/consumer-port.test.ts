import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { ACCEPTED, PENDING, RecordBatch } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { ENVELOPE_BYTES } from '../../../../runners/targets/envelope.ts';
import { KinesisConsumerPort } from '../../../../runners/targets/kinesis/kinesis-consumer.ts';
import { type KinesisHandle, setUpKinesis } from '../../../../runners/targets/kinesis/kinesis-target.ts';
import { SdkProducerPort } from '../../../../runners/targets/kinesis/sdk-producer.ts';
import { RECEIPT } from '../../../../runners/targets/receipt.ts';
import type { Target } from '../../../../runners/targets/target.ts';
import { LoopPause } from '../../../../runners/threads/loop-pause.ts';
import type { ConsumerSpec } from '../../../../workloads/scenario.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import { startOwn } from './peers.ts';

const MINUTE_MS = 60_000;
const PATIENCE_MS = 20_000;
/** Every consumer behaves alike with both clients. */
const CLIENTS = ['sdk', 'lean'] as const;
const POLLING = { name: 'reader', kind: 'polling', intervalNs: 20e6 } as const;
const FAN_OUT = { name: 'reader', kind: 'fan-out' } as const;
const keys = textTable(['a', 'b', 'c', 'd']);
const payloads = textTable(['x'.repeat(ENVELOPE_BYTES)]);

/** An engine whose clock the test turns, so that minutes pass at once. */
let own: Awaited<ReturnType<typeof startOwn>>;

beforeEach(async () => {
  const clock = new VirtualClock(Date.now() + MINUTE_MS);
  own = await startOwn({ clock, limits: 'none', streams: { orders: 2 } });
});
afterEach(() => own.close());

/** One producer and one consumer of the stream, in this thread. */
class Bench {
  readonly target: Target;
  readonly consumer: KinesisConsumerPort;
  readonly received: number[] = [];
  readonly #producer: SdkProducerPort;
  readonly #pause = new LoopPause();
  #sent = 0;

  static async open(consumer: ConsumerSpec, client: KinesisTargetSpec['client']): Promise<Bench> {
    const spec: KinesisTargetSpec = {
      kind: 'kinesis',
      stream: 'orders',
      endpoint: own.endpoint,
      client,
      put: 'records',
      aggregate: false,
      protocol: 'http2',
      maxRecordBytes: 2 ** 20,
      timeoutNs: 5e9,
    };
    const scenario = { name: 't', seed: 1, workloads: [], consumers: [consumer], thresholds: [], drainNs: 0 };
    const bench = new Bench(await setUpKinesis(spec, { ...scenario, target: spec }), consumer);
    await bench.#producer.open();
    await bench.consumer.open();
    return bench;
  }

  private constructor(target: Target, consumer: ConsumerSpec) {
    const handle = target.handle as KinesisHandle;
    const wake = () => this.#pause.wake();
    this.target = target;
    this.#producer = new SdkProducerPort(handle, { keys, batchCapacity: 4, inFlight: 1, seed: 1, source: 0, wake });
    this.consumer = new KinesisConsumerPort(handle, { consumer, now: () => 0, wake });
  }

  /** One record with each key, numbered by the round. */
  async put(): Promise<void> {
    const batch = new RecordBatch(4, keys, payloads, 0);
    for (let row = 0; row < 4; row++) {
      batch.keyIndex[row] = row;
      batch.keyCounter[row] = this.#sent;
      batch.status[row] = PENDING;
    }
    batch.count = 4;
    this.#sent += 1;
    this.#producer.put(0, batch, 0);
    await this.#until(() => this.#producer.poll() === 0);
    expect(Array.from(batch.status)).toEqual(new Array(4).fill(ACCEPTED));
  }

  /** Waits until everything has come, each record once. */
  async receiveAll(): Promise<void> {
    await this.#until(() => {
      this.#poll();
      return this.received.length >= 4 * this.#sent;
    });
    const expected = Array.from({ length: 4 * this.#sent }, (_, i) => Math.floor(i / 4));
    expect(this.received.toSorted((a, b) => a - b)).toEqual(expected);
  }

  async untilCounted(name: string, atLeast = 1): Promise<void> {
    await this.#until(() => {
      this.#poll();
      return (this.consumer.counts[name] ?? 0) >= atLeast;
    });
  }

  async close(): Promise<void> {
    await this.consumer.close();
    this.#producer.close();
    await this.target.tearDown();
  }

  #poll(): void {
    const receive = (_source: number, _keyIndex: number, keyCounter: number) => {
      this.received.push(keyCounter);
      return RECEIPT.inOrder;
    };
    this.consumer.poll(0, { begin: () => {}, receive, end: () => {} });
  }

  async #until(isDone: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!isDone()) {
      if (performance.now() > deadlineMs) throw new Error('nothing came');
      await this.#pause.for(20e6);
    }
  }
}

async function withBench(
  consumer: ConsumerSpec,
  client: KinesisTargetSpec['client'],
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const bench = await Bench.open(consumer, client);
  try {
    await use(bench);
  } finally {
    await bench.close();
  }
}

describe.each(CLIENTS)('a polling consumer with client: %s', (client) => {
  test('a polling consumer gets new iterators when its own have expired, and continues after the last record', () =>
    withBench(POLLING, client, async (bench) => {
      await bench.put();
      await bench.receiveAll();
      const before = bench.consumer.counts.iterators!;
      own.engine.advance(6 * MINUTE_MS);
      await bench.put();
      await bench.untilCounted('errors.ExpiredIteratorException');
      await bench.receiveAll();
      expect(bench.consumer.counts.iterators!).toBeGreaterThan(before);
    }));

  test('a polling consumer without a record continues where it began', () =>
    withBench(POLLING, client, async (bench) => {
      own.engine.advance(6 * MINUTE_MS);
      await bench.untilCounted('errors.ExpiredIteratorException');
      await bench.put();
      await bench.receiveAll();
    }));

  test('a polling consumer fails with the error of the service if it may not read the stream', () =>
    withBench(POLLING, client, async (bench) => {
      await bench.put();
      own.engine.account.faults.set([{ kind: 'error', operation: 'GetRecords', code: 'AccessDeniedException' }]);
      await expect(bench.receiveAll()).rejects.toThrow(/RUNNER_TARGET_FAILED AccessDeniedException/);
    }));

  test('a polling consumer continues after it was throttled', () =>
    withBench(POLLING, client, async (bench) => {
      const { faults } = own.engine.account;
      faults.set([{ kind: 'throttle', operation: 'GetRecords' }]);
      await bench.put();
      await bench.untilCounted('errors.ProvisionedThroughputExceededException', 4);
      expect(bench.received).toEqual([]);
      faults.set([]);
      await bench.receiveAll();
    }));
});

describe.each(CLIENTS)('a fan-out consumer with client: %s', (client) => {
  test('a fan-out consumer subscribes again after five minutes', () =>
    withBench(FAN_OUT, client, async (bench) => {
      await bench.put();
      await bench.receiveAll();
      own.engine.advance(5 * MINUTE_MS + 1000);
      await bench.put();
      await bench.receiveAll();
      expect(bench.consumer.counts).toMatchObject({ subscriptions: 4 });
    }));

  test('a fan-out consumer subscribes again after another program took over its subscription', () =>
    withBench(FAN_OUT, client, async (bench) => {
      const { consumerArns, connection } = bench.target.handle as KinesisHandle;
      const other = await openClient(connection, { sockets: 1, for: 'subscriptions' });
      own.engine.advance(6000);
      const { EventStream } = await other.subscribeToShard({
        ConsumerARN: consumerArns.reader!,
        ShardId: 'shardId-000000000000',
        StartingPosition: { Type: 'LATEST' },
      });
      expect(EventStream).toBeDefined();
      own.engine.advance(6000);
      await bench.put();
      await bench.receiveAll();
      expect(bench.consumer.counts.subscriptions!).toBeGreaterThan(2);
      other.destroy();
    }));

  test('a fan-out consumer continues after the service failed for a while', () =>
    withBench(FAN_OUT, client, async (bench) => {
      const { faults } = own.engine.account;
      faults.set([{ kind: 'error', operation: 'SubscribeToShard', code: 'InternalFailureException' }]);
      own.engine.advance(5 * MINUTE_MS + 1000);
      await bench.untilCounted('errors.InternalFailureException', 2);
      faults.set([]);
      await bench.put();
      await bench.receiveAll();
    }));
});
