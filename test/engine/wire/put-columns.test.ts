import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceNumbers } from '../../../engine/account/identifiers/sequence-number.ts';
import { shardIdOf } from '../../../engine/account/identifiers/shard-id.ts';
import { PutColumns } from '../../../engine/account/records/put-columns.ts';
import { PUT_ACCEPTED, PutOutcome } from '../../../engine/account/records/put-outcome.ts';
import { hashKey } from '../../../engine/routing/hash-key.ts';
import { parseExplicitHashKey } from '../../../engine/routing/shard-map.ts';
import { rateExceededText } from '../../../engine/twin/limits.ts';
import { BodyPieces } from '../../../engine/wire/body-pieces.ts';
import { CBOR_CODEC } from '../../../engine/wire/cbor-codec.ts';
import { writeCbor } from '../../../engine/wire/cbor-writer.ts';
import type { Codec } from '../../../engine/wire/codec.ts';
import { JSON_CODEC } from '../../../engine/wire/json-codec.ts';

interface Entry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

const ascii = fc.string({ unit: fc.constantFrom(...'abcXYZ 019-_./~'), minLength: 1, maxLength: 256 });
const entry: fc.Arbitrary<Entry> = fc.record(
  {
    PartitionKey: ascii,
    Data: fc.uint8Array({ maxLength: 1500 }),
    ExplicitHashKey: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String),
  },
  { requiredKeys: ['PartitionKey', 'Data'] },
);
const input = fc.record({
  StreamName: fc.constant('orders'),
  Records: fc.array(entry, { minLength: 1, maxLength: 20 }),
});

const jsonOf = (value: object, space: number): Buffer =>
  Buffer.from(
    JSON.stringify(
      value,
      (_, member) => (member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member),
      space,
    ),
  );

const FORMATS: readonly (readonly [string, Codec, (value: object, space: number) => Buffer])[] = [
  ['JSON', JSON_CODEC, jsonOf],
  ['CBOR', CBOR_CODEC, (value) => writeCbor(value)],
];

const columns = new PutColumns();

const textOf = (body: Buffer | string | BodyPieces): string =>
  String(body instanceof BodyPieces ? Buffer.concat(body.pieces) : body);

function rowsOf({ count, keys, data, hashes, memory }: PutColumns) {
  return Array.from({ length: count }, (_, row) => ({
    key: memory.toString('latin1', keys.offsets[row]!, keys.offsets[row]! + keys.lengths[row]!),
    data: Buffer.from(memory.subarray(data.offsets[row]!, data.offsets[row]! + data.lengths[row]!)),
    hash: [...hashes.subarray(4 * row, 4 * row + 4)],
  }));
}

function rowOf({ PartitionKey, Data, ExplicitHashKey }: Entry) {
  const hash = new Uint32Array(4);
  const key = Buffer.from(PartitionKey);
  if (ExplicitHashKey === undefined) hashKey(key, 0, key.length, hash);
  else parseExplicitHashKey(ExplicitHashKey, hash);
  return { key: PartitionKey, data: Buffer.from(Data), hash: [...hash] };
}

describe.each(FORMATS)('a body of a put in %s', (_, codec, bytesOf) => {
  test('is read into columns that hold every record of PutRecords', () => {
    fc.assert(
      fc.property(input, fc.nat(2), (value, space) => {
        expect(codec.decodePut('PutRecords', bytesOf(value, space), columns)).toBe(true);
        expect(columns.streamName).toBe('orders');
        expect(rowsOf(columns)).toEqual(value.Records.map(rowOf));
        const sizes = value.Records.map(({ Data, PartitionKey }) => Data.length + PartitionKey.length);
        expect(columns.bytes).toBe(sizes.reduce((sum, bytes) => sum + bytes));
        expect(columns.largestBytes).toBe(Math.max(...sizes));
      }),
    );
  });

  test('is read into the row of PutRecord, whatever the order of its members', () => {
    fc.assert(
      fc.property(entry, fc.nat(2), fc.boolean(), (record, space, isLast) => {
        const stream = { StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders' };
        const value = isLast ? { ...record, ...stream } : { ...stream, ...record };
        expect(codec.decodePut('PutRecord', bytesOf(value, space), columns)).toBe(true);
        expect(columns.streamArn).toBe(stream.StreamARN);
        expect(rowsOf(columns)).toEqual([rowOf(record)]);
      }),
    );
  });

  test('is left to the general decoder if anything about it is unusual', () => {
    const good = { Data: Buffer.from('x'), PartitionKey: 'k' };
    const odd: readonly object[] = [
      { StreamName: 'orders', Records: [] },
      { StreamName: 'orders' },
      { StreamName: 'orders', Records: [good], DryRun: true },
      { StreamName: 'orders', Records: [{ Data: good.Data }] },
      { StreamName: 'orders', Records: [{ PartitionKey: 'k' }] },
      { StreamName: 'orders', Records: [{ ...good, PartitionKey: '' }] },
      { StreamName: 'orders', Records: [{ ...good, PartitionKey: 'k'.repeat(257) }] },
      { StreamName: 'orders', Records: [{ ...good, PartitionKey: 'é' }] },
      { StreamName: 'orders', Records: [{ ...good, PartitionKey: 7 }] },
      { StreamName: 'orders', Records: [{ ...good, PartitionKey: null }] },
      { StreamName: 'orders', Records: [{ ...good, Data: 7 }] },
      { StreamName: 'orders', Records: [{ ...good, ExplicitHashKey: '01' }] },
      { StreamName: 'orders', Records: [{ ...good, ExplicitHashKey: String(2n ** 128n) }] },
      { StreamName: 'orders', Records: [{ ...good, Other: 'x' }] },
      { StreamName: 'orders', Records: Array.from({ length: 501 }, () => good) },
      { StreamName: 'örders', Records: [good] },
      [],
    ];
    for (const value of odd) expect(codec.decodePut('PutRecords', bytesOf(value, 0), columns)).toBe(false);
    const record = { StreamName: 'orders', ...good };
    expect(codec.decodePut('PutRecord', bytesOf({ ...record, SequenceNumberForOrdering: '1' }, 0), columns)).toBe(
      false,
    );
    expect(codec.decodePut('PutRecord', bytesOf({ StreamName: 'orders', Records: [good] }, 0), columns)).toBe(false);
  });

  test('is left to the general decoder wherever it is cut or changed, or is decoded to the same input', () => {
    fc.assert(
      fc.property(input, fc.nat(), fc.integer({ min: -1, max: 255 }), (value, place, byte) => {
        const bytes = bytesOf(value, 0);
        const at = place % bytes.length;
        const changed = byte < 0 ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (byte >= 0) changed[at] = byte;
        if (!codec.decodePut('PutRecords', changed, columns)) return;
        const decoded = codec.decode('PutRecords', changed) as typeof value;
        expect(columns.streamName).toBe(decoded.StreamName);
        expect(rowsOf(columns)).toEqual(decoded.Records.map(rowOf));
      }),
      { numRuns: 500 },
    );
  });
});

describe.each(FORMATS)('the outcome of a put in %s', (_, codec) => {
  const row = fc.record({
    status: fc.constantFrom(PUT_ACCEPTED, 2, 4),
    shardIndex: fc.nat(5),
    place: fc.nat(2 ** 30),
    putSecond: fc.integer({ min: 1.7e9, max: 1.7e9 + 9 }),
    createdSecond: fc.integer({ min: 1.7e9, max: 1.7e9 + 1 }),
  });

  test('is encoded as the same output in objects', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), (rows, isEncrypted) => {
        const outcome = outcomeOf(rows, isEncrypted);
        const encryption = isEncrypted ? { EncryptionType: 'KMS' } : {};
        const Records = rows.map((one) => {
          if (one.status === 4) return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
          const ErrorMessage = rateExceededText(shardIdOf(one.shardIndex), 'orders', '000000000000');
          if (one.status === 2) return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage };
          return { SequenceNumber: numberOf(one), ShardId: shardIdOf(one.shardIndex) };
        });
        const output = { ...encryption, FailedRecordCount: outcome.count - outcome.accepted, Records };
        expect(textOf(codec.encodePut('PutRecords', outcome))).toBe(String(codec.encode('PutRecords', output)));
        expect(textOf(codec.encodePut('PutRecords', outcome.copy()))).toBe(String(codec.encode('PutRecords', output)));
        const [first] = rows;
        const one = { ShardId: shardIdOf(first!.shardIndex), SequenceNumber: numberOf(first!), ...encryption };
        expect(textOf(codec.encodePut('PutRecord', outcome))).toBe(String(codec.encode('PutRecord', one)));
      }),
    );
  });

  interface Row {
    readonly status: number;
    readonly shardIndex: number;
    readonly place: number;
    readonly putSecond: number;
    readonly createdSecond: number;
  }

  const numberOf = ({ shardIndex, place, putSecond, createdSecond }: Row): string => {
    const shard = { index: shardIndex, sequenceSecond: createdSecond, createdAtMs: 0, closedAtMs: undefined };
    return new SequenceNumbers(shard).numberAt(place, putSecond);
  };

  function outcomeOf(rows: readonly Row[], isEncrypted: boolean): PutOutcome {
    const outcome = new PutOutcome();
    const accepted = rows.filter(({ status }) => status === PUT_ACCEPTED).length;
    Object.assign(outcome, {
      count: rows.length,
      accepted,
      isEncrypted,
      streamName: 'orders',
      accountId: '000000000000',
    });
    for (const [i, one] of rows.entries()) {
      outcome.status[i] = one.status;
      outcome.shardIndex[i] = one.shardIndex;
      outcome.place[i] = one.place;
      outcome.putSecond[i] = one.putSecond;
      outcome.createdSecond[i] = one.createdSecond;
    }
    return outcome;
  }
});
