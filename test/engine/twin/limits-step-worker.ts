/** A thread that goes through virtual seconds in step with others and draws on one shard's limits in each of them. */

import { parentPort, workerData } from 'node:worker_threads';
import { RecordBatch } from '../../../engine/log/record-batch.ts';
import { Limiter, type ShardLimits } from '../../../engine/twin/limits.ts';
import { ReadLimiter, type ShardReadLimits } from '../../../engine/twin/limits-read.ts';
import { tableOf, textTable } from '../log/records.ts';

export interface StepData {
  readonly buffer: SharedArrayBuffer;
  readonly task:
    | {
        readonly kind: 'put';
        readonly limits: ShardLimits;
        readonly recordBytes: number;
        readonly recordsPerStep: number;
        readonly batchRecords: number;
      }
    | {
        readonly kind: 'read';
        readonly limits: ShardReadLimits;
        readonly callsPerStep: number;
        readonly responseBytes: number;
      };
  /** Int32: the step all are at, and arrivals at its end. */
  readonly steps: SharedArrayBuffer;
  readonly stepCount: number;
  readonly threads: number;
}

if (parentPort !== null) {
  const data = workerData as StepData;
  const steps = new Int32Array(data.steps);
  const draw = drawerOf(data);
  const passed: number[] = [];
  for (let step = 0; step < data.stepCount; step++) {
    passed.push(draw(step));
    if (Atomics.add(steps, 1, 1) === data.threads * (step + 1) - 1) {
      Atomics.store(steps, 0, step + 1);
      Atomics.notify(steps, 0);
    } else Atomics.wait(steps, 0, step);
  }
  parentPort.postMessage(passed);
}

/** Records or calls that pass in a step of a second. */
function drawerOf({ buffer, task }: StepData): (step: number) => number {
  if (task.kind === 'read') {
    const limiter = new ReadLimiter(buffer, task.limits);
    return (step) => {
      let calls = 0;
      for (let call = 0; call < task.callsPerStep; call++) {
        if (limiter.mayRead(0, step * 1000) !== 'ok') continue;
        calls += 1;
        limiter.charge(0, task.responseBytes, step * 1000);
      }
      return calls;
    };
  }
  const limiter = new Limiter(buffer, task.limits);
  const payloads = tableOf([new Uint8Array(task.recordBytes)]);
  const batch = new RecordBatch(task.batchRecords, textTable(['']), payloads, 0);
  const order = new Int32Array(task.batchRecords);
  return (step) => {
    let records = 0;
    for (let left = task.recordsPerStep; left > 0; left -= task.batchRecords) {
      for (let row = 0; row < order.length; row++) order[row] = row;
      records += limiter.admit(0, step * 1e9, batch, order, 0, Math.min(left, task.batchRecords));
    }
    return records;
  };
}
