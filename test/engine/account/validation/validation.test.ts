import * as sdk from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INPUTS } from '../../../../engine/account/validation/inputs.ts';
import type { Shape } from '../../../../engine/account/validation/shapes.ts';
import { checkInput } from '../../../../engine/account/validation/validation.ts';
import { refusal } from '../control/set-up.ts';

const check = (operation: string, input: object): string => refusal(() => checkInput(operation, input));
const RECORD = { Data: new Uint8Array(1), PartitionKey: 'a' };

describe('constraints of the model', () => {
  test('the length of a text is counted in characters, not in UTF-16 units', () => {
    const put = (characters: number) => ({
      StreamName: 'a',
      Data: new Uint8Array(1),
      PartitionKey: '\u{1F600}'.repeat(characters),
    });
    expect(check('PutRecord', put(256))).toBe('accepted');
    expect(check('PutRecord', put(257))).toContain('Member must have length less than or equal to 256');
  });

  test.each([
    [
      'a name that is too long',
      'DescribeStream',
      { StreamName: 'x'.repeat(129) },
      `ValidationException: 1 validation error detected: Value '${'x'.repeat(129)}' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128`,
    ],
    [
      'a member that is missing',
      'DeleteResourcePolicy',
      {},
      "ValidationException: 1 validation error detected: Value null at 'resourceARN' failed to satisfy constraint: Member must not be null",
    ],
    [
      'several problems, counted',
      'CreateStream',
      { StreamName: '', ShardCount: 0 },
      "ValidationException: 3 validation errors detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'a value that is not of its set, inside a structure',
      'CreateStream',
      { StreamName: 'a', StreamModeDetails: { StreamMode: 'SERVERLESS' } },
      "ValidationException: 1 validation error detected: Value 'SERVERLESS' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
    ],
    [
      'members of a list',
      'RemoveTagsFromStream',
      { StreamName: 'a', TagKeys: ['fine', ''] },
      "ValidationException: 1 validation error detected: Value '[fine, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
    ],
    [
      'values of a map',
      'AddTagsToStream',
      { StreamName: 'a', Tags: { k: 'v'.repeat(257) } },
      `ValidationException: 1 validation error detected: Value '{k=${'v'.repeat(257)}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]`,
    ],
    [
      'a structure in a list',
      'ListChannels',
      { StreamFilter: [{ StreamARN: 'nonsense' }] },
      String.raw`ValidationException: 1 validation error detected: Value 'nonsense' at 'streamFilter.1.member.streamARN' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+`,
    ],
    [
      'too many records, without writing them all out',
      'PutRecords',
      { StreamName: 'a', Records: new Array(501).fill(RECORD) },
      "ValidationException: 1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
    ],
    [
      'every fault of every record with its place, together with those of the stream name',
      'PutRecords',
      {
        StreamName: '',
        Records: [{ PartitionKey: '', Data: new Uint8Array(0), ExplicitHashKey: '' }, RECORD, { PartitionKey: 'b' }],
      },
      String.raw`ValidationException: 5 validation errors detected: Value '' at 'records.1.member.partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'records.1.member.explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,38}); Value null at 'records.3.member.data' failed to satisfy constraint: Member must not be null; Value '' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'streamName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
    [
      'a blob that is too long',
      'PutRecord',
      { StreamName: 'a', PartitionKey: 'a', Data: new Uint8Array(10_485_761) },
      "ValidationException: 1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 10485760",
    ],
  ])('rejects and describes %s', (_name, operation, input, expected) => {
    expect(check(operation, input)).toBe(expected);
  });

  test('at most ten problems are reported', () => {
    const filters = Array.from({ length: 30 }, () => ({ StreamARN: 'no' }));
    expect(check('ListChannels', { StreamFilter: filters })).toMatch(/^ValidationException: 10 validation errors/);
  });

  test('null members count as missing, at any depth, and members that the model does not know are accepted', () => {
    expect(checkInput('ListStreams', { Limit: null, Colour: 'red' })).toEqual({ Colour: 'red' });
    const filter = { Type: 'AT_LATEST', ShardId: null };
    expect(checkInput('ListShards', { ShardFilter: filter })).toEqual({ ShardFilter: { Type: 'AT_LATEST' } });
    const record = { ...RECORD, ExplicitHashKey: null };
    expect(checkInput('PutRecords', { Records: [RECORD, record] })).toEqual({ Records: [RECORD, RECORD] });
    expect(check('ListChannels', { StreamFilter: [null] })).toContain("Value null at 'streamFilter.1.member'");
  });

  test('values that AWS converts are converted', () => {
    expect(checkInput('CreateStream', { StreamName: 'a', ShardCount: 1.9 })).toEqual({
      StreamName: 'a',
      ShardCount: 1,
    });
    expect(checkInput('CreateStream', { StreamName: 'a', ShardCount: 2 ** 40 })).toMatchObject({
      ShardCount: 2_147_483_647,
    });
    expect(check('ListStreams', { Limit: -(2 ** 40) })).toContain("Value '-2147483648' at 'limit'");
    expect(check('ListStreams', { Limit: 0.9 })).toContain("Value '0' at 'limit'");
    for (const [text, flag] of [
      ['true', true],
      ['No', false],
      ['1', true],
    ] as const)
      expect(checkInput('DeleteStream', { EnforceConsumerDeletion: text })).toEqual({ EnforceConsumerDeletion: flag });
  });

  test('an input without nulls is passed on without a copy', () => {
    const input = { StreamName: 'a', Records: [RECORD] };
    expect(checkInput('PutRecords', input)).toBe(input);
  });

  test('an ARN of any length is checked at once', () => {
    const arn = `arn:aws${':kinesis:'.repeat(100_000)}`;
    expect(check('DescribeStream', { StreamARN: arn })).toContain('less than or equal to 2048');
  });

  test('any input is accepted or rejected with a message', () => {
    const operation = fc.constantFrom(...INPUTS.keys());
    const names = [...INPUTS.values()].flatMap(({ members }) => members.map(({ name }) => name));
    const value = fc.oneof(fc.anything(), fc.constantFrom(new Date(Number.NaN), new Uint8Array(3), Number.NaN, 1e300));
    fc.assert(
      fc.property(operation, fc.dictionary(fc.constantFrom(...names), value), (name, input) => {
        expect(check(name, input)).toMatch(/^accepted$|^(?:Validation|Serialization)Exception: \S/);
      }),
    );
  });
});

describe('types', () => {
  test.each([
    [
      'CreateStream',
      { StreamName: 5 },
      'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String',
    ],
    ['CreateStream', { StreamName: true }, 'class java.lang.Boolean can not be converted to an String'],
    ['CreateStream', { StreamName: ['a'] }, 'Start of list found where not expected'],
    ['CreateStream', { StreamName: {} }, 'Start of structure or map found where not expected.'],
    ['CreateStream', { ShardCount: '5' }, 'class java.lang.String can not be converted to an Integer'],
    ['DeleteStream', { EnforceConsumerDeletion: 'maybe' }, "'MAYBE' can not be converted to an Boolean"],
    ['AddTagsToStream', { Tags: 'a' }, 'Expected map or null'],
    ['RemoveTagsFromStream', { TagKeys: 'a' }, 'Expected list or null'],
    ['CreateStream', { StreamModeDetails: 'a' }, 'Expected null'],
    ['CreateStream', { StreamModeDetails: [] }, 'Start of list found where not expected'],
    ['PutRecords', { Records: ['text'] }, 'Expected null'],
    ['PutRecords', { Records: [[]] }, 'Start of list found where not expected'],
    [
      'PutRecords',
      { Records: [RECORD, { ...RECORD, PartitionKey: 7 }] },
      'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String',
    ],
    ['PutRecord', { Data: 'text' }, 'class java.lang.String can not be converted to a Blob'],
    [
      'ListShards',
      { StreamCreationTimestamp: 'today' },
      'class java.lang.String can not be converted to milliseconds since epoch',
    ],
  ])('%s %j', (operation, input, message) => {
    expect(check(operation, input)).toBe(`SerializationException: ${message}`);
  });
});

test('sets of values are those of the SDK', () => {
  const exported: readonly unknown[] = Object.values(sdk);
  const known = exported
    .filter((value) => typeof value === 'object' && value !== null)
    .map((values) => JSON.stringify(Object.values(values).sort()));
  const sets = [...INPUTS.values()].flatMap(valueSets);
  expect(sets.length).toBeGreaterThan(15);
  expect(sets.filter((values) => !known.includes(JSON.stringify([...values].sort())))).toEqual([]);
});

function valueSets(shape: Shape): (readonly string[])[] {
  if (shape.kind === 'Structure') return shape.members.flatMap((member) => valueSets(member.shape));
  if (shape.kind === 'List') return shape.member === 'records' ? [] : valueSets(shape.member);
  return shape.kind === 'String' && shape.values !== undefined ? [shape.values] : [];
}
