/** A thread of the closing stress test: writes or reads one log after the other until each is closed. */

import { parentPort, workerData } from 'node:worker_threads';
import { CLOSED, ShardLog } from '../../../engine/log/shard-log.ts';
import type { ShardLogHandle } from '../../../engine/log/shard-log-memory.ts';
import { ENDED, ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import { TestConsumer, TestProducer } from './records.ts';

export interface ClosingData {
  readonly role: 'produce' | 'consume';
  readonly source: number;
  readonly logs: readonly ShardLogHandle[];
  /** Int32: the round that may begin, from 1; threads that have finished a round, over all rounds. */
  readonly round: SharedArrayBuffer;
  readonly most: number;
}

export interface ClosingReport {
  readonly rounds: readonly {
    readonly accepted: number;
    readonly received: number;
    readonly lost: number;
    readonly defects: readonly string[];
  }[];
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** More threads than cores: one that finds nothing to do lets another have its core. */
const yieldCore = (): unknown => Atomics.wait(never, 0, 0, 0.05);

function produce(handle: ShardLogHandle, source: number, most: number): number {
  const producer = new TestProducer(new ShardLog(handle), { source, capacity: most });
  for (let turn = source; ; turn++) {
    const count = 1 + ((turn * 7) % most);
    const claimByte = producer.claim(count);
    if (claimByte === CLOSED) return producer.appended;
    if (claimByte < 0) yieldCore();
    else if (!producer.publish(claimByte, count)) throw new Error('a living producer was given up');
  }
}

function consume(consumer: TestConsumer): void {
  for (let found = 0; found !== ENDED; ) {
    found = consumer.step();
    if (found > 0) continue;
    consumer.reader.release();
    yieldCore();
  }
}

if (parentPort !== null) {
  const { role, source, logs, round, most } = workerData as ClosingData;
  const words = new Int32Array(round);
  // Before the first record is written: who reads sees all of them.
  const consumers =
    role === 'consume' ? logs.map((log) => new TestConsumer(new ShardLogReader(new ShardLog(log)))) : [];
  const rounds: ClosingReport['rounds'][number][] = [];
  for (const [i, log] of logs.entries()) {
    Atomics.wait(words, 0, i);
    if (role === 'produce') {
      rounds.push({ accepted: produce(log, source, most), received: 0, lost: 0, defects: [] });
    } else {
      const consumer = consumers[i]!;
      consume(consumer);
      const { received, defects, reader } = consumer;
      rounds.push({ accepted: 0, received, lost: reader.lostRecords, defects });
    }
    Atomics.add(words, 1, 1);
  }
  parentPort.postMessage({ rounds } satisfies ClosingReport);
}
