import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { cbor } from '@smithy/core/cbor';
import { readCbor } from '../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../engine/wire/cbor-writer.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';

const REPEATS = 15;
/** Reads in a repeat: about 20 ms of the slowest reader. */
const READS = { records: 100, small: 30_000 };
const NS_PER_US = 1000;

interface Body {
  readonly name: string;
  readonly value: object;
  readonly reads: number;
}

const BODIES: readonly Body[] = [
  { name: 'put-records', value: { StreamName: 'clicks', Records: records(500) }, reads: READS.records },
  { name: 'put-record', value: { StreamName: 'clicks', ...records(1)[0] }, reads: READS.small },
  { name: 'get-records', value: { ShardIterator: 'A'.repeat(240), Limit: 1000 }, reads: READS.small },
];

/** Requests in the two forms that clients send: lengths as in the Java SDK, and counted as in the SDK for JavaScript. */
const FORMS: readonly [string, (value: object) => Buffer][] = [
  ['', writeCbor],
  ['-counted', (value) => Buffer.from(cbor.serialize(value))],
];

/** Our reader and the SDK's in turn, on the same bytes. */
export const cborRead: Benchmark = {
  name: 'cbor-read',
  title: 'read a request in CBOR: PutRecords of 500 x 100 B, PutRecord, GetRecords',
  run: () => {
    const rows: BenchmarkRow[] = [];
    for (const body of BODIES) {
      for (const [form, write] of FORMS)
        rows.push(...compare(`cbor-read-${body.name}${form}`, write(body.value), body));
    }
    return Promise.resolve(rows);
  },
};

function compare(name: string, bytes: Buffer, { value, reads }: Body): BenchmarkRow[] {
  holds(isDeepStrictEqual(plain(readCbor(bytes)), plain(value)), `${name} is not what was written`);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    ours.push(usPerRead(reads, () => readCbor(bytes)));
    theirs.push(usPerRead(reads, () => cbor.deserialize(bytes)));
  }
  return [
    rowOf(name, 'us', ours, medianOf(ours) / medianOf(theirs)),
    { ...rowOf(`${name}-smithy`, 'us', theirs), note: 'without checks of depth, keys and the end' },
  ];
}

function usPerRead(reads: number, read: () => unknown): number {
  const startNs = process.hrtime.bigint();
  for (let i = 0; i < reads; i++) read();
  return Number(process.hrtime.bigint() - startNs) / reads / NS_PER_US;
}

function records(count: number): { readonly Data: Buffer; readonly PartitionKey: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    Data: randomBytes(100),
    PartitionKey: `user-${(i * 7919) % 10_000}`,
  }));
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
