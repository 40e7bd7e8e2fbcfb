/** One thread of the shard log's throughput: sleeps, runs a round on request, and reports when it was done. */

import { parentPort, workerData } from 'node:worker_threads';
import { keyCounterAt, nextFrameByte, payloadByteAt, writeClaimHeader, writeFrames } from '../../engine/log/frame.ts';
import { blocksOf, CLAIM_HEADER_BYTES, frameLength } from '../../engine/log/layout.ts';
import { RecordBatch, tableWithMemory } from '../../engine/log/record-batch.ts';
import { ShardLog } from '../../engine/log/shard-log.ts';
import type { ShardLogHandle } from '../../engine/log/shard-log-memory.ts';
import { CLAIM_READY, ShardLogReader } from '../../engine/log/shard-log-reader.ts';
import { int32Column } from '../../engine/log/shared-memory.ts';
import { byteTable } from '../../engine/log/text-table.ts';

export interface ThroughputData {
  readonly role: 'produce' | 'consume';
  readonly log: ShardLogHandle;
  readonly payloadBytes: number;
  readonly batchRecords: number;
  readonly sources: number;
  readonly source: number;
  readonly control: SharedArrayBuffer;
}

/** Words of the control buffer. */
export const ROUND = 0; // raised to start a round
export const RECORDS = 1; // batches of a round, of each producer

export interface RoundEnd {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Records of a consumer that were lost, repeated, reordered or of the wrong content. */
  readonly defects: number;
  readonly records: number;
}

const KEY = new TextEncoder().encode('key-5');
const FILL = 7;

function producerOf(
  { payloadBytes, batchRecords, source }: ThroughputData,
  log: ShardLog,
): (batches: number) => number {
  const keys = tableWithMemory(byteTable([KEY]));
  const payloads = tableWithMemory(byteTable([new Uint8Array(payloadBytes).fill(FILL)]));
  const batch = new RecordBatch(batchRecords, keys, payloads, source);
  const order = int32Column(batchRecords);
  for (let row = 0; row < batchRecords; row++) order[row] = row;
  const bytes = CLAIM_HEADER_BYTES + batchRecords * frameLength(KEY.length, payloadBytes);
  const blocks = blocksOf(bytes);
  let counter = 0;
  return (batches) => {
    for (let i = 0; i < batches; i++) {
      for (let row = 0; row < batchRecords; row++) batch.keyCounter[row] = counter + row;
      counter = (counter + batchRecords) | 0;
      let at = log.claim(blocks);
      while (at < 0) at = log.claim(blocks);
      writeClaimHeader(log, at, bytes, batchRecords, 0);
      writeFrames(log, at + CLAIM_HEADER_BYTES, batch, order, 0, batchRecords);
      log.publish(at, blocks, batchRecords);
    }
    return 0;
  };
}

function consumerOf(data: ThroughputData, log: ShardLog): (batches: number) => number {
  const reader = new ShardLogReader(log);
  const counters = new Int32Array(data.sources);
  return (batches) => {
    let defects = 0;
    for (let left = batches * data.sources; left > 0; ) {
      if (reader.next() !== CLAIM_READY) continue;
      left -= 1;
      defects += checkClaim(log, reader, counters, data.payloadBytes);
    }
    return defects;
  };
}

function checkClaim(log: ShardLog, reader: ShardLogReader, counters: Int32Array, payloadBytes: number): number {
  const { records } = reader;
  let frame = reader.firstFrameByte;
  const source = log.words[(frame >> 2) + 1]! >>> 16;
  let counter = counters[source]!;
  let defects = 0;
  for (let i = 0; i < records; i++) {
    const payload = payloadByteAt(log, frame);
    if (keyCounterAt(log, frame) !== counter || log.bytes[payload] !== FILL) defects += 1;
    counter = (counter + 1) | 0;
    frame = nextFrameByte(log, frame);
  }
  const last = frame;
  if (last !== reader.firstFrameByte + records * frameLength(KEY.length, payloadBytes)) defects += 1;
  counters[source] = counter;
  return defects;
}

if (parentPort !== null) {
  const data = workerData as ThroughputData;
  const log = new ShardLog(data.log);
  const control = new Int32Array(data.control);
  const run = data.role === 'produce' ? producerOf(data, log) : consumerOf(data, log);
  parentPort.postMessage('ready');
  for (let round = 0; ; ) {
    Atomics.wait(control, ROUND, round);
    round = Atomics.load(control, ROUND);
    if (round < 0) break;
    const batches = control[RECORDS]!;
    const startedAtMs = performance.timeOrigin + performance.now();
    const defects = run(batches);
    const endedAtMs = performance.timeOrigin + performance.now();
    parentPort.postMessage({
      startedAtMs,
      endedAtMs,
      defects,
      records: batches * data.batchRecords,
    } satisfies RoundEnd);
  }
}
