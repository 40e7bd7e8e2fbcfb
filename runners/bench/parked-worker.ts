/** The two threads of put-to-get-parked. */

import { parentPort, workerData } from 'node:worker_threads';
import { intendedAtNsAt, keyCounterAt, nextFrameByte } from '../../engine/log/frame.ts';
import { PENDING, RecordBatch } from '../../engine/log/record-batch.ts';
import { CLAIM_READY } from '../../engine/log/shard-log-reader.ts';
import { textTable } from '../../engine/log/text-table.ts';
import type { StreamHandle } from '../../engine/threads/stream.ts';
import { StreamReader } from '../../engine/threads/stream-reader.ts';
import { StreamWriter } from '../../engine/threads/stream-writer.ts';
import { RunClock } from '../threads/clock.ts';

export interface ParkedData {
  readonly role: 'produce' | 'consume';
  readonly stream: StreamHandle;
  readonly records: number;
  /** The first ones, which are not counted: both threads' code is compiled meanwhile. */
  readonly warmUpRecords: number;
  readonly recordsPerSecond: number;
  /** Zero of the clock that the threads share, a reading of `process.hrtime.bigint()`. */
  readonly baseNs: bigint;
}

export interface ParkedEnd {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  /** From the time a record was due to the producer's reading of the clock for it: the producer's own part. */
  readonly producerP99Us: number;
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

function consume({ stream, records, warmUpRecords }: ParkedData, nowNs: () => number): ParkedEnd {
  const reader = new StreamReader(stream);
  const cpuBefore = process.threadCpuUsage();
  for (const endNs = nowNs() + IDLE_NS; nowNs() < endNs; ) reader.sleep(nowNs(), endNs - nowNs());
  const idle = process.threadCpuUsage(cpuBefore);
  parentPort!.postMessage('ready');
  const [shard] = reader.shards;
  const { log, reader: inner } = shard!;
  const latenciesNs = new Float64Array(records);
  const latenessesNs = new Float64Array(records);
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
      const dueNs = intendedAtNsAt(log, frame);
      latenciesNs[received] = nowNs() - dueNs;
      latenessesNs[received] = inner.writtenAtNs - dueNs;
      received += 1;
    }
  }
  const latencyUsAt = percentilesUs(latenciesNs.subarray(warmUpRecords));
  return {
    p50Us: latencyUsAt(0.5),
    p99Us: latencyUsAt(0.99),
    p999Us: latencyUsAt(0.999),
    producerP99Us: percentilesUs(latenessesNs.subarray(warmUpRecords))(0.99),
    defects,
    idleCpuMs: (idle.user + idle.system) / 1e3,
  };
}

function percentilesUs(timesNs: Float64Array): (ratio: number) => number {
  const sorted = timesNs.toSorted();
  return (ratio) => sorted[Math.floor(ratio * sorted.length)]! / 1e3;
}

if (parentPort !== null) {
  const data = workerData as ParkedData;
  // The clock of runs, because a clock that returns an object, such as process.hrtime.bigint(), makes a producer that spins collect
  // garbage hundreds of times a second.
  const clock = new RunClock(data.baseNs);
  const nowNs = () => clock.nowNs();
  if (data.role === 'produce') produce(data, nowNs);
  else parentPort.postMessage(consume(data, nowNs));
}
