import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyCounterAt, keyIndexAt, nextFrameByte, sourceAt } from '../../../engine/log/frame.ts';
import { ACCEPTED, PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import type { WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { CLAIM_READY, LOST } from '../../../engine/log/shard-log-reader.ts';
import { RecordPutter } from '../../../engine/threads/record-putter.ts';
import { createStream, type StreamHandle } from '../../../engine/threads/stream.ts';
import { StreamControl } from '../../../engine/threads/stream-control.ts';
import { StreamMap } from '../../../engine/threads/stream-map.ts';
import { StreamReader } from '../../../engine/threads/stream-reader.ts';
import { StreamWriter } from '../../../engine/threads/stream-writer.ts';
import { tableOf, textTable } from '../log/records.ts';

const KEY_COUNT = 40;
const BATCH = 32;
const WRITERS = 2;
const CAPACITY = 40;
const keys = textTable(Array.from({ length: KEY_COUNT }, (_, i) => `key-${i}`));
const payloads = tableOf([new Uint8Array(900).fill(1)]);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      writer: fc.nat(WRITERS - 1),
      records: fc.integer({ min: 1, max: BATCH }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      reader: fc.nat(9),
      claims: fc.integer({ min: 1, max: 5 }),
      backwards: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('split' as const), place: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge' as const), place: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      from: fc.constantFrom('trim-horizon' as const, 'latest' as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One consumer's tally: what it read, checked as it came. */
class Consumer {
  readonly reader: StreamReader;
  readonly #map: StreamMap;
  readonly #finished = new Set<number>();
  /** By source and key: the number expected next; -1 where the first one that comes is right. */
  readonly #next: Int32Array;
  received = 0;
  gaps = 0;

  constructor(stream: StreamHandle, from: 'trim-horizon' | 'latest') {
    this.reader = new StreamReader(stream, from);
    this.#map = new StreamMap(stream.map);
    this.#next = new Int32Array(WRITERS * KEY_COUNT).fill(from === 'latest' ? -1 : 0);
    if (from === 'latest') {
      const { indexes, madeCount } = this.#map.open();
      for (let shard = 0; shard < madeCount; shard++) if (!indexes.includes(shard)) this.#finished.add(shard);
    }
  }

  /** Reads up to so many claims of each shard, in either order. @returns false when there was nothing. */
  read(claims: number, backwards = false): boolean {
    let found = false;
    const { shards } = this.reader;
    for (const shard of backwards ? [...shards].reverse() : shards) {
      for (let i = 0; i < claims; i++) {
        const outcome = shard.next(0);
        if (outcome !== CLAIM_READY && outcome !== LOST) break;
        found = true;
        if (outcome === CLAIM_READY) this.#take(shard);
      }
      if (shard.ended) this.#finished.add(shard.shard);
      shard.reader.release();
    }
    return this.reader.advance() || found;
  }

  #take({ shard, log, reader }: StreamReader['shards'][number]): void {
    for (const parent of this.#map.parentsOf(shard)) expect(this.#finished.has(parent)).toBe(true);
    let frame = reader.firstFrameByte;
    for (let i = 0; i < reader.records; i++, frame = nextFrameByte(log, frame)) {
      const at = sourceAt(log, frame) * KEY_COUNT + keyIndexAt(log, frame);
      const counter = keyCounterAt(log, frame);
      const expected = this.#next[at]!;
      expect(counter).toBeGreaterThanOrEqual(expected);
      if (expected >= 0) this.gaps += counter - expected;
      this.#next[at] = counter + 1;
      this.received += 1;
    }
  }
}

class Model {
  readonly stream: StreamHandle;
  readonly control: StreamControl;
  readonly consumers: { readonly consumer: Consumer; readonly sentBefore: number; readonly from: string }[] = [];
  readonly #writers: StreamWriter[];
  readonly #batches: RecordBatch[];
  readonly #counters = new Int32Array(WRITERS * KEY_COUNT);
  #round = 0;
  accepted = 0;

  constructor(shardCount: number, whenFull: WhenFull) {
    this.stream = createStream({
      shardCount,
      shardCapacity: CAPACITY,
      memoryBytes: CAPACITY * 2 ** 18,
      maxRecordBytes: 1024,
      whenFull,
    });
    this.control = new StreamControl(this.stream);
    this.#writers = Array.from({ length: WRITERS }, () => new StreamWriter(this.stream, keys, BATCH));
    this.#batches = Array.from({ length: WRITERS }, (_, source) => new RecordBatch(BATCH, keys, payloads, source));
    this.open('trim-horizon');
  }

  open(from: 'trim-horizon' | 'latest'): void {
    if (this.consumers.length >= 10) return;
    this.consumers.push({ consumer: new Consumer(this.stream, from), sentBefore: this.accepted, from });
  }

  put(writer: number, records: number): void {
    const batch = this.#batches[writer]!;
    batch.count = records;
    for (let row = 0; row < records; row++) {
      const key = (this.#round++ * 7) % KEY_COUNT;
      batch.keyIndex[row] = key;
      batch.status[row] = PENDING;
      batch.keyCounter[row] = this.#counters[writer * KEY_COUNT + key]!++;
    }
    // A ring that a consumer holds is emptied, as another thread would.
    while (this.#writers[writer]!.append(batch, 0) > 0) for (const { consumer } of this.consumers) consumer.read(1);
    this.accepted += records;
    const { indexes } = new StreamMap(this.stream.map).open();
    for (let row = 0; row < records; row++) {
      expect(batch.status[row]).toBe(ACCEPTED);
      expect(indexes).toContain(batch.shard[row]);
    }
  }

  reshard(step: Step): void {
    const open = this.control.openShards.map(({ index }) => index);
    try {
      if (step.kind === 'split') this.control.split(open[step.place % open.length]!);
      if (step.kind === 'merge' && open.length > 1) {
        const place = step.place % (open.length - 1);
        this.control.merge(open[place]!, open[place + 1]!);
      }
      if (step.kind === 'count') this.control.setShardCount(step.count);
    } catch (error) {
      expect((error as Error).message).toContain('shardCapacity');
      expect(this.control.openShards.map(({ index }) => index)).toEqual(open);
    }
  }

  check(whenFull: WhenFull): void {
    for (const { consumer, sentBefore, from } of this.consumers) {
      while (consumer.read(3, true));
      const lost = consumer.reader.lostRecords;
      const owed = from === 'latest' ? this.accepted - sentBefore : this.accepted;
      // A consumer that came late begins where the ring does, which may have gone round before.
      if (sentBefore === 0 || from === 'latest') expect(consumer.received + lost).toBe(owed);
      else expect(consumer.received + lost).toBeLessThanOrEqual(owed);
      if (sentBefore === 0) expect(consumer.gaps).toBeLessThanOrEqual(lost);
      if (whenFull === 'refuse') expect(lost).toBe(0);
      consumer.reader.close();
    }
  }
}

describe('any sequence of puts, splits, merges and reads', () => {
  for (const whenFull of ['trim', 'refuse'] as const) {
    it(`each consumer gets every record once, in the order of its key, parents before children, with ${whenFull}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, shardCount) => {
          const model = new Model(shardCount, whenFull);
          for (const action of steps) {
            if (action.kind === 'put') model.put(action.writer, action.records);
            else if (action.kind === 'open') model.open(action.from);
            else if (action.kind !== 'read') model.reshard(action);
            else
              model.consumers[action.reader % model.consumers.length]!.consumer.read(action.claims, action.backwards);
          }
          model.check(whenFull);
        }),
        { numRuns: 200 },
      );
    });
  }
});

describe('single puts', () => {
  it('single puts follow a split to the new shards', () => {
    const stream = createStream({ shardCount: 1, shardCapacity: 3, memoryBytes: 2 ** 21, maxRecordBytes: 1024 });
    const putter = new RecordPutter(stream);
    const put = () => putter.put({ partitionKey: 'k', data: new Uint8Array(5) }, 0);
    expect(put()).toMatchObject({ status: ACCEPTED, shard: 0 });
    new StreamControl(stream).split(0);
    const { shard } = put();
    expect([1, 2]).toContain(shard);
    const high = { partitionKey: 'k', data: new Uint8Array(5), explicitHashKey: String(2n ** 128n - 1n) };
    expect(putter.put(high, 0)).toMatchObject({ status: ACCEPTED, shard: 2 });
  });
});

describe('a stream without room for more shards', () => {
  it('rejects a split without room for it, reports the required capacity, and changes no shard', () => {
    const stream = createStream({ shardCount: 2, memoryBytes: 2 ** 20, maxRecordBytes: 1024 });
    const control = new StreamControl(stream);
    expect(() => control.split(0)).toThrow('shardCapacity over 2');
    expect(control.openShards.map(({ index }) => index)).toEqual([0, 1]);
    expect(new RecordPutter(stream).put({ partitionKey: 'k', data: new Uint8Array(5) }, 0).status).toBe(ACCEPTED);
  });

  it('rejects a stream with a capacity below its shards', () => {
    expect(() => createStream({ shardCount: 3, shardCapacity: 2, memoryBytes: 2 ** 22, maxRecordBytes: 1024 })).toThrow(
      RangeError,
    );
  });
});
