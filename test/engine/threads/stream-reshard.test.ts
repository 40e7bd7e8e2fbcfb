import { describe, expect, it } from 'vitest';
import { RecordBatch } from '../../../engine/log/record-batch.ts';
import { CLAIM_READY, EMPTY, ENDED } from '../../../engine/log/shard-log-reader.ts';
import { createStream, type StreamOptions } from '../../../engine/threads/stream.ts';
import { StreamControl } from '../../../engine/threads/stream-control.ts';
import { StreamMap } from '../../../engine/threads/stream-map.ts';
import { LATER, StreamReader } from '../../../engine/threads/stream-reader.ts';
import { StreamWriter } from '../../../engine/threads/stream-writer.ts';
import { tableOf, textTable } from '../log/records.ts';

const keys = textTable(Array.from({ length: 64 }, (_, i) => `key-${i}`));
const payloads = tableOf([new Uint8Array(100)]);

function setUp(options: Partial<StreamOptions> = {}) {
  const stream = createStream({
    shardCount: 1,
    shardCapacity: 8,
    memoryBytes: 8 * 2 ** 18,
    maxRecordBytes: 4096,
    ...options,
  });
  const writer = new StreamWriter(stream, keys, 64);
  const append = (nowNs = 0): RecordBatch => {
    const batch = new RecordBatch(64, keys, payloads, 0);
    batch.count = 64;
    for (let row = 0; row < 64; row++) batch.keyIndex[row] = row;
    expect(writer.append(batch, nowNs)).toBe(0);
    return batch;
  };
  return { stream, append, control: new StreamControl(stream) };
}

const indexesOf = (reader: StreamReader) => reader.shards.map(({ shard }) => shard);
const shardsOf = (batch: RecordBatch) => [...new Set(batch.shard)].sort((a, b) => a - b);

describe('writers of a stream whose shards change', () => {
  it('writers continue in the new shards, each key in its own', () => {
    const { append, control } = setUp();
    expect(shardsOf(append())).toEqual([0]);
    expect(control.split(0)).toEqual({ closed: [0], opened: [1, 2] });
    const halves = append();
    expect(shardsOf(halves)).toEqual([1, 2]);
    expect(control.split(1).opened).toEqual([3, 4]);
    const batch = append();
    for (let row = 0; row < 64; row++) expect(batch.shard[row] === 2).toBe(halves.shard[row] === 2);
    control.merge(3, 4);
    control.setShardCount(1);
    expect(shardsOf(append())).toEqual([6]);
  });

  it('each new shard has a limit of its own for writers', () => {
    const limits = { recordsPerSecond: 64, bytesPerSecond: 1e6, burstRecords: 64, burstBytes: 1e6 };
    const { stream, append, control } = setUp({ limits });
    const statuses = () => new Set(append().status);
    expect([...statuses()]).toEqual([1]);
    expect([...statuses()]).toEqual([2]);
    control.split(0);
    expect([...statuses()]).toEqual([1]);
    expect(new StreamMap(stream.map).open().madeCount).toBe(3);
  });
});

describe('readers of a stream whose shards change', () => {
  it('readers read the parents to the end, then the children', () => {
    const { stream, append, control } = setUp();
    const reader = new StreamReader(stream);
    append();
    control.split(0);
    append();
    expect(indexesOf(reader)).toEqual([0]);
    expect(reader.advance()).toBe(false);
    const [parent] = reader.shards;
    expect(parent!.next(0)).toBe(CLAIM_READY);
    expect(reader.advance()).toBe(false);
    expect(parent!.next(0)).toBe(ENDED);
    expect(reader.advance()).toBe(true);
    expect(indexesOf(reader)).toEqual([1, 2]);
    expect(reader.shards.map((shard) => shard.next(0))).toEqual([CLAIM_READY, CLAIM_READY]);
    expect(reader.shards.map((shard) => shard.next(0))).toEqual([EMPTY, EMPTY]);
  });

  it('readers of a merged shard wait for the ends of both parents', () => {
    const { stream, append, control } = setUp({ shardCount: 2 });
    const reader = new StreamReader(stream);
    control.merge(1, 0);
    append();
    expect(reader.shards[1]!.next(0)).toBe(ENDED);
    expect(reader.advance()).toBe(true);
    expect(indexesOf(reader)).toEqual([0]);
    expect(reader.shards[0]!.next(0)).toBe(ENDED);
    reader.advance();
    expect(indexesOf(reader)).toEqual([2]);
    expect(reader.shards[0]!.next(0)).toBe(CLAIM_READY);
  });

  it('readers that begin at the latest record skip closed shards, and read later children from their beginning', () => {
    const { stream, append, control } = setUp();
    append();
    control.split(0);
    append();
    const reader = new StreamReader(stream, 'latest');
    expect(indexesOf(reader)).toEqual([1, 2]);
    control.split(2);
    append();
    const taken = () => reader.shards.map((shard) => shard.next(0));
    expect(taken()).toEqual([CLAIM_READY, ENDED]);
    reader.advance();
    expect(indexesOf(reader)).toEqual([1, 3, 4]);
    expect(taken()).toEqual([EMPTY, CLAIM_READY, CLAIM_READY]);
  });

  it('readers see the end of a shard only after its last record has become visible', () => {
    const { stream, append, control } = setUp({ latency: 'enhanced-fan-out', seed: 3 });
    const reader = new StreamReader(stream);
    append();
    control.split(0);
    append();
    const [parent] = reader.shards;
    expect(parent!.next(0)).toBe(LATER);
    const { visibleAtNs } = parent!;
    expect(visibleAtNs).toBeGreaterThan(0);
    expect(parent!.next(visibleAtNs - 1)).toBe(LATER);
    expect(parent!.next(visibleAtNs)).toBe(CLAIM_READY);
    expect(parent!.next(visibleAtNs)).toBe(ENDED);
  });

  it('readers do not sleep before the end of a shard, nor before records in its children', () => {
    const { stream, append, control } = setUp();
    const reader = new StreamReader(stream);
    const sleeps = (mostMs: number): number => {
      const startMs = performance.now();
      reader.sleep(0, mostMs * 1e6);
      return performance.now() - startMs;
    };
    control.split(0);
    expect(sleeps(60_000)).toBeLessThan(60_000);
    expect(reader.advance()).toBe(true);
    append();
    expect(sleeps(60_000)).toBeLessThan(60_000);
    for (const shard of reader.shards) shard.next(0);
    expect(sleeps(20)).toBeGreaterThan(15);
  });

  it('readers hold the full ring of a shard that they have not begun, if no record may be lost', () => {
    const { stream, append, control } = setUp({ whenFull: 'refuse' });
    const reader = new StreamReader(stream);
    append();
    control.split(0);
    const writer = new StreamWriter(stream, keys, 64);
    const batch = new RecordBatch(64, keys, payloads, 0);
    batch.count = 64;
    let accepted = 64;
    for (let pending = 0; pending === 0; ) {
      batch.status.fill(0);
      pending = writer.append(batch, 0);
      accepted += 64 - pending;
    }
    let received = 0;
    do {
      for (const shard of reader.shards) {
        while (shard.next(0) === CLAIM_READY) received += shard.reader.records;
        shard.reader.release();
      }
    } while (reader.advance());
    expect(received).toBe(accepted);
    expect(reader.lostRecords).toBe(0);
    reader.close();
    expect(writer.append(batch, 0)).toBe(0);
  });
});
