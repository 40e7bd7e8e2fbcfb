import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CREDENTIALS, clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

interface Raised {
  readonly class: string;
  readonly code: string | null;
  readonly status: number | null;
  readonly message: string;
  readonly requestId: string | null;
}

interface ErrorsReport {
  readonly raised: Readonly<Record<string, Raised | null>>;
  readonly caught: { readonly Code: string; readonly Message: string };
}

interface IdentityReport {
  readonly right: readonly string[];
  readonly wrongKey: Raised | null;
  readonly wrongSecret: Raised | null;
  readonly untrusted: Raised | null;
}

const { accessKey, secretKey } = CREDENTIALS;

describe.skipIf(clients.kind === 'missing')(`errors with boto3${whySkipped}`, () => {
  let server: Served;
  let report: ErrorsReport;

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--delay', '0ms']);
    report = await runScript('errors.py', server.url);
  });
  afterAll(() => server?.end());

  test.each([
    ['unknownStream', 'ResourceNotFoundException', 'Stream nowhere under account 000000000000 not found.'],
    ['unknownShard', 'ResourceNotFoundException', 'Shard shardId-000000000009 in stream errors under account'],
    ['streamTwice', 'ResourceInUseException', 'already exists'],
    ['wrongIterator', 'InvalidArgumentException', 'Invalid ShardIterator.'],
    ['wrongName', 'ValidationException', "Value 'not a name' at 'streamName' failed to satisfy constraint"],
    ['wrongToken', 'InvalidArgumentException', 'NextToken'],
    ['tokenAndName', 'InvalidArgumentException', 'NextToken and StreamName cannot be provided together.'],
    ['listShardsPages', 'InvalidArgumentException', 'NextToken and StreamName cannot be provided together.'],
    ['tooLarge', 'InvalidArgumentException', '1048576 bytes'],
    ['tooMany', 'ValidationException', "at 'records' failed to satisfy constraint"],
    ['hashKeyTooLarge', 'InvalidArgumentException', '[0, 2^128-1]'],
    ['wrongLimit', 'ValidationException', "Value '10001' at 'limit'"],
    ['noStream', 'InvalidArgumentException', 'StreamName or StreamARN'],
    ['dryRun', 'DryRunOperationException', 'DryRun'],
    ['shardsNotAdjacent', 'InvalidArgumentException', 'not an adjacent pair'],
    ['tooNewTime', 'InvalidArgumentException', 'cannot be greater than the currentTimestampInMillis'],
    ['noTime', 'InvalidArgumentException', 'Must specify timestampInMillis parameter'],
    ['noNumber', 'InvalidArgumentException', 'Request specified AFTER_SEQUENCE_NUMBER and no StartingSequenceNumber.'],
    ['numberToo', 'InvalidArgumentException', 'Request specified LATEST and also a StartingSequenceNumber.'],
    [
      'numberOfAnotherShard',
      'InvalidArgumentException',
      'Invalid StartingSequenceNumber. It encodes shardId-000000000001',
    ],
    ['wrongNumberForOrdering', 'InvalidArgumentException', 'ExclusiveMinimumSequenceNumber 1 used in PutRecord'],
    ['tooManyShards', 'LimitExceededException', 'over double your current open shard count'],
    ['missingMember', 'ValidationException', "Value null at 'records'"],
  ])('%s has the code %s', (name, code, message) => {
    const raised = report.raised[name];
    expect(raised).toMatchObject({
      class: code,
      code,
      status: 400,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(raised?.message).toContain(message);
  });

  test('raises ClientError with the code for an error that the model does not have', () => {
    expect(report.raised.wrongType).toMatchObject({
      class: 'ClientError',
      code: 'SerializationException',
      status: 400,
    });
    expect(report.raised.unknownOperation).toMatchObject({ class: 'ClientError', code: 'UnknownOperationException' });
  });

  test('are caught by the names of client.exceptions', () => {
    expect(report.caught.Code).toBe('ResourceNotFoundException');
  });
});

describe.skipIf(clients.kind === 'missing')(`identity with boto3${whySkipped}`, () => {
  const args = ['--stream', 'orders:1', '--access-key', accessKey, '--secret-key', secretKey];

  test('accepts the right signature and rejects another key or secret', async () => {
    const server = await serve(args);
    const { right, wrongKey, wrongSecret } = await runScript<IdentityReport>('identity.py', server.url);
    await server.end();
    expect(right).toEqual(['orders']);
    expect(wrongKey).toMatchObject({ class: 'ClientError', code: 'UnrecognizedClientException' });
    expect(wrongSecret).toMatchObject({ class: 'ClientError', code: 'InvalidSignatureException' });
  });

  test('trusts only the configured certificate over TLS', async () => {
    const server = await serve([...args, '--tls']);
    const { right, wrongSecret, untrusted } = await runScript<IdentityReport>('identity.py', server.url);
    await server.end();
    expect(server.url).toMatch(/^https:/);
    expect(right).toEqual(['orders']);
    expect(wrongSecret?.code).toBe('InvalidSignatureException');
    expect(untrusted?.class).toBe('SSLError');
  });
});
