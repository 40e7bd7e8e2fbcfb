import { describe, expect, test } from 'vitest';
import { scopeOf } from '../../../engine/wire/credential-scope.ts';

const scope = (headers: Record<string, string>, target = '/') =>
  scopeOf({ method: 'POST', target, headers, body: Buffer.alloc(0) });
const signed = (credential: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
});

describe('the credential scope of a request', () => {
  test.each([
    ['a header', signed('AKID/20260101/eu-west-1/kinesis/aws4_request')],
    [
      'a header without spaces',
      { authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/kinesis/aws4_request,Signature=0' },
    ],
    [
      'a header whose credential comes last',
      { authorization: 'AWS4-HMAC-SHA256 Signature=0, Credential=AKID/20260101/eu-west-1/kinesis/aws4_request' },
    ],
  ])('the credential scope is read from %s', (_where, headers) => {
    expect(scope(headers)).toEqual({ accessKey: 'AKID', region: 'eu-west-1' });
  });

  test('the credential scope is read from a presigned query', () => {
    const credential = encodeURIComponent('AKID/20260101/eu-west-1/kinesis/aws4_request');
    const target = `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}`;
    expect(scope({}, target)).toEqual({ accessKey: 'AKID', region: 'eu-west-1' });
  });

  test('the credential scope keeps an access key with slashes complete', () => {
    expect(scope(signed('team/key/20260101/eu-west-1/kinesis/aws4_request'))).toEqual({
      accessKey: 'team/key',
      region: 'eu-west-1',
    });
  });

  test.each([
    ['no signature', {}],
    ['a credential of too few parts', signed('AKID/eu-west-1')],
    ['a header without a credential', { authorization: 'Bearer abc' }],
    ['an empty credential', signed('')],
  ])('the credential scope is undefined for %s', (_what, headers) => {
    expect(scope(headers)).toBeUndefined();
  });

  test('the credential scope is read for each request if clients of several regions alternate', () => {
    const regions = ['eu-west-1', 'eu-west-1', 'eu-west-10', 'us-east-1', 'eu-west-1'];
    const read = regions.map((region) => scope(signed(`AKID/20260101/${region}/kinesis/aws4_request`))?.region);
    expect(read).toEqual(regions);
  });

  test('the credential scope at the end of a header is not mistaken for that of a longer one', () => {
    const header = 'AWS4-HMAC-SHA256 Signature=0, Credential=AKID/20260101/eu-west-1/kinesis/aws4_request';
    expect(scope({ authorization: header })?.accessKey).toBe('AKID');
    expect(scope({ authorization: `${header}/more` })?.accessKey).toBe('AKID/20260101');
  });
});
