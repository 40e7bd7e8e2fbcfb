import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordBatch } from '../../../../../engine/log/record-batch.ts';
import { textTable } from '../../../../../engine/log/text-table.ts';
import { readCbor } from '../../../../../engine/wire/cbor-reader.ts';
import { ENVELOPE_BYTES } from '../../../../../runners/targets/envelope.ts';
import { PutBody } from '../../../../../runners/targets/kinesis/lean/put-body.ts';
import { PutRequests } from '../../../../../runners/targets/kinesis/put-request.ts';

const RUN_ID = 0x89_ab_cd_ef;
const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom('k'.repeat(23), 'k'.repeat(24), 'k'.repeat(255), 'k'.repeat(256), 'é'.repeat(128)),
);
/** Lengths on both sides of each length of a head, the envelope's bytes included. */
const payload = fc
  .oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(219, 220, 65_499, 65_500, 70_000))
  .map((bytes) => 'p'.repeat(ENVELOPE_BYTES + bytes));
const uint = (bits: number) => fc.nat(2 ** bits - 1);
const rows = fc.array(
  fc.record({ key: uint(10), payload: uint(10), counter: uint(31), at: fc.double({ noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 40,
  },
);
const loads = fc.record({
  keys: fc.array(key, { minLength: 1, maxLength: 8 }),
  payloads: fc.array(payload, { minLength: 1, maxLength: 4 }),
  rows,
  source: uint(16),
  nowNs: fc.double({ noNaN: true }),
});
type Load = typeof loads extends fc.Arbitrary<infer Value> ? Value : never;

function batchOf(load: Load): RecordBatch {
  const batch = new RecordBatch(load.rows.length, textTable(load.keys), textTable(load.payloads), load.source);
  for (const [i, row] of load.rows.entries()) {
    batch.keyIndex[i] = row.key % load.keys.length;
    batch.payloadIndex[i] = row.payload % load.payloads.length;
    batch.keyCounter[i] = row.counter;
    batch.intendedAtNs[i] = row.at;
    batch.count += 1;
  }
  return batch;
}

/** The entries that the SDK is given for the same batch. */
function entriesOf(batch: RecordBatch, nowNs: number) {
  const requests = new PutRequests({
    keys: batch.keys,
    runId: RUN_ID,
    maxRecordBytes: 2 ** 20,
    maxEntries: 500,
    shardOf: undefined,
  });
  const [request] = requests.requestsOf(batch, nowNs);
  return request!.entries;
}

/** The same with bytes as hexadecimal text, so that buffers of any class compare. */
function hexed(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(hexed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hexed(member)]));
}

test('a request of PutRecords decodes to the stream and the entries that the SDK is given', () => {
  const body = new PutBody('orders', 'records', RUN_ID);
  fc.assert(
    fc.property(loads, (load) => {
      const batch = batchOf(load);
      body.begin();
      for (let row = 0; row < batch.count; row++) body.addRow(batch, row, load.nowNs);
      const bytes = body.end();
      const expected = hexed({ StreamName: 'orders', Records: entriesOf(batch, load.nowNs) });
      expect(hexed(readCbor(bytes))).toEqual(expected);
      // The SDK's reader takes some short texts of more than one byte a character for others.
      if (load.keys.every((text) => /^[ -~]*$/.test(text))) {
        expect(hexed(cbor.deserialize(new Uint8Array(bytes)))).toEqual(expected);
      }
    }),
  );
});

test('a request of PutRecord decodes to the stream and the one entry', () => {
  const body = new PutBody('orders', 'record', RUN_ID);
  fc.assert(
    fc.property(loads, (load) => {
      const batch = batchOf(load);
      body.begin();
      body.addRow(batch, 0, load.nowNs);
      const [entry] = entriesOf(batch, load.nowNs);
      expect(hexed(readCbor(body.end()))).toEqual(hexed({ StreamName: 'orders', ...entry }));
    }),
  );
});

test('an entry with an explicit hash key decodes to the same entry', () => {
  const body = new PutBody('orders', 'records', RUN_ID);
  const entries = fc.array(
    fc.record({
      Data: fc.uint8Array({ maxLength: 300 }),
      PartitionKey: fc.constantFrom('a', 'é'),
      ExplicitHashKey: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String),
    }),
  );
  fc.assert(
    fc.property(entries, (records) => {
      body.begin();
      for (const entry of records) body.addEntry(entry);
      expect(hexed(readCbor(body.end()))).toEqual(hexed({ StreamName: 'orders', Records: records }));
    }),
  );
});
