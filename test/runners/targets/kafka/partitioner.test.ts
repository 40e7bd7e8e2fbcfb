import { murmur2 as libraryMurmur2 } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textTable } from '../../../../engine/log/text-table.ts';
import { murmur2, Partitioner } from '../../../../runners/targets/kafka/partitioner.ts';

/** From org.apache.kafka.common.utils.Utils.murmur2 of Apache Kafka 4.4.0: key, signed hash. */
const VECTORS = [
  ['key-0', 29210041],
  ['key-1', 193331640],
  ['key-2', 852269702],
  ['key-3', -1839136101],
  ['21', -973932308],
  ['foobar', -790332482],
  ['', 275646681],
  ['é', 186971271],
] as const;

test.each(VECTORS)('murmur2 of the UTF-8 bytes of "%s" is the hash that Java computes', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('murmur2 of any bytes, at any place in a table, is the hash of the client library', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), (bytes, before) => {
      const table = Buffer.concat([Buffer.alloc(before, 0xee), bytes, Buffer.alloc(5, 0xee)]);
      expect(murmur2(table, before, bytes.length)).toBe(libraryMurmur2(Buffer.from(bytes)));
    }),
  );
});

test('a partition is the hash without its sign, modulo the number of partitions, also after that grew', () => {
  const keys = VECTORS.map(([key]) => key);
  const partitioner = new Partitioner(textTable(keys), 5);
  const expected = (count: number) => VECTORS.map(([, hash]) => (hash & 0x7fffffff) % count);
  expect(keys.map((_, i) => partitioner.partitionOf(i))).toEqual(expected(5));
  partitioner.partitionCount = 8;
  expect(keys.map((_, i) => partitioner.partitionOf(i))).toEqual(expected(8));
});
