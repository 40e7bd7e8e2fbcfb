import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  intendedAtNsAt,
  keyCounterAt,
  keyIndexAt,
  nextFrameByte,
  payloadBytesAt,
  sourceAt,
} from '../../../engine/log/frame.ts';
import { ACCEPTED, PENDING, RecordBatch, THROTTLED, TOO_LARGE } from '../../../engine/log/record-batch.ts';
import { CLAIM_READY, EMPTY, LOST } from '../../../engine/log/shard-log-reader.ts';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { shardOfHash } from '../../../engine/routing/shard-map.ts';
import { createStream, type StreamHandle, type StreamOptions } from '../../../engine/threads/stream.ts';
import { StreamMap } from '../../../engine/threads/stream-map.ts';
import { LATER, StreamReader } from '../../../engine/threads/stream-reader.ts';
import { retryThrottled, StreamWriter } from '../../../engine/threads/stream-writer.ts';
import { tableOf, textTable } from '../log/records.ts';

const MIB = 1024 * 1024;
const keys = textTable(Array.from({ length: 200 }, (_, i) => `user-${i}`));
const PAYLOAD_BYTES = [0, 1, 7, 8, 100, 1000, 5000, 70_000];
const payloads = tableOf(PAYLOAD_BYTES.map((length) => new Uint8Array(length).fill(length)));

const streamOf = (options: Partial<StreamOptions> = {}): StreamHandle =>
  createStream({ shardCount: 4, memoryBytes: 4 * MIB, maxRecordBytes: 64 * 1024, ...options });

function batchOf(rows: readonly { key: number; payload: number }[]): RecordBatch {
  const batch = new RecordBatch(Math.max(rows.length, 1), keys, payloads, 3);
  batch.count = rows.length;
  for (const [row, { key, payload }] of rows.entries()) {
    batch.keyIndex[row] = key;
    batch.payloadIndex[row] = payload;
    batch.keyCounter[row] = row;
    batch.intendedAtNs[row] = row * 5;
  }
  return batch;
}

const rowsOf = (count: number, payload = 4) =>
  Array.from({ length: count }, (_, i) => ({ key: (i * 31) % 200, payload }));

interface Got {
  readonly shard: number;
  readonly key: number;
  readonly counter: number;
  readonly payloadBytes: number;
}

function readAll(reader: StreamReader, nowNs = 0): Got[] {
  const got: Got[] = [];
  for (const { shard, log, reader: inner } of reader.shards) {
    const shardReader = reader.shards[shard]!;
    for (
      let found = shardReader.next(nowNs);
      found === CLAIM_READY || found === LOST;
      found = shardReader.next(nowNs)
    ) {
      if (found === LOST) continue;
      let frame = inner.firstFrameByte;
      for (let i = 0; i < inner.records; i++, frame = nextFrameByte(log, frame)) {
        expect(sourceAt(log, frame)).toBe(3);
        expect(intendedAtNsAt(log, frame)).toBe(keyCounterAt(log, frame) * 5);
        got.push({
          shard,
          key: keyIndexAt(log, frame),
          counter: keyCounterAt(log, frame),
          payloadBytes: payloadBytesAt(log, frame),
        });
      }
    }
    inner.release();
  }
  return got;
}

describe('a stream', () => {
  it('a consumer gets every record once, on the shard of its key, in the order of that shard', () => {
    const stream = streamOf();
    const batch = batchOf(Array.from({ length: 500 }, (_, i) => ({ key: (i * 31) % 200, payload: i % 7 })));
    const reader = new StreamReader(stream);
    expect(new StreamWriter(stream, keys, 500).append(batch, 0)).toBe(0);
    const got = readAll(reader);
    const hash = new Uint32Array(4);
    const map = new StreamMap(stream.map).open();
    for (const record of got) {
      hashKey(keys.bytes, keys.offsets[record.key]!, keys.lengths[record.key]!, hash);
      expect(record.shard).toBe(shardOfHash(map, hash));
      expect(record.shard).toBe(batch.shard[record.counter]);
      expect(record.key).toBe((record.counter * 31) % 200);
      expect(record.payloadBytes).toBe(PAYLOAD_BYTES[record.counter % 7]);
    }
    expect(got.map(({ counter }) => counter).sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    for (let shard = 0; shard < 4; shard++) {
      const counters = got.filter((record) => record.shard === shard).map(({ counter }) => counter);
      expect(counters.length).toBeGreaterThan(50);
      expect(counters).toEqual([...counters].sort((a, b) => a - b));
    }
    expect([...batch.status]).toEqual(Array(500).fill(ACCEPTED));
  });

  it('a put marks records that are too large, and accepts the others', () => {
    const stream = streamOf();
    const batch = batchOf([...rowsOf(3), { key: 1, payload: 7 }, ...rowsOf(2)]);
    expect(new StreamWriter(stream, keys, 10).append(batch, 0)).toBe(0);
    expect([...batch.status]).toEqual([ACCEPTED, ACCEPTED, ACCEPTED, TOO_LARGE, ACCEPTED, ACCEPTED]);
    expect(readAll(new StreamReader(stream))).toHaveLength(5);
  });

  it('a put splits a batch that does not fit into one claim', () => {
    const stream = streamOf({ shardCount: 1, memoryBytes: 2 * MIB });
    const batch = batchOf(rowsOf(200, 6));
    expect(new StreamWriter(stream, keys, 200).append(batch, 0)).toBe(0);
    const reader = new StreamReader(stream);
    expect(readAll(reader).map(({ counter }) => counter)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('a writer retries throttled records until all are stored', () => {
    const limits = { recordsPerSecond: 10, bytesPerSecond: 1e6, burstRecords: 10, burstBytes: 1e6 };
    const stream = streamOf({ limits });
    const writer = new StreamWriter(stream, keys, 200);
    const batch = batchOf(rowsOf(200));
    expect(writer.append(batch, 0)).toBe(0);
    expect(batch.status.filter((status) => status === ACCEPTED)).toHaveLength(40);
    let seconds = 0;
    for (; retryThrottled(batch) > 0; seconds++) writer.append(batch, (seconds + 1) * 1e9);
    expect([...batch.status]).toEqual(Array(200).fill(ACCEPTED));
    expect(batch.status.includes(THROTTLED)).toBe(false);
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(readAll(new StreamReader(stream))).toHaveLength(200);
  });

  it('rows stay pending while a reader holds a full ring, are charged once, and are stored when the reader advances', () => {
    const limits = { recordsPerSecond: 1, bytesPerSecond: 1, burstRecords: 2000, burstBytes: 1e9 };
    const stream = streamOf({ shardCount: 1, memoryBytes: 512 * 1024, whenFull: 'refuse', limits });
    const writer = new StreamWriter(stream, keys, 100);
    const reader = new StreamReader(stream);
    const batch = batchOf(rowsOf(100, 5));
    let accepted = 0;
    for (let pending = 0; pending === 0; ) {
      batch.status.fill(PENDING);
      pending = writer.append(batch, 0);
      accepted += 100 - pending;
    }
    for (let tries = 0; tries < 50; tries++) expect(writer.append(batch, 0)).toBeGreaterThan(0);
    const first = readAll(reader).length;
    expect(first).toBe(accepted);
    const rest = batch.status.filter((status) => status === PENDING).length;
    expect(writer.append(batch, 0)).toBe(0);
    expect([...batch.status]).toEqual(Array(100).fill(ACCEPTED));
    expect(readAll(reader)).toHaveLength(rest);
  });

  it('a stream with a latency holds records back, and returns the time of their release', () => {
    const stream = streamOf({ shardCount: 1, latency: 'enhanced-fan-out', seed: 5 });
    const reader = new StreamReader(stream);
    new StreamWriter(stream, keys, 10).append(batchOf(rowsOf(10)), 0);
    expect(reader.shards[0]!.next(0)).toBe(LATER);
    expect(readAll(reader, 29e6)).toEqual([]);
    expect(readAll(reader, reader.shards[0]!.visibleAtNs)).toHaveLength(10);
  });

  it('a wait returns at once with a loss that the reader found before it slept', () => {
    const stream = streamOf({ shardCount: 1, memoryBytes: 512 * 1024 });
    const reader = new StreamReader(stream);
    const writer = new StreamWriter(stream, keys, 100);
    for (let i = 0; i < 20; i++) expect(writer.append(batchOf(rowsOf(100, 5)), 0)).toBe(0);
    reader.sleep(0, 1e9);
    const [shard] = reader.shards;
    expect(shard!.next(0)).toBe(LOST);
    expect(shard!.reader.lostRecords).toBeGreaterThan(0);
    expect(readAll(reader).length + shard!.reader.lostRecords).toBe(2000);
    expect(shard!.next(0)).toBe(EMPTY);
  });

  it('a put wakes a sleeping reader thread, which used almost no CPU until then', async () => {
    const stream = streamOf();
    const worker = new Worker(new URL('./stream-worker.ts', import.meta.url), { workerData: stream });
    await once(worker, 'message');
    let isAwake = false;
    const woken = once(worker, 'message').finally(() => {
      isAwake = true;
    });
    await sleep(300);
    expect(isAwake).toBe(false);
    new StreamWriter(stream, keys, 1).append(batchOf(rowsOf(1)), 0);
    const [{ sleptMs, records, cpuMs }] = await woken;
    expect(records).toBe(1);
    // Longer than this it sleeps only if nothing wakes it.
    expect(sleptMs).toBeLessThan(30_000);
    expect(cpuMs).toBeLessThan(50);
  });

  it('a reader does not sleep if there is a record to read, and otherwise no longer than its limit', () => {
    const stream = streamOf();
    const reader = new StreamReader(stream);
    const startMs = performance.now();
    reader.sleep(0, 20e6);
    const sleptMs = performance.now() - startMs;
    expect(sleptMs).toBeGreaterThan(15);
    new StreamWriter(stream, keys, 1).append(batchOf(rowsOf(1)), 0);
    const beforeMs = performance.now();
    reader.sleep(0, 60e9);
    expect(performance.now() - beforeMs).toBeLessThan(60_000);
    expect(readAll(reader)).toHaveLength(1);
  });

  it('createStream rejects too little memory with the required size, and accepts that size', () => {
    const tooLittle = { shardCount: 4, memoryBytes: MIB, maxRecordBytes: MIB };
    expect(() => createStream(tooLittle)).toThrow(RangeError);
    let least = 0;
    try {
      createStream(tooLittle);
    } catch (error) {
      least = Number(/at least (\d+)/.exec((error as Error).message)![1]);
    }
    expect(() => createStream({ ...tooLittle, memoryBytes: least - 4 })).toThrow(RangeError);
    expect(createStream({ ...tooLittle, memoryBytes: least }).shardLogs).toHaveLength(4);
  });

  it.each([0, 10 * MIB + 1])('createStream rejects a maxRecordBytes of %d', (maxRecordBytes) => {
    expect(() => streamOf({ maxRecordBytes })).toThrow(RangeError);
  });
});
