import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeCbor } from '../../../../../engine/wire/cbor-writer.ts';
import { faultOf } from '../../../../../runners/aws/call-faults.ts';
import { shardIndexOf } from '../../../../../runners/aws/shards.ts';
import { PutResponse } from '../../../../../runners/targets/kinesis/lean/put-response.ts';

const CBOR = 'application/x-amz-cbor-1.1';
const JSON_TYPE = 'application/x-amz-json-1.1';

const shardId = fc.oneof(
  fc.nat(10_000).map((index) => `shardId-${String(index).padStart(12, '0')}`),
  fc.constantFrom('', 'shardId-', 'shardId', '7', '-7', 'shardId-00000000000x', 'é-3'),
);
const text = fc.oneof(fc.string(), fc.constantFrom('InternalFailure', 'ProvisionedThroughputExceededException'));
const entry = fc.record(
  {
    SequenceNumber: fc.bigInt({ min: 0n, max: 2n ** 186n }).map(String),
    ShardId: shardId,
    ErrorCode: fc.oneof(text, fc.constant(null)),
    ErrorMessage: fc.oneof(text, fc.constant(null)),
    EncryptionType: fc.constantFrom('NONE', 'KMS'),
    Id: fc.nat(),
    Extra: fc.oneof(fc.boolean(), fc.nat(), fc.double(), fc.constant({ nested: ['list'] })),
  },
  { requiredKeys: [] },
);
const responses = fc.record(
  {
    FailedRecordCount: fc.nat(500),
    Records: fc.array(entry, { maxLength: 30 }),
    EncryptionType: fc.constantFrom('NONE', 'KMS'),
  },
  { requiredKeys: ['Records'] },
);
type Entry = typeof entry extends fc.Arbitrary<infer Value> ? Value : never;

const FORMS: readonly [string, string, (value: object) => Buffer][] = [
  ['CBOR as AWS writes it', CBOR, writeCbor],
  ['CBOR with counted lengths', CBOR, (value) => Buffer.from(cbor.serialize(value))],
  ['JSON', JSON_TYPE, (value) => Buffer.from(JSON.stringify(value))],
];

/** The outcome of an entry as the SDK's client sees it. */
function outcomeOf({ ShardId, ErrorCode, ErrorMessage }: Entry) {
  if (typeof ErrorCode !== 'string') return { shard: shardIndexOf(ShardId), failure: undefined };
  return { shard: shardIndexOf(ShardId), failure: { code: ErrorCode, message: ErrorMessage ?? '' } };
}

function outcomesIn(response: PutResponse, count: number) {
  return Array.from({ length: count }, (_, i) => ({ shard: response.shards[i], failure: response.failureAt(i) }));
}

test.each(FORMS)('a response of PutRecords in %s has the outcomes that the SDK reads from it', (_, type, write) => {
  const response = new PutResponse();
  fc.assert(
    fc.property(responses, (value) => {
      const count = response.read(write(value), type, 'records');
      expect(outcomesIn(response, count)).toEqual(value.Records.map(outcomeOf));
    }),
  );
});

test.each(FORMS)('a response of PutRecord in %s has the outcome that the SDK reads from it', (_, type, write) => {
  const response = new PutResponse();
  fc.assert(
    fc.property(entry, (value) => {
      expect(response.read(write(value), type, 'record')).toBe(1);
      expect(outcomesIn(response, 1)).toEqual([outcomeOf(value)]);
    }),
  );
});

test('a body that was cut off or changed is read, or is a transient fault', () => {
  const response = new PutResponse();
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), end: fc.nat() });
  fc.assert(
    fc.property(responses, change, fc.boolean(), (value, { at, byte, end }, isCut) => {
      const bytes = writeCbor(value);
      const body = isCut ? bytes.subarray(0, end % bytes.length) : bytes;
      if (!isCut) body[at % body.length] = byte;
      try {
        expect(response.read(body, CBOR, 'records')).toBeLessThanOrEqual(500);
      } catch (error) {
        expect(faultOf(error)).toEqual({ code: 'NotKinesis200', kind: 'transient' });
      }
    }),
  );
});

test.each([
  ['an empty body', '', JSON_TYPE],
  ['null', 'null', JSON_TYPE],
  ['no list', '{"Records":7}', JSON_TYPE],
  ['more entries than a call has', JSON.stringify({ Records: new Array(501).fill({}) }), JSON_TYPE],
  ['text in the place of CBOR', 'hello', CBOR],
])('%s is a transient fault', (_, body, type) => {
  const read = () => new PutResponse().read(Buffer.from(body), type, 'records');
  expect(read).toThrow(SyntaxError);
});
