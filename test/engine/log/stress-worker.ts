/** A producer or consumer thread of the stress tests: checked records through a real shard log. */

import { parentPort, workerData } from 'node:worker_threads';
import { GapWatch } from '../../../engine/log/gap-watch.ts';
import { RingWatch } from '../../../engine/log/ring-watch.ts';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import type { ShardLogHandle } from '../../../engine/log/shard-log-memory.ts';
import { CLAIM_READY, LOST, ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import { TestConsumer, TestProducer } from './records.ts';

export type StressTask =
  | {
      readonly role: 'produce';
      readonly source: number;
      readonly records: number;
      readonly most: number;
      readonly gapTimeoutMs: number;
    }
  | { readonly role: 'consume'; readonly gapTimeoutMs: number };

export interface StressData {
  readonly task: StressTask;
  readonly log: ShardLogHandle;
  /** Int32: how many threads are ready; 1 to start; 1 when no producer writes any more. */
  readonly control: SharedArrayBuffer;
}

export const READY = 0;
export const START = 1;
export const DONE = 2;

export interface Consumed {
  readonly received: number;
  readonly lost: number;
  readonly skipped: number;
  readonly abandoned: number;
  readonly defects: readonly string[];
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Four threads share two cores: one that finds nothing to do lets another have its core. */
const yieldCore = (): unknown => Atomics.wait(never, 0, 0, 0.05);

function produce(log: ShardLog, source: number, records: number, most: number, gapTimeoutMs: number): number {
  const producer = new TestProducer(log, { source, capacity: most });
  const watch = new RingWatch(gapTimeoutMs * 1e6);
  // Claims of changing size, so that two producers never march in step.
  for (let round = source; producer.appended < records; round++) {
    if (producer.append(Math.min(1 + ((round * 7) % most), records - producer.appended))) continue;
    watch.check(log, performance.now() * 1e6);
    yieldCore();
  }
  return producer.appended;
}

function consume(log: ShardLog, consumer: TestConsumer, control: Int32Array, gapTimeoutMs: number): Consumed {
  const watch = new GapWatch(gapTimeoutMs * 1e6);
  for (;;) {
    const done = Atomics.load(control, DONE) === 1;
    const found = consumer.step();
    if (found === CLAIM_READY || found === LOST) continue;
    consumer.reader.release();
    watch.check(consumer.reader, performance.now() * 1e6);
    if (done && consumer.reader.unseenBlocks <= 0 && log.activeTerm === consumer.reader.term) break;
    yieldCore();
  }
  const { received, skipped, defects, reader } = consumer;
  return { received, skipped, defects, lost: reader.lostRecords, abandoned: watch.abandonedClaims };
}

if (parentPort !== null) {
  const { task, log: handle, control: buffer } = workerData as StressData;
  const log = new ShardLog(handle);
  const control = new Int32Array(buffer);
  const consumer = task.role === 'consume' ? new TestConsumer(new ShardLogReader(log)) : undefined;
  Atomics.add(control, READY, 1);
  Atomics.notify(control, READY);
  Atomics.wait(control, START, 0);
  parentPort.postMessage(
    task.role === 'produce'
      ? produce(log, task.source, task.records, task.most, task.gapTimeoutMs)
      : consume(log, consumer!, control, task.gapTimeoutMs),
  );
}
