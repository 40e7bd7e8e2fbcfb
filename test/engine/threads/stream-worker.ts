/** A reader thread that sleeps until something is published, and reports when it woke. */

import { parentPort, workerData } from 'node:worker_threads';
import { CLAIM_READY } from '../../../engine/log/shard-log-reader.ts';
import type { StreamHandle } from '../../../engine/threads/stream.ts';
import { StreamReader } from '../../../engine/threads/stream-reader.ts';

if (parentPort !== null) {
  const reader = new StreamReader(workerData as StreamHandle);
  parentPort.postMessage('ready');
  const startMs = performance.now();
  const cpuBefore = process.threadCpuUsage();
  reader.sleep(0, 30e9);
  const cpu = process.threadCpuUsage(cpuBefore);
  const sleptMs = performance.now() - startMs;
  const records = reader.shards.reduce(
    (sum, shard) => sum + (shard.next(0) === CLAIM_READY ? shard.reader.records : 0),
    0,
  );
  parentPort.postMessage({ sleptMs, records, cpuMs: (cpu.user + cpu.system) / 1000 });
}
