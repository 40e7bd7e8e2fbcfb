import { hash } from 'node:crypto';

/**
 * An aggregate of the Kinesis Producer Library: many user records in one Kinesis record.
 *
 *   0         4                                                      n-16            n
 *   +---------+------------------------------------------------------+---------------+
 *   | magic   | AggregatedRecord, protocol buffers (proto2)          | MD5 of those  |
 *   +---------+------------------------------------------------------+---------------+
 *
 *   AggregatedRecord { 1: repeated string keys  2: repeated string explicitHashKeys  3: repeated Record }
 *   Record { 1: key index  2: explicit hash key index, optional  3: data  4: repeated tags }
 *
 * Source: KPL, aggregation-format.md.
 */
export const AGGREGATE_MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
export const DIGEST_BYTES = 16;
/** Above it the KPL closes an aggregate (AggregationMaxSize), so that none costs a third PUT payload unit. */
export const AGGREGATE_BYTES_MAX = 51_200;

/** Field numbers and wire types that precede each value: number * 8 + type. Type 0 is a varint, 2 has a length. */
export const TAG = {
  partitionKey: 0x0a,
  explicitHashKey: 0x12,
  record: 0x1a,
  recordKeyIndex: 0x08,
  recordHashKeyIndex: 0x10,
  recordData: 0x1a,
} as const;

export const digestOf = (protobuf: Uint8Array): Buffer => hash('md5', protobuf, 'buffer');

/** Bytes of a whole number from 0 to 2^31 - 1 as a varint: 7 bits a byte. */
export function varintBytes(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}

/** Returns the byte after it. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 0x80; rest >>>= 7) {
    out[end] = (rest & 0x7f) | 0x80;
    end += 1;
  }
  out[end] = rest;
  return end + 1;
}
