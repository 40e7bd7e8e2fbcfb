import { ListStreamsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireRequest } from '../../../engine/wire/exchange.ts';
import { SignatureVerifier } from '../../../engine/wire/signature.ts';
import { CREDENTIALS, HTTP_VERSIONS, sdkClient, serving } from './set-up.ts';
import { SIGNED_AT, signed, type Unsigned } from './signer.ts';

describe.each(HTTP_VERSIONS)("signatures of AWS's own client over %s", (version) => {
  const put = new PutRecordCommand({ StreamName: 'orders', PartitionKey: 'clé', Data: Buffer.from('x') });

  test('accepts correct signatures of the client of AWS', async () => {
    const { server } = await serving({ credentials: CREDENTIALS });
    expect(await sdkClient(server.url, version).send(put)).toHaveProperty('SequenceNumber');
  });

  test('rejects signatures with another secret or another key', async () => {
    const { server, service } = await serving({ credentials: CREDENTIALS });
    const refusals = [
      { accessKeyId: CREDENTIALS.accessKey, secretAccessKey: 'wrong' },
      { accessKeyId: 'AKIDOTHER', secretAccessKey: CREDENTIALS.secretKey },
    ].map((credentials) => sdkClient(server.url, version, { credentials }).send(put));
    const names = (await Promise.allSettled(refusals)).map((one) => one.status === 'rejected' && one.reason.name);
    expect(names).toEqual(['InvalidSignatureException', 'UnrecognizedClientException']);
    expect(service.calls).toEqual([]);
  });

  test('rejects signatures that are more than 15 minutes old, or more than 15 minutes ahead', async () => {
    for (const minutes of [-15.1, 15.1]) {
      const clock = { nowMs: () => Date.now() + minutes * 60_000 };
      const { server } = await serving({ credentials: CREDENTIALS, clock, threads: 1 });
      await expect(sdkClient(server.url, version).send(put)).rejects.toMatchObject({
        name: 'RequestExpired',
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  test('a server without credentials does not check the value of signatures', async () => {
    const { server } = await serving({ clock: { nowMs: () => 0 }, threads: 1 });
    const credentials = { accessKeyId: 'anybody', secretAccessKey: 'anything', sessionToken: 'token' };
    expect(await sdkClient(server.url, version, { credentials }).send(new ListStreamsCommand({}))).toBeDefined();
  });
});

const SHAPES: readonly [string, Record<string, string>, string, string][] = [
  ['no signature', {}, '/', 'MissingAuthenticationTokenException'],
  ['a header without its parts', { authorization: 'AWS4-HMAC-SHA256' }, '/', 'IncompleteSignatureException'],
  [
    'a header without a date',
    { authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0' },
    '/',
    'IncompleteSignatureException',
  ],
  ['a query without its parts', {}, '/?X-Amz-Algorithm=AWS4-HMAC-SHA256', 'IncompleteSignatureException'],
  ['both', { authorization: 'AWS4-HMAC-SHA256' }, '/?X-Amz-Algorithm=x', 'InvalidSignatureException'],
];

test.each(SHAPES)('rejects a request with %s, with or without credentials', async (_what, headers, path, code) => {
  for (const options of [{}, { credentials: CREDENTIALS }]) {
    const { server } = await serving(options);
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Kinesis_20131202.ListStreams',
        ...headers,
      },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: code });
  }
});

const verifier = new SignatureVerifier(CREDENTIALS, { nowMs: () => SIGNED_AT.getTime() });

test("accepts the signature of AWS's published example `get-vanilla`", () => {
  const clock = { nowMs: () => Date.UTC(2015, 7, 30, 12, 36, 0) };
  const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
  const signature = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  const request: WireRequest = {
    method: 'GET',
    target: '/',
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
    body: Buffer.alloc(0),
  };
  const example = new SignatureVerifier(CREDENTIALS, clock, 'service');
  example.check(request);
  expect(() => example.check({ ...request, method: 'POST' })).toThrow('signature we calculated does not match');
});

const texts = fc.string({ unit: 'grapheme', maxLength: 12 });
const headerValues = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_/;='), maxLength: 20 });
const unsigned: fc.Arbitrary<Unsigned> = fc.record({
  method: fc.constantFrom('POST', 'GET'),
  path: fc
    .array(fc.stringMatching(/^[a-zA-Z0-9_.~-]{1,8}$/), { maxLength: 3 })
    .map((segments) => `/${segments.join('/')}`),
  query: fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9 +&=_-]{1,8}$/), texts, { maxKeys: 3 }),
  headers: fc.record({ host: fc.constant('localhost'), 'x-amz-target': headerValues, 'x-custom': headerValues }),
  body: texts,
});

test("accepts signatures that AWS's signer makes, in the header and in the query", async () => {
  await fc.assert(
    fc.asyncProperty(unsigned, fc.constantFrom('header' as const, 'query' as const), async (request, how) => {
      verifier.check(await signed(request, how));
    }),
  );
});

test('rejects a request that was changed after signing', async () => {
  const changes: ((request: WireRequest) => WireRequest)[] = [
    (request) => ({ ...request, method: 'PUT' }),
    // At the path's end: before it, a segment may be removed again (`/other/..` is signed as `/`).
    (request) => ({ ...request, target: request.target.replace(/(?=\?|$)/, '/other') }),
    (request) => ({ ...request, target: `${request.target}${request.target.includes('?') ? '&' : '?'}more=1` }),
    (request) => ({ ...request, headers: { ...request.headers, host: 'elsewhere' } }),
    (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
  ];
  await fc.assert(
    fc.asyncProperty(unsigned, fc.constantFrom(...changes), async (request, change) => {
      const changed = change(await signed(request, 'header'));
      expect(() => verifier.check(changed)).toThrow(expect.objectContaining({ code: 'InvalidSignatureException' }));
    }),
  );
});

test('rejects a presigned query after its lifetime', async () => {
  const request = { method: 'POST', path: '/', query: {}, headers: { host: 'localhost' }, body: '' };
  const presigned = await signed(request, 'query');
  const at = (seconds: number) =>
    new SignatureVerifier(CREDENTIALS, { nowMs: () => SIGNED_AT.getTime() + seconds * 1000 });
  at(60).check(presigned);
  expect(() => at(61).check(presigned)).toThrow(expect.objectContaining({ code: 'RequestExpired' }));
});

test('rejects any text in the header or the query with a code', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.string(), fc.string(), fc.string())
      .map(
        ([credential, names, signature]) =>
          `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
      ),
  );
  fc.assert(
    fc.property(hostile, fc.string(), fc.string(), (authorization, date, query) => {
      const headers = { authorization, 'x-amz-date': date };
      const request = { method: 'POST', target: `/?${query}`, headers, body: Buffer.alloc(0) };
      expect(() => verifier.check(request)).toThrow(expect.objectContaining({ status: 400 }));
    }),
  );
});
