/** A producer or consumer thread of the resharding stress test. */

import { parentPort, workerData } from 'node:worker_threads';
import { keyCounterAt, keyIndexAt, nextFrameByte, sourceAt } from '../../../engine/log/frame.ts';
import { PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import { CLAIM_READY, LOST } from '../../../engine/log/shard-log-reader.ts';
import type { StreamHandle } from '../../../engine/threads/stream.ts';
import { type ShardReader, StreamReader } from '../../../engine/threads/stream-reader.ts';
import { StreamWriter } from '../../../engine/threads/stream-writer.ts';
import { tableOf, textTable } from '../log/records.ts';

export const SOURCES = 2;
export const KEY_COUNT = 100;
const BATCH = 50;

/** Words of the control buffer. */
export const READY = 0; // threads that are ready
export const STATE = 1; // 0 wait, 1 go, 2 producers stop
export const ACCEPTED_RECORDS = 2; // written by producers when they stop; -1 until all have

export interface ReshardData {
  readonly role: 'produce' | 'consume';
  readonly source: number;
  readonly stream: StreamHandle;
  readonly control: SharedArrayBuffer;
}

export interface Consumed {
  readonly received: number;
  readonly lost: number;
  /** Records that came again or before an earlier one of their key. */
  readonly disordered: number;
  /** Numbers of a key that were passed over. */
  readonly skipped: number;
  readonly shardsRead: number;
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** More threads than cores: one that finds nothing to do lets another have its core. */
const yieldCore = (): unknown => Atomics.wait(never, 0, 0, 0.05);

function produce({ stream, source }: ReshardData, control: Int32Array): number {
  const keys = textTable(Array.from({ length: KEY_COUNT }, (_, i) => `key-${i}`));
  const batch = new RecordBatch(BATCH, keys, tableOf([new Uint8Array(200)]), source);
  const writer = new StreamWriter(stream, keys, BATCH);
  const counters = new Int32Array(KEY_COUNT);
  let accepted = 0;
  for (let turn = source; Atomics.load(control, STATE) < 2; turn++) {
    batch.count = 1 + ((turn * 7) % BATCH);
    for (let row = 0; row < batch.count; row++) {
      const key = (turn * 13 + row * 3) % KEY_COUNT;
      batch.keyIndex[row] = key;
      batch.keyCounter[row] = counters[key]!++;
      batch.status[row] = PENDING;
    }
    while (writer.append(batch, 0) > 0) yieldCore();
    accepted += batch.count;
    if (turn % 16 === 0) yieldCore();
  }
  return accepted;
}

class Tally {
  readonly #next = new Int32Array(SOURCES * KEY_COUNT);
  readonly #shards = new Set<number>();
  received = 0;
  disordered = 0;
  skipped = 0;

  take({ shard, log, reader }: ShardReader): void {
    this.#shards.add(shard);
    let frame = reader.firstFrameByte;
    for (let i = 0; i < reader.records; i++, frame = nextFrameByte(log, frame)) {
      const at = sourceAt(log, frame) * KEY_COUNT + keyIndexAt(log, frame);
      const counter = keyCounterAt(log, frame);
      if (counter < this.#next[at]!) this.disordered += 1;
      else this.skipped += counter - this.#next[at]!;
      this.#next[at] = Math.max(this.#next[at]!, counter + 1);
      this.received += 1;
    }
  }

  get shardsRead(): number {
    return this.#shards.size;
  }
}

function consume(reader: StreamReader, control: Int32Array): Consumed {
  const tally = new Tally();
  for (;;) {
    for (const shard of reader.shards) {
      for (let found = shard.next(0); found === CLAIM_READY || found === LOST; found = shard.next(0)) {
        if (found === CLAIM_READY) tally.take(shard);
      }
      shard.reader.release();
    }
    if (reader.advance()) continue;
    const accepted = Atomics.load(control, ACCEPTED_RECORDS);
    if (accepted >= 0 && tally.received + reader.lostRecords >= accepted) break;
    reader.sleep(0, 50e6);
  }
  const { received, disordered, skipped, shardsRead } = tally;
  return { received, disordered, skipped, shardsRead, lost: reader.lostRecords };
}

if (parentPort !== null) {
  const data = workerData as ReshardData;
  const control = new Int32Array(data.control);
  const reader = data.role === 'consume' ? new StreamReader(data.stream) : undefined;
  Atomics.add(control, READY, 1);
  Atomics.wait(control, STATE, 0);
  parentPort.postMessage(reader === undefined ? produce(data, control) : consume(reader, control));
}
