/** A thread that draws on one shard's buckets as fast as it can and reports the tokens that it got. */

import { parentPort, workerData } from 'node:worker_threads';
import { RecordBatch } from '../../../engine/log/record-batch.ts';
import { Limiter, type ShardLimits } from '../../../engine/twin/limits.ts';
import { textTable } from '../log/records.ts';

export interface LimiterData {
  readonly buffer: SharedArrayBuffer;
  readonly limits: ShardLimits;
  /** Int32: 1 to start. */
  readonly start: SharedArrayBuffer;
  /** Int64: the limiter's time in ns, which every draw moves on, so that a busy machine changes no outcome. */
  readonly clock: SharedArrayBuffer;
  readonly durationMs: number;
  readonly seed: number;
}

export interface Draw {
  /** The limiter's time of the draw, ns. */
  readonly atNs: number;
  readonly records: number;
  readonly bytes: number;
}

const DRAW_NS = 2000n;

export const PAYLOADS = ['0123456789', 'x'.repeat(100), 'y'.repeat(333)];

if (parentPort !== null) {
  const { buffer, limits, start, clock, durationMs, seed } = workerData as LimiterData;
  const limiter = new Limiter(buffer, limits);
  const batch = new RecordBatch(20, textTable(['']), textTable(PAYLOADS), 0);
  const order = new Int32Array(20);
  const draws: Draw[] = [];
  const nowNs = new BigInt64Array(clock);
  parentPort.postMessage('ready');
  Atomics.wait(new Int32Array(start), 0, 0);
  for (let round = seed; ; round++) {
    const atNs = Number(Atomics.add(nowNs, 0, DRAW_NS));
    if (atNs > durationMs * 1e6) break;
    const count = 1 + ((round * 13) % 20);
    for (let row = 0; row < count; row++) {
      order[row] = row;
      batch.payloadIndex[row] = (round + row) % PAYLOADS.length;
    }
    let passed = limiter.admit(0, atNs, batch, order, 0, count);
    // Now and then there is no room in the log for the last few.
    if (round % 5 === 0 && passed > 1) {
      limiter.giveBack(0, batch, order, passed - 1, passed);
      passed -= 1;
    }
    if (passed === 0) continue;
    let bytes = 0;
    for (let k = 0; k < passed; k++) bytes += batch.recordBytes(order[k]!);
    draws.push({ atNs, records: passed, bytes });
  }
  parentPort.postMessage(draws);
}
