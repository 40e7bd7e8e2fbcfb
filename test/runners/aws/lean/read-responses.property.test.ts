import type { GetRecordsOutput } from '@aws-sdk/client-kinesis';
import { cbor, tag } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { JSON_CODEC } from '../../../../engine/wire/json-codec.ts';
import { CborRecords } from '../../../../runners/aws/lean/cbor-records.ts';
import { decodedResponse } from '../../../../runners/aws/lean/decoded-response.ts';
import { JsonRecords } from '../../../../runners/aws/lean/json-records.ts';
import type { ReadResponse } from '../../../../runners/aws/lean/response-parts.ts';
import { RECORD_HEAD_BYTES, type ReadRecords } from '../../../../runners/aws/read-client.ts';
import { sdkOutputOf } from './sdk-output.ts';

const keys = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('key', '"\\', 'ключ', '\u0000'));
const records = fc.array(
  fc.record(
    {
      SequenceNumber: fc.bigInt({ min: 1n, max: 10n ** 56n }).map(String),
      ApproximateArrivalTimestamp: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
      Data: fc.uint8Array({ maxLength: 300 }),
      PartitionKey: keys,
      EncryptionType: fc.constantFrom('NONE' as const, 'KMS' as const),
    },
    { requiredKeys: ['SequenceNumber', 'Data', 'PartitionKey'] },
  ),
  { maxLength: 20 },
);
const children = fc.array(
  fc.record({
    ShardId: fc.nat(99).map((index) => `shardId-${String(index).padStart(12, '0')}`),
    ParentShards: fc.array(fc.constantFrom('shardId-000000000000', 'shardId-000000000001'), { maxLength: 2 }),
  }),
  { maxLength: 2 },
);
/** Responses in any order of their members, with members of later versions of the service. */
const outputs = fc
  .record(
    {
      Records: records,
      NextShardIterator: fc.string({ minLength: 1, maxLength: 300 }),
      MillisBehindLatest: fc.oneof(fc.nat(), fc.constantFrom(0, 86_400_000 * 365, 2 ** 31 - 1, 2 ** 31, 2 ** 32)),
      ChildShards: children,
      NewMember: fc.oneof(fc.nat(), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    },
    { requiredKeys: ['Records'] },
  )
  .chain((output) =>
    fc
      .shuffledSubarray(Object.keys(output), { minLength: Object.keys(output).length })
      .map(
        (names) =>
          Object.fromEntries(
            names.map((name) => [name, output[name as keyof typeof output]]),
          ) as unknown as GetRecordsOutput,
      ),
  );

interface Content {
  readonly records: readonly (readonly [data: string, keyBytes: number])[];
  readonly lastSequenceNumber: string | undefined;
  readonly nextIterator: string | undefined;
  readonly behindMs: number;
  readonly children: readonly unknown[];
}

/** Data as far as every reader must give it. */
function givenBy(from: ReadRecords | undefined): Content['records'] {
  const given: [string, number][] = [];
  from?.giveTo({
    record: (bytes, dataAt, dataBytes, keyBytes) => {
      expect(dataAt + Math.min(dataBytes, RECORD_HEAD_BYTES)).toBeLessThanOrEqual(bytes.byteLength);
      const head = Buffer.from(bytes.buffer, bytes.byteOffset + dataAt, Math.min(dataBytes, RECORD_HEAD_BYTES));
      given.push([`${dataBytes} ${head.toString('hex')}`, keyBytes]);
    },
  });
  return given;
}

function contentOf({ records, lastSequenceNumber, nextIterator, behindMs, children }: ReadResponse): Content {
  return { records: givenBy(records), lastSequenceNumber, nextIterator, behindMs, children };
}

function expectedOf(output: GetRecordsOutput): Content {
  const { Records = [], NextShardIterator, MillisBehindLatest = 0, ChildShards = [] } = output;
  return {
    records: Records.map(({ Data = new Uint8Array(), PartitionKey = '' }) => {
      const head = Buffer.from(Data).subarray(0, RECORD_HEAD_BYTES);
      return [`${Data.length} ${head.toString('hex')}`, Buffer.byteLength(PartitionKey)];
    }),
    lastSequenceNumber: Records.at(-1)?.SequenceNumber,
    nextIterator: NextShardIterator,
    behindMs: MillisBehindLatest,
    children: ChildShards.map(({ ShardId = '', ParentShards }) => ({
      id: ShardId,
      index: Number(ShardId.slice(-12)),
      parents: ParentShards,
    })),
  };
}

/** Keys that are no UTF-8 and data that are no base64 have no one meaning. */
const outlineOf = ({ records, ...others }: Content) => ({ ...others, records: records.length });

/** The SDK's CBOR has definite lengths, and its timestamps are seconds. */
function smithyCbor(output: GetRecordsOutput): Buffer {
  const { Records = [], ...others } = output;
  const written = Records.map(({ ApproximateArrivalTimestamp, ...record }) => ({
    ...record,
    ...(ApproximateArrivalTimestamp === undefined
      ? {}
      : { ApproximateArrivalTimestamp: tag({ tag: 1, value: ApproximateArrivalTimestamp.getTime() / 1000 }) }),
  }));
  return Buffer.from(cbor.serialize({ ...others, Records: written }));
}

const FORMATS = [
  ['CBOR of our server', (output: GetRecordsOutput) => writeCbor(output), new CborRecords()],
  ['CBOR of the SDK', smithyCbor, new CborRecords()],
  [
    'JSON of our server',
    (output: GetRecordsOutput) => Buffer.from(JSON_CODEC.encode('GetRecords', output)),
    new JsonRecords(),
  ],
  [
    'JSON with blanks',
    (output: GetRecordsOutput) =>
      Buffer.from(`\n${JSON.stringify(JSON.parse(JSON_CODEC.encode('GetRecords', output).toString()), null, 1)}\n`),
    new JsonRecords(),
  ],
] as const;

describe.each(FORMATS)('a response in %s', (_format, encode, reader) => {
  test('gives the records that were encoded, read in place or by the general decoder', () => {
    let inPlace = 0;
    fc.assert(
      fc.property(outputs, (output) => {
        const bytes = encode(output);
        const response = reader.read(bytes);
        if (response !== undefined) inPlace += 1;
        expect(contentOf(response ?? decodedResponse(bytes))).toEqual(expectedOf(output));
        expect(contentOf(decodedResponse(bytes))).toEqual(expectedOf(output));
      }),
    );
    expect(inPlace).toBeGreaterThan(0);
  });

  test('is read in place if it is an ordinary one, whatever memory precedes it', () => {
    const plain = records.map((list) => list.map((record) => ({ ...record, PartitionKey: 'key' })));
    fc.assert(
      fc.property(plain, fc.nat(50), (Records, before) => {
        const body = encode({ Records, NextShardIterator: 'iterator', MillisBehindLatest: 7 } as GetRecordsOutput);
        const bytes = Buffer.concat([Buffer.alloc(before, 0xee), body, Buffer.alloc(9, 0xee)]).subarray(
          before,
          before + body.length,
        );
        expect(reader.read(bytes)).toBeDefined();
      }),
    );
  });

  test('is either read as the general decoder reads it or left to that decoder, whatever bytes changed', () => {
    const mutated = outputs.chain((output) => {
      const bytes = encode(output);
      const cut = fc.nat(bytes.length - 1).map((length) => bytes.subarray(0, length));
      const changed = fc
        .array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
        .map((changes) => {
          const copy = Buffer.from(bytes);
          for (const [at, byte] of changes) copy[at] = byte;
          return copy;
        });
      return fc.oneof(
        cut,
        changed,
        fc.uint8Array().map((any) => Buffer.from(any)),
      );
    });
    fc.assert(
      fc.property(mutated, (bytes) => {
        const response = reader.read(bytes);
        let decoded: ReadResponse | undefined;
        try {
          decoded = decodedResponse(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'MalformedResponse' });
        }
        if (response === undefined) return;
        const content = contentOf(response);
        if (decoded !== undefined) expect(outlineOf(content)).toEqual(outlineOf(contentOf(decoded)));
      }),
      { numRuns: 500 },
    );
  });
});

test('the general decoder reads JSON as the SDK does', async () => {
  await fc.assert(
    fc.asyncProperty(outputs, async (output) => {
      const bytes = Buffer.from(JSON_CODEC.encode('GetRecords', output));
      expect(contentOf(decodedResponse(bytes))).toEqual(expectedOf(await sdkOutputOf(bytes)));
    }),
  );
});
