import { createServer, type OutgoingHttpHeaders } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { writeCbor } from '../../../../engine/wire/cbor-writer.ts';
import { faultOf } from '../../../../runners/aws/call-faults.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { firstWords } from '../../../../runners/aws/foreign-responses.ts';
import { setUpKinesis } from '../../../../runners/targets/kinesis/kinesis-target.ts';
import { openStreamTransport } from '../../../../runners/targets/kinesis/lean/kinesis-transport.ts';
import { PutResponse } from '../../../../runners/targets/kinesis/lean/put-response.ts';
import { resolveScenario } from '../../../../workloads/resolve.ts';
import type { KinesisTargetSpec } from '../../../../workloads/targets/kinesis.ts';
import { scenario } from '../../../workloads/a-scenario.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const PAGE = `<html><head><style>h1 { color: red }</style><script>alert("x")</script></head>
<body>\u001b[31m<h1>502 Bad Gateway</h1>\r\n<hr>nginx</body></html>`;
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' };
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };

/** Responds the same to every call. @returns its address. */
async function responding(
  protocol: 'http1' | 'http2',
  status: number,
  headers: OutgoingHttpHeaders,
  body: string,
): Promise<string> {
  const server: Server =
    protocol === 'http1'
      ? createServer((request, response) => {
          request.resume();
          response.writeHead(status, headers).end(body);
        })
      : createHttp2Server((request, response) => {
          request.resume();
          response.writeHead(status, headers);
          response.end(body);
        });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Fails to put a record with a client of the target. */
async function putTo(endpoint: string, protocol: 'http1' | 'http2', client: 'lean' | 'sdk') {
  const connection = { endpoint, protocol, timeoutNs: 20e9 };
  const sdk = await openClient(connection, { sockets: 1, for: 'calls' });
  const input = { StreamName: 's', Records: [{ Data: Buffer.from('a'), PartitionKey: 'k' }] };
  const put = async () => {
    if (client === 'sdk') return sdk.putRecords(input);
    const transport = await openStreamTransport(sdk, connection, 's', 1);
    const read = (body: Buffer, type: string) => new PutResponse().read(body, type, 'records');
    return transport.call('PutRecords', writeCbor(input), read).finally(() => transport.close());
  };
  const error: unknown = await put().catch((thrown) => thrown);
  sdk.destroy();
  return { fault: faultOf(error), message: String(error) };
}

describe.each([
  ['http1', 'sdk'],
  ['http2', 'sdk'],
  ['http1', 'lean'],
  ['http2', 'lean'],
] as const)('over %s with client %s, a response that is not from Kinesis', (protocol, client) => {
  test.each<[string, number, OutgoingHttpHeaders, string, string, RegExp]>([
    [
      'a proxy with its error page',
      502,
      HTML_TYPE,
      PAGE,
      'transient',
      /status 502, text\/html, "502 Bad Gateway nginx"$/,
    ],
    ['a load balancer without words', 503, {}, '', 'transient', /status 503, without a content type, without a body$/],
    [
      'a page of another service',
      200,
      HTML_TYPE,
      PAGE,
      'transient',
      /status 200, text\/html, "502 Bad Gateway nginx"$/,
    ],
    ['nothing where something belongs', 200, { 'content-length': '0' }, '', 'transient', /status 200, without a body$/],
    ['text that calls itself JSON', 200, JSON_TYPE, 'hello', 'transient', /not valid JSON/],
    ['JSON of another service', 404, JSON_TYPE, '{"error":"no such page"}', 'refused', /status 404/],
    ['a login page', 401, HTML_TYPE, '<h1>Sign in</h1>', 'refused', /status 401, text\/html, "Sign in"$/],
    [
      'a redirect',
      302,
      { location: 'https://user:secret@login.example/' },
      '',
      'refused',
      /redirect to https:\/\/login\.example\/$/,
    ],
    ['a limit of the proxy', 429, HTML_TYPE, 'slow down', 'throttled', /status 429/],
  ])('a foreign response from %s is counted by its status', async (_from, status, headers, body, kind, message) => {
    const put = await putTo(await responding(protocol, status, headers, body), protocol, client);
    expect(put.fault).toEqual({ code: `NotKinesis${status}`, kind });
    expect(put.message).toMatch(message);
    expect(put.message).not.toMatch(/secret|alert|color/);
  });

  test('the check for foreign responses does not hide an error of Kinesis', async () => {
    const body = '{"__type":"ResourceNotFoundException","message":"Stream s not found"}';
    const put = await putTo(await responding(protocol, 400, JSON_TYPE, body), protocol, client);
    expect(put).toMatchObject({
      fault: { code: 'ResourceNotFoundException', kind: 'refused' },
      message: expect.stringContaining('Stream s not found'),
    });
  });

  test('a foreign response ends the set-up of a run with its status and its kind', async () => {
    const endpoint = await responding(protocol, 502, HTML_TYPE, PAGE);
    const plan = resolveScenario({ ...scenario, target: { kind: 'kinesis', stream: 's', endpoint, protocol, client } });
    await expect(setUpKinesis(plan.target as KinesisTargetSpec, plan)).rejects.toThrow(
      /^RUNNER_TARGET_FAILED NotKinesis502: the response is not from Kinesis: status 502, text\/html, "502 Bad Gateway nginx" \(stream s at http:[^)]*\)\. Correct the endpoint/,
    );
  });
});

test('the first words of a page hold no tag, no control character and no line break', () => {
  expect(firstWords('<p>a\u0000b\u202e</p>\n\t<b>c', 80)).toBe('a b c');
  expect(firstWords('x'.repeat(100), 10)).toBe('xxxxxxx...');
});
