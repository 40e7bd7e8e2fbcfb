import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGGREGATE_BYTES_MAX, AGGREGATE_MAGIC, digestOf } from '../../../engine/aggregate/aggregate-format.ts';
import { readAggregate } from '../../../engine/aggregate/aggregate-reader.ts';
import { AggregateWriter } from '../../../runners/aws/aggregate-writer.ts';
import { peerAggregate, peerDeaggregate } from './kpl-peer.ts';

interface Pair {
  readonly key: string;
  readonly data: Buffer;
}

/** Keys that come again, of one to four bytes a character; the peer cannot do without data. */
const pair = fc.record({
  key: fc.constantFrom('a', 'b', 'éè', '日本', '🚰', 'k'.repeat(200)),
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});
const pairs = fc.array(pair, { minLength: 1, maxLength: 60 });

function aggregateOf(all: readonly Pair[]): Buffer {
  const writer = new AggregateWriter();
  const ids = [...new Set(all.map(({ key }) => key))];
  for (const { key, data } of all) expect(writer.add(ids.indexOf(key), { key: Buffer.from(key), data })).toBe(true);
  const bytes = writer.write();
  expect(bytes.length).toBe(writer.bytes);
  return bytes;
}

function read(bytes: Uint8Array): Pair[] | undefined {
  const aggregate = readAggregate(bytes);
  return aggregate?.records.map(({ keyPlace, data }) => ({
    key: Buffer.from(aggregate.keys[keyPlace]!).toString(),
    data: Buffer.from(data),
  }));
}

describe('aggregates', () => {
  test('come out as they went in, in order', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        expect(read(aggregateOf(all))).toEqual(all);
      }),
    );
  });

  test('are read by aws-kinesis-agg, digest included', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const found = peerDeaggregate(aggregateOf(all));
        expect(found).toEqual(all.map(({ key, data }) => ({ partitionKey: key, data })));
      }),
    );
  });

  test('reads aggregates of aws-kinesis-agg, with explicit hash keys and without', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (all, withHashKeys) => {
        const hashKey = withHashKeys ? { explicitHashKey: '340282366920938463463374607431768211455' } : {};
        const made = await peerAggregate(all.map(({ key, data }) => ({ partitionKey: key, ...hashKey, data })));
        expect(made.flatMap((bytes) => read(bytes))).toEqual(all);
      }),
    );
  });

  test('hold a key once, however often it comes', () => {
    const one = { key: 'k'.repeat(200), data: Buffer.from('x') };
    expect(aggregateOf([one, one, one]).length).toBeLessThan(3 * 200);
  });

  test('never grow over their limit, except for a single record', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { minLength: 1 }), (sizes) => {
        const writer = new AggregateWriter();
        const key = Buffer.from('key');
        for (const size of sizes) writer.add(0, { key, data: Buffer.alloc(size) });
        expect(writer.write().length).toBeLessThanOrEqual(AGGREGATE_BYTES_MAX);
      }),
    );
    const alone = new AggregateWriter();
    expect(alone.add(0, { key: Buffer.from('key'), data: Buffer.alloc(60_000) })).toBe(true);
    expect(alone.add(0, { key: Buffer.from('key'), data: Buffer.alloc(1) })).toBe(false);
    expect(alone.count).toBe(1);
  });
});

describe('a record that is no aggregate', () => {
  const sealed = (protobuf: Buffer) => Buffer.concat([AGGREGATE_MAGIC, protobuf, digestOf(protobuf)]);
  const whole = aggregateOf([{ key: 'a', data: Buffer.from('payload') }]);

  test('is returned unchanged, whatever its bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readAggregate(bytes) === undefined));
  });

  test('is returned unchanged with the magic and a wrong digest', () => {
    for (const at of [4, 10, whole.length - 1]) {
      const broken = Buffer.from(whole);
      broken[at]! ^= 1;
      expect(readAggregate(broken), `byte ${at}`).toBeUndefined();
    }
  });

  test('is returned unchanged when an aggregate was cut at any byte', () => {
    for (let length = 0; length < whole.length; length++)
      expect(readAggregate(whole.subarray(0, length))).toBeUndefined();
  });

  test('is returned unchanged with a right digest over bytes that are no protocol buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        // Some bytes are protocol buffers by chance; none of them holds a record with a key.
        const found = readAggregate(sealed(Buffer.from(bytes)));
        for (const { keyPlace } of found?.records ?? []) expect(found!.keys[keyPlace]).toBeDefined();
      }),
    );
    expect(readAggregate(sealed(Buffer.from([0x1a, 0x7f, 0x08])))).toBeUndefined();
  });

  test('is returned unchanged when its records name missing keys', () => {
    const record = Buffer.from([0x08, 0x05, 0x1a, 0x01, 0x41]);
    expect(readAggregate(sealed(Buffer.from([0x0a, 0x01, 0x61, 0x1a, record.length, ...record])))).toBeUndefined();
  });
});

test('unknown fields of an aggregate are skipped', () => {
  const record = [0x08, 0x00, 0x1a, 0x01, 0x41, 0x22, 0x02, 0x0a, 0x00, 0x35, 1, 2, 3, 4];
  const protobuf = Buffer.from([0x0a, 0x01, 0x61, 0x1a, record.length, ...record, 0x39, 1, 2, 3, 4, 5, 6, 7, 8]);
  const bytes = Buffer.concat([AGGREGATE_MAGIC, protobuf, digestOf(protobuf)]);
  expect(read(bytes)).toEqual([{ key: 'a', data: Buffer.from('A') }]);
});
