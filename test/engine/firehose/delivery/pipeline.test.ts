import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import type { DeliveryRecord, FailedRecord } from '../../../../engine/firehose/delivery/delivery-record.ts';
import type { DeliveryBatch, DeliveryOutcome } from '../../../../engine/firehose/delivery/destination.ts';
import { MemoryBudget } from '../../../../engine/firehose/delivery/memory-budget.ts';
import { MemoryBuffer } from '../../../../engine/firehose/delivery/memory-buffer.ts';
import { DeliveryPipeline, type SourceBatch } from '../../../../engine/firehose/delivery/pipeline.ts';
import type { Processor } from '../../../../engine/firehose/delivery/processor.ts';
import type { DeliveryRoute } from '../../../../engine/firehose/delivery/route.ts';
import type { Waiting } from '../../../../engine/firehose/delivery/waiting.ts';
import { eventually } from '../set-up.ts';

const MINUTE = { sizeBytes: 1000, intervalMs: 60_000 };
const SLOW = { sizeBytes: 1_000_000, intervalMs: 900_000 };

/** The parts of a test's route, and what came out of the pipeline. */
function pipelineWith(route: Partial<DeliveryRoute>, { memoryBytes = 1_000_000 } = {}) {
  const clock = new VirtualClock(0);
  const delivered: { readonly texts: string; readonly partition: unknown; readonly atMs: number }[] = [];
  const backedUp: string[] = [];
  const failed: { readonly type: string; readonly codes: readonly string[] }[] = [];
  const settled: string[] = [];
  const defects: unknown[] = [];
  let outcome: DeliveryOutcome = { kind: 'delivered' };
  const budget = new MemoryBudget(Number.POSITIVE_INFINITY, () => {});
  const source = new MemoryBuffer<DeliveryRecord>(({ data }) => data.length, budget);
  const backup = new MemoryBuffer<DeliveryRecord>(({ data }) => data.length, budget);
  const sourceOf = (buffer: MemoryBuffer<DeliveryRecord>): Waiting<SourceBatch> => ({
    get bytes() {
      return buffer.bytes;
    },
    get sinceMs() {
      return buffer.sinceMs;
    },
    take(maxBytes) {
      const taken = buffer.take(maxBytes);
      return taken === undefined ? undefined : { ...taken, records: taken.items, oldestArrivedAtMs: clock.nowMs() };
    },
  });
  const noDestination = { close: async () => {} };
  const pipeline = new DeliveryPipeline(
    {
      processing: undefined,
      destination: {
        ...noDestination,
        deliver: async ({ records, partitionKeys }: DeliveryBatch) => {
          if (outcome.kind === 'delivered') {
            const texts = records.map(({ data }) => String(data)).join('');
            delivered.push({ texts, partition: partitionKeys?.fromQuery, atMs: clock.nowMs() });
          }
          return outcome;
        },
      },
      hints: MINUTE,
      retry: { retryMs: 0 },
      partitioning: undefined,
      errors: {
        hints: { sizeBytes: 1000, intervalMs: 10_000 },
        typeOf: ({ errorCode }: FailedRecord) => errorCode.split('.')[0]!,
        write: async (records, type) => {
          failed.push({ type, codes: records.map(({ errorCode }) => errorCode) });
          return { kind: 'stored' };
        },
      },
      backup: {
        hints: SLOW,
        destination: {
          ...noDestination,
          deliver: async ({ records }: DeliveryBatch) => {
            backedUp.push(records.map(({ data }) => String(data)).join(''));
            return { kind: 'delivered' };
          },
        },
      },
      ...route,
    },
    {
      clock,
      random: () => 0.5,
      source: sourceOf(source),
      backupSource: () => sourceOf(backup),
      memoryBytes,
      keptMs: 86_400_000,
      version: () => 1,
      observer: {
        tried: () => {},
        delivered: () => {},
        processed: () => {},
        failedWritten: () => {},
        late: () => {},
        partitions: () => {},
      },
      onDefect: (error) => defects.push(error),
    },
  );
  onTestFinished(() => pipeline.close());
  const add = (...texts: readonly string[]) => {
    const records = texts.map((text) => {
      const data = Buffer.from(text);
      return { recordId: text, data, original: data, arrivedAtMs: clock.nowMs() };
    });
    source.add(records, clock.nowMs(), () => settled.push(texts.join('')));
    backup.add(records, clock.nowMs(), () => {});
    pipeline.check();
  };
  return {
    pipeline,
    clock,
    add,
    delivered,
    backedUp,
    failed,
    settled,
    defects,
    fail: (next: DeliveryOutcome) => {
      outcome = next;
    },
  };
}

const stepOf = (process: (record: DeliveryRecord) => DeliveryRecord | FailedRecord): Processor => ({
  process: async (records) => {
    const results = records.map(process);
    return {
      records: results.filter((result) => 'data' in result),
      failed: results.filter((result) => 'errorCode' in result),
      dropped: 0,
    };
  },
  close: async () => {},
});

const upperCase = stepOf((record) => ({ ...record, data: Buffer.from(String(record.data).toUpperCase()) }));
const rejectsX = stepOf((record) =>
  String(record.data) === 'x'
    ? { record, errorCode: 'Test.X', errorMessage: 'It is x.', attemptsMade: 1, attemptEndedAtMs: 0 }
    : record,
);
/** Sorts records into partitions by their first letter. */
const byLetter = stepOf((record) => ({
  ...record,
  partitionKeys: { fromQuery: { letter: String(record.data).charAt(0) } },
}));

const steps = (...processors: readonly Processor[]) => ({
  processing: { processors, hints: { sizeBytes: 1000, intervalMs: 0 } },
});

describe('a pipeline', () => {
  test('delivers records as they come without processing, and settles them', async () => {
    const { add, clock, delivered, settled } = pipelineWith({});
    add('a', 'b');
    clock.advance(59_999);
    expect(delivered).toEqual([]);
    clock.advance(1);
    await eventually(() => settled.length > 0 || undefined);
    expect(delivered).toEqual([{ texts: 'ab', partition: undefined, atMs: 60_000 }]);
  });

  test('processes records before their buffer, and settles the records of one read together', async () => {
    const { add, clock, delivered, failed, settled } = pipelineWith(steps(rejectsX, upperCase));
    add('a', 'x');
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(10_000);
    await eventually(() => failed.length > 0 || undefined);
    expect(failed).toEqual([{ type: 'Test', codes: ['Test.X'] }]);
    expect(settled).toEqual([]);
    clock.advance(50_000);
    await eventually(() => settled.length > 0 || undefined);
    expect(delivered).toEqual([{ texts: 'A', partition: undefined, atMs: 60_000 }]);
  });

  test('writes records to the error output that could not be delivered', async () => {
    const { add, clock, failed, settled, fail } = pipelineWith({});
    fail({ kind: 'retry', errorCode: 'Test.Down', errorMessage: 'It is down.' });
    add('a');
    clock.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(settled).toEqual([]);
    clock.advance(10_000);
    await eventually(() => settled.length > 0 || undefined);
    expect(failed).toEqual([{ type: 'Test', codes: ['Test.Down'] }]);
  });

  test('backs up all records as they came', async () => {
    const { add, clock, backedUp } = pipelineWith(steps(upperCase, rejectsX));
    add('a', 'x');
    clock.advance(900_000);
    await eventually(() => backedUp.length > 0 || undefined);
    expect(backedUp).toEqual(['ax']);
  });

  test('fails the records of a step that throws, and goes on', async () => {
    const broken: Processor = {
      process: async () => {
        throw new Error('a bug');
      },
      close: async () => {},
    };
    const { pipeline, add, clock, failed, defects, settled } = pipelineWith(steps(broken));
    add('a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(10_000);
    await eventually(() => settled.length > 0 || undefined);
    expect(failed).toEqual([{ type: 'InternalError', codes: ['InternalError'] }]);
    expect(defects).toHaveLength(1);
    expect(pipeline.partitionCount).toBe(0);
  });
});

describe('partitions', () => {
  const partitioned = { ...steps(byLetter), partitioning: { partitionsMax: 2 } };

  test('have a buffer each, and are free again once they are delivered', async () => {
    const { pipeline, add, clock, delivered } = pipelineWith(partitioned);
    add('a1', 'b1', 'a2');
    await eventually(() => (pipeline.partitionCount === 2 ? true : undefined));
    clock.advance(60_000);
    await eventually(() => (pipeline.partitionCount === 0 ? true : undefined));
    expect(delivered.map(({ texts, partition }) => [texts, partition])).toEqual([
      ['a1a2', { letter: 'a' }],
      ['b1', { letter: 'b' }],
    ]);
  });

  test('above the limit fail only the records that would open one', async () => {
    const { pipeline, add, clock, delivered, failed } = pipelineWith(partitioned);
    add('a1', 'b1', 'c1', 'a2');
    await eventually(() => (pipeline.partitionCount === 2 ? true : undefined));
    clock.advance(60_000);
    await eventually(() => (delivered.length === 2 && failed.length === 1 ? true : undefined));
    expect(delivered.map(({ texts }) => texts)).toEqual(['a1a2', 'b1']);
    expect(failed[0]?.codes).toEqual(['DynamicPartitioning.ActivePartitionLimitExceeded']);
    add('c2');
    await eventually(() => (pipeline.partitionCount === 1 ? true : undefined));
  });

  test('stay active while they cannot be delivered', async () => {
    const { pipeline, add, clock, delivered, fail } = pipelineWith({ ...partitioned, retry: { retryMs: 3_600_000 } });
    fail({ kind: 'retry', errorCode: 'Test.Down', errorMessage: 'It is down.' });
    add('a1');
    await eventually(() => (pipeline.partitionCount === 1 ? true : undefined));
    for (let minute = 0; minute < 30; minute++) {
      clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(pipeline.partitionCount).toBe(1);
    fail({ kind: 'delivered' });
    await eventually(() => {
      clock.advance(60_000);
      return pipeline.partitionCount === 0 || undefined;
    });
    expect(delivered.map(({ texts }) => texts)).toEqual(['a1']);
  });

  test('are delivered before they are due when memory is used up', async () => {
    const { add, clock, delivered } = pipelineWith({ ...partitioned, hints: SLOW }, { memoryBytes: 4 });
    add('aaaa');
    add('b');
    await eventually(() => delivered.length > 0 || undefined);
    expect(clock.nowMs()).toBe(0);
    expect(delivered[0]?.texts).toBe('aaaa');
  });
});

test('a change of the route sends what is in memory on the way of before', async () => {
  const { pipeline, add, clock, delivered } = pipelineWith({ ...steps(upperCase), hints: SLOW });
  add('a');
  await new Promise((resolve) => setTimeout(resolve, 5));
  const after: string[] = [];
  pipeline.change({
    processing: undefined,
    destination: {
      deliver: async ({ records }) => {
        after.push(records.map(({ data }) => String(data)).join(''));
        return { kind: 'delivered' };
      },
      close: async () => {},
    },
    hints: MINUTE,
    retry: { retryMs: 0 },
    partitioning: undefined,
    errors: { hints: MINUTE, typeOf: () => '', write: async () => ({ kind: 'stored' }) },
    backup: undefined,
  });
  await eventually(() => delivered.length > 0 || undefined);
  expect(delivered[0]?.texts).toBe('A');
  add('b');
  clock.advance(60_000);
  await eventually(() => after.length > 0 || undefined);
  expect(after).toEqual(['b']);
});
