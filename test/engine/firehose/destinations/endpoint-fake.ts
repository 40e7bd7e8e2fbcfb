import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type Received, sendJson, startServer, type TestServer } from './test-server.ts';

/** The body of a request, after the fake has checked it. */
export interface EndpointBody {
  readonly requestId: string;
  readonly timestamp: number;
  readonly records: readonly { readonly data: string }[];
}

export type Respond = (body: EndpointBody, response: ServerResponse, request: Received) => void;

export interface EndpointFake extends TestServer {
  /** Bodies of well-formed requests. */
  readonly bodies: readonly EndpointBody[];
  /** Rules of the contract that requests broke. */
  readonly violations: readonly string[];
}

/** An endpoint of Firehose's protocol that checks each request against the specification. `respond` may misbehave. */
export async function startEndpoint(respond: Respond = acknowledge): Promise<EndpointFake> {
  const bodies: EndpointBody[] = [];
  const violations: string[] = [];
  const server = await startServer((request, response) => {
    const body = bodyOf(request);
    const found = typeof body === 'string' ? [body] : violationsOf(request, body);
    violations.push(...found);
    if (typeof body === 'string' || found.length > 0) return sendJson(response, 400, { errorMessage: found.join() });
    bodies.push(body);
    respond(body, response, request);
  });
  return Object.assign(server, { bodies, violations });
}

export const acknowledge: Respond = ({ requestId }, response) =>
  sendJson(response, 200, { requestId, timestamp: 1_578_090_903_599 });

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function bodyOf({ headers, body }: Received): EndpointBody | string {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'gzip') return `content encoding ${encoding}`;
  const plain = encoding === 'gzip' ? gunzipSync(body) : body;
  if (plain.length > 64 * 1024 * 1024) return `a body of ${plain.length} bytes`;
  return JSON.parse(plain.toString());
}

function violationsOf({ method, headers, body }: Received, { requestId, timestamp, records }: EndpointBody): string[] {
  const rules: readonly (readonly [text: string, holds: boolean])[] = [
    ['the method is POST', method === 'POST'],
    ['the content type is application/json', headers['content-type'] === 'application/json'],
    ['the content length is that of the body', headers['content-length'] === String(body.length)],
    ['the protocol version is 1.0', headers['x-amz-firehose-protocol-version'] === '1.0'],
    ['the request id is a UUID', UUID.test(requestId)],
    ['the request id is in the header', headers['x-amz-firehose-request-id'] === requestId],
    ['the source is an ARN', String(headers['x-amz-firehose-source-arn']).startsWith('arn:aws:firehose:')],
    ['the timestamp is a whole number', Number.isInteger(timestamp)],
    ['there are 1 to 10,000 records', records.length >= 1 && records.length <= 10_000],
    ['records have data in Base64 only', records.every(isBase64)],
  ];
  return rules.filter(([, holds]) => !holds).map(([text]) => `broken: ${text}`);
}

function isBase64(record: { readonly data: string }): boolean {
  const { data } = record;
  if (Object.keys(record).join() !== 'data' || data.length > 1_365_336) return false;
  return Buffer.from(data, 'base64').toString('base64') === data;
}
