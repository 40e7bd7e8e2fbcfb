import { Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PENDING, RecordBatch, TOO_LARGE } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { ENVELOPE_BYTES } from '../../../../runners/targets/envelope.ts';
import { BatchEncoder, type PartitionBatch, sealBatch } from '../../../../runners/targets/kafka/batch-encoder.ts';
import { BatchReader, endOfBatches } from '../../../../runners/targets/kafka/batch-reader.ts';
import { codecOf, decompress } from '../../../../runners/targets/kafka/codec.ts';
import { Partitioner } from '../../../../runners/targets/kafka/partitioner.ts';
import { RECEIPT } from '../../../../runners/targets/receipt.ts';
import type { KafkaCompression } from '../../../../workloads/targets/kafka.ts';

const RUN_ID = 7;
const SOURCE = 3;
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const keys = textTable(['a', 'key-3', 'é'.repeat(70), 'k'.repeat(200)]);
const payloads = textTable(['', 'short', 'x'.repeat(100), 'y'.repeat(9000)]);
const lengths = Array.from(payloads.lengths, (length) => length + ENVELOPE_BYTES);
const withEnvelope = { ...payloads, lengths: Int32Array.from(lengths) };

const rowsOf = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 60 });

describe('record batches', () => {
  test.each(COMPRESSIONS)('are what the client library reads, with %s compression', (compression) => {
    fc.assert(
      fc.property(rowsOf, fc.integer({ min: 1, max: 7 }), (rows, partitions) => {
        const { batch, parts } = encode(rows, { compression, partitions });
        let count = 0;
        for (const { bytes, partition, firstRow, nextRow, recordCount } of parts) {
          const read = readRecordsBatch(Reader.from(bytes));
          expect(read).toMatchObject({ magic: 2, lastOffsetDelta: recordCount - 1, producerId: 9n, firstSequence: 5 });
          expect(read.records).toHaveLength(recordCount);
          let row = firstRow;
          for (const [i, record] of read.records.entries()) {
            expect(batch.shard[row]).toBe(partition);
            expect(record).toMatchObject({ offsetDelta: i, timestampDelta: 0n, headers: [] });
            expect(record.key!.toString()).toBe(keyText(rows[row]![0]));
            expect(record.value!.toString('latin1', ENVELOPE_BYTES)).toBe(payloadText(rows[row]![1]));
            row = nextRow[row]!;
          }
          count += recordCount;
        }
        expect(count).toBe(rows.length);
      }),
      { numRuns: 30 },
    );
  });

  test.each(COMPRESSIONS)('are read back with their stamps, with %s compression', (compression) => {
    fc.assert(
      fc.property(rowsOf, fc.nat(20), (rows, before) => {
        const [part] = encode(rows, { compression, partitions: 1 }).parts;
        const got = readAll(part!.bytes, before);
        const kept = rows.map((_, row) => row).slice(before);
        expect(got).toEqual(
          kept.map((row) => ({
            source: SOURCE,
            keyIndex: rows[row]![0],
            keyCounter: row,
            intendedAtNs: row * 1.5,
            bytes: keys.lengths[rows[row]![0]]! + lengths[rows[row]![1]]!,
          })),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('skip a batch that the response cut off', () => {
    const [part] = encode([[0, 0]], { partitions: 1 }).parts;
    const cut = Buffer.concat([part!.bytes, part!.bytes.subarray(0, -1)]);
    expect(endOfBatches(cut)).toMatchObject({ nextOffset: 1 });
    expect(endOfBatches(cut.subarray(0, 20))).toBeUndefined();
    expect(readAll(cut, 0)).toHaveLength(1);
  });

  test('hold no more bytes than the topic accepts, and skip a record that fits into none', () => {
    const rows = Array.from({ length: 40 }, (_, i): [number, number] => [0, i === 7 ? 3 : 2]);
    const { batch, parts } = encode(rows, { partitions: 1, maxBatchBytes: 1000 });
    expect(batch.status[7]).toBe(TOO_LARGE);
    expect(parts.every(({ bytes }) => bytes.length <= 1000)).toBe(true);
    expect(parts.reduce((sum, { recordCount }) => sum + recordCount, 0)).toBe(39);
  });
});

interface Encoding {
  readonly compression?: KafkaCompression;
  readonly partitions: number;
  readonly maxBatchBytes?: number;
}

function encode(
  rows: readonly (readonly [number, number])[],
  { compression = 'none', partitions, maxBatchBytes = 1e6 }: Encoding,
): { batch: RecordBatch; parts: readonly PartitionBatch[] } {
  const codec = codecOf(compression);
  const partitioner = new Partitioner(keys, partitions);
  const options = { keys, runId: RUN_ID, batchCapacity: 64, inFlight: 1, maxBatchBytes, codec, partitioner };
  const batch = new RecordBatch(64, keys, withEnvelope, SOURCE);
  batch.count = rows.length;
  for (const [row, [keyIndex, payloadIndex]] of rows.entries()) {
    batch.keyIndex[row] = keyIndex;
    batch.payloadIndex[row] = payloadIndex;
    batch.keyCounter[row] = row;
    batch.intendedAtNs[row] = row * 1.5;
    batch.status[row] = PENDING;
  }
  const parts = new BatchEncoder(options).encode(0, batch, 1e9, 1_700_000_000_000);
  for (const { bytes } of parts) sealBatch(bytes, codec, { producerId: 9n, epoch: 1, sequence: 5 });
  return { batch, parts };
}

function readAll(bytes: Buffer, fromOffset: number): object[] {
  const got: object[] = [];
  const receiver = {
    begin: (shard: number) => expect(shard).toBe(0),
    receive: (source: number, keyIndex: number, keyCounter: number, intendedAtNs: number, size: number) => {
      got.push({ source, keyIndex, keyCounter, intendedAtNs, bytes: size });
      return RECEIPT.inOrder;
    },
    end: () => {},
  };
  new BatchReader(RUN_ID, decompress).read({ partition: 0, bytes, fromOffset }, 0, 2e9, receiver);
  return got;
}

const text = (bytes: Uint8Array, from: number, length: number, encoding: BufferEncoding) =>
  Buffer.from(bytes.subarray(from, from + length)).toString(encoding);
const keyText = (i: number) => text(keys.bytes, keys.offsets[i]!, keys.lengths[i]!, 'utf8');
const payloadText = (i: number) => text(payloads.bytes, payloads.offsets[i]!, payloads.lengths[i]!, 'latin1');
