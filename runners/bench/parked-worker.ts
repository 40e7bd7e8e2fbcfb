/** The two threads of put-to-get-parked. */

import { parentPort, workerData } from 'node:worker_threads';
import { intendedAtNsAt, keyCounterAt, nextFrameByte } from '../../engine/log/frame.ts';
import { PENDING, RecordBatch } from '../../engine/log/record-batch.ts';
import { CLAIM_READY } from '../../engine/log/shard-log-reader.ts';
import { textTable } from '../../engine/log/text-table.ts';
import type { StreamHandle } from '../../engine/threads/stream.ts';
import { StreamReader } from '../../engine/threads/stream-reader.ts';
import { StreamWriter } from '../../engine/threads/stream-writer.ts';

export interface ParkedData {
  readonly role: 'produce' | 'consume';
  readonly stream: StreamHandle;
  readonly records: number;
  readonly recordsPerSecond: number;
  /** Epoch of process.hrtime, which all threads share. */
  readonly epochNs: bigint;
}

export interface ParkedEnd {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly defects: number;
  /** CPU of a second in which nothing came. */
  readonly idleCpuMs: number;
}

const IDLE_NS = 1e9;

function produce({ stream, records, recordsPerSecond }: ParkedData, nowNs: () => number): void {
  const keys = textTable(['key-5']);
  const writer = new StreamWriter(stream, keys, 1);
  const batch = new RecordBatch(1, keys, textTable(['x'.repeat(100)]), 0);
  batch.count = 1;
  const startNs = nowNs() + 10e6;
  for (let i = 0; i < records; i++) {
    const dueNs = startNs + (i * 1e9) / recordsPerSecond;
    while (nowNs() < dueNs);
    batch.status[0] = PENDING;
    batch.keyCounter[0] = i;
    batch.intendedAtNs[0] = dueNs;
    while (writer.append(batch, nowNs()) > 0);
  }
}

function consume({ stream, records }: ParkedData, nowNs: () => number): ParkedEnd {
  const reader = new StreamReader(stream);
  const cpuBefore = process.threadCpuUsage();
  for (const endNs = nowNs() + IDLE_NS; nowNs() < endNs; ) reader.sleep(nowNs(), endNs - nowNs());
  const idle = process.threadCpuUsage(cpuBefore);
  parentPort!.postMessage('ready');
  const [shard] = reader.shards;
  const { log, reader: inner } = shard!;
  const latencies = new Float64Array(records);
  let received = 0;
  let defects = 0;
  while (received < records) {
    if (shard!.next(nowNs()) !== CLAIM_READY) {
      inner.release();
      reader.sleep(nowNs(), 1e9);
      continue;
    }
    let frame = inner.firstFrameByte;
    for (let i = 0; i < inner.records; i++, frame = nextFrameByte(log, frame)) {
      if (keyCounterAt(log, frame) !== received) defects += 1;
      latencies[received] = nowNs() - intendedAtNsAt(log, frame);
      received += 1;
    }
  }
  latencies.sort();
  return {
    p50Us: latencies[Math.floor(0.5 * records)]! / 1e3,
    p99Us: latencies[Math.floor(0.99 * records)]! / 1e3,
    defects,
    idleCpuMs: (idle.user + idle.system) / 1e3,
  };
}

if (parentPort !== null) {
  const data = workerData as ParkedData;
  const nowNs = () => Number(process.hrtime.bigint() - data.epochNs);
  if (data.role === 'produce') produce(data, nowNs);
  else parentPort.postMessage(consume(data, nowNs));
}
