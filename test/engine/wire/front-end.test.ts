import { describe, expect, test } from 'vitest';
import { CBOR_TYPE, callHeaders, JSON_TYPE, SIGNED } from './raw-call.ts';
import { serving } from './set-up.ts';

/** Status, content type and body as kinesalite recorded them from AWS. */
type Recorded = readonly [status: number, contentType: string | null, body: string];

const ACCESS_DENIED: Recorded = [
  403,
  null,
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n',
];
const UNKNOWN_XML: Recorded = [404, null, '<UnknownOperationException/>\n'];
const UNKNOWN: Recorded = [400, JSON_TYPE, '{"__type":"UnknownOperationException"}'];
const SERIALIZATION: Recorded = [400, JSON_TYPE, '{"__type":"SerializationException"}'];
const oldEnvelope = (status: number, code: string): Recorded => [
  status,
  'application/json',
  `{"Output":{"__type":"com.amazon.coral.service#${code}"},"Version":"1.0"}`,
];
const target = { 'x-amz-target': 'Kinesis_20131202.ListStreams' };
const unsigned = (contentType: string, more: object = target) => ({ 'content-type': contentType, ...more });

describe('the front end', () => {
  test.each<[string, string, Record<string, string>, string | undefined, Recorded]>([
    ['GET', 'GET', { ...SIGNED }, undefined, ACCESS_DENIED],
    ['PUT with a whole call', 'PUT', callHeaders('ListStreams'), '{}', ACCESS_DENIED],
    ['DELETE', 'DELETE', { ...SIGNED }, undefined, ACCESS_DENIED],
    ['OPTIONS without an origin', 'OPTIONS', { ...SIGNED }, undefined, ACCESS_DENIED],
    ['a foreign content type without a target', 'POST', unsigned('text/plain', {}), '{}', ACCESS_DENIED],
    ['a foreign content type', 'POST', callHeaders('ListStreams', 'text/plain'), '{}', UNKNOWN_XML],
    ['no content type', 'POST', callHeaders('ListStreams', ''), '{}', UNKNOWN_XML],
    [
      'JSON 1.0, which other services speak',
      'POST',
      callHeaders('ListStreams', 'application/x-amz-json-1.0'),
      '{}',
      UNKNOWN_XML,
    ],
    ['an empty body without a target', 'POST', unsigned(JSON_TYPE, {}), '', UNKNOWN],
    ['an empty body, signed', 'POST', callHeaders('ListStreams'), '', SERIALIZATION],
    ['an empty body, not signed', 'POST', unsigned(JSON_TYPE), '', SERIALIZATION],
    ['a body that is not JSON, not signed', 'POST', unsigned(JSON_TYPE), 'hello', SERIALIZATION],
    ['a body that is a number', 'POST', callHeaders('ListStreams'), '1', SERIALIZATION],
    ['a body that is null', 'POST', callHeaders('ListStreams'), 'null', SERIALIZATION],
    ['no target', 'POST', unsigned(JSON_TYPE, {}), '{}', UNKNOWN],
    [
      'a target of another service',
      'POST',
      unsigned(JSON_TYPE, { 'x-amz-target': 'DynamoDB_20120810.ListTables' }),
      '{}',
      UNKNOWN,
    ],
    ['an operation that does not exist', 'POST', callHeaders('Nothing'), '{}', UNKNOWN],
    [
      'plain JSON that cannot be parsed',
      'POST',
      unsigned('application/json'),
      'hello',
      oldEnvelope(400, 'SerializationException'),
    ],
    [
      'plain JSON with a whole call',
      'POST',
      callHeaders('ListStreams', 'application/json'),
      '{}',
      oldEnvelope(404, 'UnknownOperationException'),
    ],
    [
      'a whole call without a signature',
      'POST',
      unsigned(JSON_TYPE),
      '{}',
      [400, JSON_TYPE, '{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}'],
    ],
  ])('the response to %s is that of AWS', async (_what, method, headers, body, expected) => {
    const { server, service } = await serving();
    const response = await fetch(server.url, { method, headers, ...(body === undefined ? {} : { body }) });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual(expected);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(service.calls).toEqual([]);
  });

  test.each([
    ['CBOR', CBOR_TYPE],
    ['any content type but JSON 1.1', 'text/plain'],
  ])('the response to an empty body of %s in CBOR is that of AWS', async (_what, contentType) => {
    const { server } = await serving();
    const response = await fetch(server.url, { method: 'POST', headers: unsigned(contentType) });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, CBOR_TYPE]);
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toContain('SerializationException');
  });
});
