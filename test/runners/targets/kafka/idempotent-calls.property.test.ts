import type { Base } from '@platformatic/kafka';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RecordBatch } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { Counts } from '../../../../runners/aws/call-faults.ts';
import type { PartitionBatch } from '../../../../runners/targets/kafka/batch-encoder.ts';
import { BASE_SEQUENCE_OFFSET, BATCH_HEADER_BYTES } from '../../../../runners/targets/kafka/batch-format.ts';
import { codecOf } from '../../../../runners/targets/kafka/codec.ts';
import { IdempotentCalls } from '../../../../runners/targets/kafka/idempotent-calls.ts';
import { faultOfKafkaCode, KAFKA_CODES } from '../../../../runners/targets/kafka/kafka-faults.ts';

const table = textTable(['k']);
const batch = new RecordBatch(1, table, table, 0);
const LOST = { code: 'ConnectionLost', kind: 'transient' } as const;
const OUT_OF_ORDER = faultOfKafkaCode(KAFKA_CODES.outOfOrderSequence);
const DUPLICATE = faultOfKafkaCode(KAFKA_CODES.duplicateSequence);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function partOf(recordCount: number): PartitionBatch {
  const bytes = Buffer.alloc(BATCH_HEADER_BYTES + recordCount);
  return { slot: 0, batch, partition: 0, firstRow: 0, nextRow: new Int32Array(1), recordCount, bytes };
}

/** One partition of a broker, which stores a batch only if its sequence is the next one. */
class Partition {
  readonly stored: PartitionBatch[] = [];
  readonly settled: PartitionBatch[] = [];
  readonly #onTheWay: PartitionBatch[] = [];
  #nextSequence = 0;
  readonly calls = new IdempotentCalls(
    {} as Base,
    {
      codec: codecOf('none'),
      deliveryTimeoutMs: 1e9,
      counts: new Counts(),
      send: (parts) => this.#onTheWay.push(...parts),
      settle: (part) => this.settled.push(part),
      refresh: () => Promise.resolve(),
    },
    { producerId: 1n, epoch: 0 },
  );

  /** The oldest request reaches the broker, or is lost; its response arrives, or is lost. */
  serve(event: 'served' | 'request lost' | 'response lost'): void {
    const part = this.#onTheWay.shift();
    if (part === undefined) return;
    const fault = event === 'request lost' ? LOST : this.#store(part);
    this.calls.outcome(part, event === 'response lost' ? LOST : fault);
  }

  #store(part: PartitionBatch) {
    const sequence = part.bytes.readInt32BE(BASE_SEQUENCE_OFFSET);
    if (sequence > this.#nextSequence) return OUT_OF_ORDER;
    if (sequence < this.#nextSequence) return DUPLICATE;
    this.#nextSequence += part.recordCount;
    this.stored.push(part);
    return undefined;
  }
}

const happening = fc.oneof(
  fc.constantFrom('served', 'request lost', 'response lost', 'time passes'),
  fc.integer({ min: 1, max: 3 }),
);

test('batches are stored once and in their order, whatever requests and responses are lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 80 }), async (happenings) => {
      const broker = new Partition();
      const handedOver: PartitionBatch[] = [];
      for (const each of happenings) {
        if (typeof each === 'number') {
          const part = partOf(each);
          handedOver.push(part);
          broker.calls.start([part]);
        } else if (each === 'time passes') await vi.advanceTimersByTimeAsync(1000);
        else broker.serve(each as 'served');
      }
      for (let i = 0; i < 200 && broker.settled.length < handedOver.length; i++) {
        for (let request = 0; request < 10; request++) broker.serve('served');
        await vi.advanceTimersByTimeAsync(1000);
      }
      expect(broker.settled).toHaveLength(handedOver.length);
      expect(broker.stored.every((part, i) => part === handedOver[i])).toBe(true);
      expect(broker.stored).toHaveLength(handedOver.length);
    }),
    { numRuns: 500, examples: [[[1, 'request lost', 2, 'time passes', 3]]] },
  );
});
