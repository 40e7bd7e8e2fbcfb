import { describe, expect, test } from 'vitest';
import { PENDING, RecordBatch, TOO_LARGE } from '../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../engine/log/text-table.ts';
import { PutCalls } from '../../../../runners/targets/firehose/put-calls.ts';
import { emptyStamp, STAMP_BYTES, StampReader } from '../../../../runners/targets/firehose/stamp.ts';

const RUN = 5;
const keys = textTable(['key-a', 'key-bb']);

/** A batch of records whose payloads have these lengths, stamp included. */
function batchOf(lengths: readonly number[]): RecordBatch {
  const payloads = textTable(lengths.map((length) => 'x'.repeat(length)));
  const batch = new RecordBatch(lengths.length, keys, payloads, 3);
  for (const row of lengths.keys()) {
    batch.payloadIndex[row] = row;
    batch.keyIndex[row] = row % 2;
    batch.keyCounter[row] = row;
    batch.intendedAtNs[row] = 1000 * row;
    batch.status[row] = PENDING;
  }
  batch.count = lengths.length;
  return batch;
}

const rowsOf = (lengths: readonly number[], recordsMax?: number) =>
  new PutCalls(RUN, recordsMax).callsOf(batchOf(lengths), 7).map(({ rows }) => rows.length);

describe('calls for a batch', () => {
  test('have at most 500 records, or one with PutRecord', () => {
    expect(rowsOf(new Array(1001).fill(100))).toEqual([500, 500, 1]);
    expect(rowsOf([100, 100, 100], 1)).toEqual([1, 1, 1]);
    expect(rowsOf([])).toEqual([]);
  });

  test('have at most 4 MiB', () => {
    const mebibyte = 2 ** 20;
    expect(rowsOf(new Array(9).fill(mebibyte / 2))).toEqual([8, 1]);
    expect(rowsOf(new Array(5).fill(1_024_000))).toEqual([4, 1]);
  });

  test('skip a record over 1,000 KiB, which would make Firehose reject all of them', () => {
    const batch = batchOf([100, 1_024_001, 1_024_000]);
    const calls = new PutCalls(RUN).callsOf(batch, 7);
    expect(calls.map(({ rows }) => rows)).toEqual([[0, 2]]);
    expect([...batch.status]).toEqual([PENDING, TOO_LARGE, PENDING]);
    expect(calls[0]!.records.map(({ Data }) => Data?.length)).toEqual([100, 1_024_000]);
  });

  test('have the numbers of each record in its stamp, and its size with the key', () => {
    const [call] = new PutCalls(RUN).callsOf(batchOf([STAMP_BYTES + 4, STAMP_BYTES]), 7);
    const stamp = emptyStamp();
    const read = call!.records.map(({ Data }) => {
      new StampReader(RUN).next(Buffer.from(Data!), 0, stamp);
      return { ...stamp };
    });
    expect(read).toEqual([
      { source: 3, keyIndex: 0, keyCounter: 0, recordBytes: 5 + STAMP_BYTES + 4, intendedAtNs: 0, handedOverAtNs: 7 },
      { source: 3, keyIndex: 1, keyCounter: 1, recordBytes: 6 + STAMP_BYTES, intendedAtNs: 1000, handedOverAtNs: 7 },
    ]);
    expect(Buffer.from(call!.records[0]!.Data!).toString()).toMatch(/ xxxx$/);
  });
});
