import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { getRecords, getRecordsInto, getShardIterator } from '../../../engine/account/data/get-records.ts';
import { Engine } from '../../../engine/engine.ts';
import { CBOR_CODEC } from '../../../engine/wire/cbor-codec.ts';
import type { Codec } from '../../../engine/wire/codec.ts';
import { JSON_CODEC } from '../../../engine/wire/json-codec.ts';

const FORMATS: readonly (readonly [string, Codec])[] = [
  ['JSON', JSON_CODEC],
  ['CBOR', CBOR_CODEC],
];

const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed()),
  fc.constantFrom('"', '\\', 'a"b', '\u0000', '\u007f', 'k'.repeat(256), 'é'.repeat(256)),
);
const data = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 1000, max: 70_000 }).map((length) => Buffer.alloc(length, 'data')),
);
const put = fc.record({ key, data, laterMs: fc.nat(3), isEncrypted: fc.boolean() });

describe.each(FORMATS)('GetRecords in %s', (_, codec) => {
  let engine: Engine;
  const clock = new VirtualClock(1.7e12);

  beforeEach(async () => {
    engine = await Engine.open({ clock, limits: 'none' });
  });
  afterEach(() => engine.close());

  test('has the same bytes from the log as from objects', async () => {
    let streams = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(put, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), async (puts, limit) => {
        streams += 1;
        const stream = `orders-${streams}`;
        engine.createStream(stream, { shards: 1 });
        const { state } = engine.account.stream({ StreamName: stream });
        for (const { key: partitionKey, data: bytes, laterMs, isEncrypted } of puts) {
          clock.advance(laterMs);
          state.encryption = isEncrypted ? 'KMS' : 'NONE';
          await engine.put(stream, { partitionKey, data: bytes });
        }
        const from = {
          StreamName: stream,
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        } as const;
        const { ShardIterator } = getShardIterator(engine.account, from);
        const input = { ShardIterator, Limit: limit };
        const expected = codec.encode('GetRecords', getRecords(engine.account, input));
        const writer = codec.recordWriter();
        const body = writer.end(getRecordsInto(writer, engine.account, input));
        expect(Buffer.concat(body.pieces).equals(Buffer.from(expected))).toBe(true);
        expect(body.length).toBe(Buffer.byteLength(expected));
        body.release();
      }),
      { numRuns: 60 },
    );
  });

  test('has all its records when they are many pieces long', async () => {
    engine.createStream('orders', { shards: 1 });
    for (let i = 0; i < 20; i++) {
      const records = Array.from({ length: 500 }, (__, n) => ({
        partitionKey: `key ${i} ${n}`,
        // 10,000 of them need many pieces, also if the pool has pieces of 1 MiB from earlier bodies.
        data: `data ${i} ${n}`.padEnd(600),
      }));
      await engine.putMany('orders', records);
    }
    const from = { StreamName: 'orders', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = getShardIterator(engine.account, from);
    const writer = codec.recordWriter();
    const body = writer.end(getRecordsInto(writer, engine.account, { ShardIterator }));
    expect(body.pieces.length).toBeGreaterThan(5);
    const expected = codec.encode('GetRecords', getRecords(engine.account, { ShardIterator }));
    expect(Buffer.concat(body.pieces).equals(Buffer.from(expected))).toBe(true);
  });
});
