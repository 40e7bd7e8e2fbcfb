import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { createStream } from '../../../engine/threads/stream.ts';
import { StreamControl } from '../../../engine/threads/stream-control.ts';
import { ACCEPTED_RECORDS, type Consumed, READY, type ReshardData, SOURCES, STATE } from './reshard-worker.ts';

const CHANGES = 120;
const CAPACITY = 300;

/** Threads that write and read while this one splits and merges as it goes. */
async function run(whenFull: WhenFull): Promise<{ accepted: number; consumed: Consumed[] }> {
  const stream = createStream({
    shardCount: 2,
    shardCapacity: CAPACITY,
    memoryBytes: CAPACITY * 2 ** 17,
    maxRecordBytes: 4096,
    whenFull,
  });
  const buffer = new SharedArrayBuffer(64);
  const control = new Int32Array(buffer);
  control[ACCEPTED_RECORDS] = -1;
  const spawn = <T>(role: ReshardData['role'], source: number): Promise<T> => {
    const workerData: ReshardData = { role, source, stream, control: buffer };
    const worker = new Worker(new URL('./reshard-worker.ts', import.meta.url), { workerData });
    const ended = once(worker, 'exit').then(([code]) => Promise.reject(new Error(`worker ended with ${code}`)));
    return Promise.race([once(worker, 'message').then(([value]) => value as T), ended]);
  };
  const consumers = [0, 1].map((i) => spawn<Consumed>('consume', i));
  const producers = Array.from({ length: SOURCES }, (_, source) => spawn<number>('produce', source));
  while (Atomics.load(control, READY) < consumers.length + producers.length) await sleep(1);
  Atomics.store(control, STATE, 1);
  Atomics.notify(control, STATE);
  const streamControl = new StreamControl(stream);
  for (let i = 0; i < CHANGES; i++) {
    const open = streamControl.openShards.map(({ index }) => index);
    if (i % 10 === 9) streamControl.setShardCount(1 + ((i * 7) % 6));
    else if (i % 3 !== 0 && open.length > 1) streamControl.merge(open[0]!, open[1]!);
    else streamControl.split(open[(i * 5) % open.length]!);
    // From back to back to some milliseconds apart.
    if (i % 4 !== 0) await sleep(i % 7);
  }
  Atomics.store(control, STATE, 2);
  const accepted = (await Promise.all(producers)).reduce((sum, count) => sum + count, 0);
  Atomics.store(control, ACCEPTED_RECORDS, accepted);
  return { accepted, consumed: await Promise.all(consumers) };
}

it('two producers and two consumers lose no record in 120 changes with back-pressure, and keep the order of every key', async () => {
  const { accepted, consumed } = await run('refuse');
  expect(accepted).toBeGreaterThan(1000);
  for (const { shardsRead, ...tally } of consumed) {
    expect(tally).toEqual({ received: accepted, lost: 0, disordered: 0, skipped: 0 });
    expect(shardsRead).toBeGreaterThan(20);
  }
});

it('two producers and two consumers with trim keep the order in 120 changes, and received and lost records add up', async () => {
  const { accepted, consumed } = await run('trim');
  for (const { received, lost, disordered, skipped } of consumed) {
    expect(received + lost).toBe(accepted);
    expect(disordered).toBe(0);
    expect(skipped).toBeLessThanOrEqual(lost);
  }
});
