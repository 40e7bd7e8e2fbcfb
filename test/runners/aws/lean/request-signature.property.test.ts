import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amzDate, CanonicalRequest, RequestSigner, sha256Hex } from '../../../../runners/aws/lean/request-signature.ts';
import { Sha256 } from '../../../engine/wire/signer.ts';

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
/** Headers that the SDK signs; the others are on a list of its own, and the transport sends none of them. */
const isSigned = (name: string) =>
  !/^(?:proxy-|sec-|x-amz-date$|x-amz-security-token$|x-amz-content-sha256$|date$)/.test(name) && !UNSIGNED.has(name);
const UNSIGNED = new Set(
  'authorization cache-control connection expect from keep-alive max-forwards pragma referer te trailer transfer-encoding upgrade user-agent x-amzn-trace-id'.split(
    ' ',
  ),
);

const requests = fc.record({
  method: fc.constantFrom('POST', 'GET', 'PUT', 'DELETE'),
  path: fc
    .array(fc.oneof(printable, fc.string(), fc.constantFrom('', '.', '..', 'a b', "!'()*")))
    .map((segments) => `/${segments.map((segment) => segment.replace(/[?\uD800-\uDFFF]/g, '')).join('/')}`),
  headers: fc.dictionary(token.filter(isSigned), printable),
  body: fc.uint8Array({ maxLength: 300 }),
});
const identities = fc.record(
  {
    accessKeyId: fc.string({ minLength: 1 }),
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,200}$/),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);
const scopes = fc.record({ region: token, service: token });
const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });

test('a signature equals the one of the SDK for any request, credentials, region and date', async () => {
  await fc.assert(
    fc.asyncProperty(requests, identities, scopes, dates, async (request, identity, scope, date) => {
      const { method, path, headers, body } = request;
      const all = { ...headers, host: 'kinesis.example' };
      const theirs = new SignatureV4({ ...scope, credentials: identity, sha256: Sha256, applyChecksum: false });
      const unsigned = { method, path, headers: { ...all }, body, protocol: 'https:', hostname: 'kinesis.example' };
      const expected = await theirs.sign(unsigned, { signingDate: date });
      const signer = new RequestSigner(scope);
      const canonical = new CanonicalRequest({ method, path, headers: all });
      const ours = signer.authorization(canonical, identity, amzDate(date.getTime()), sha256Hex(body));
      expect(ours).toBe(expected.headers.authorization);
      expect(amzDate(date.getTime())).toBe(expected.headers['x-amz-date']);
    }),
  );
});

test('a signer that signed with other credentials or on another day signs as a new one does', () => {
  const canonical = new CanonicalRequest({ method: 'POST', path: '/', headers: { host: 'h' } });
  const scope = { region: 'us-east-1', service: 'kinesis' };
  const used = new RequestSigner(scope);
  fc.assert(
    fc.property(identities, dates, (identity, date) => {
      const signed = (signer: RequestSigner) =>
        signer.authorization(canonical, identity, amzDate(date.getTime()), sha256Hex(''));
      expect(signed(used)).toBe(signed(new RequestSigner(scope)));
    }),
  );
});
