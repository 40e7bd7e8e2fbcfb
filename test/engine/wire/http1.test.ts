import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, callHeaders, RawConnection, requestBytes } from './raw-call.ts';
import { serving } from './set-up.ts';
import { soon } from './soon.ts';

/** The responses of a connection: status and body of each. */
function responsesIn(received: string): { readonly status: number; readonly body: string }[] {
  const responses: { status: number; body: string }[] = [];
  for (let rest = received; rest !== ''; ) {
    const head = rest.slice(0, rest.indexOf('\r\n\r\n'));
    const bytes = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const from = head.length + 4;
    responses.push({ status: Number(head.slice(9, 12)), body: rest.slice(from, from + bytes) });
    rest = rest.slice(from + bytes);
  }
  return responses;
}

const streams = { status: 200, body: '{"StreamNames":["orders"],"HasMoreStreams":false}' };

function chunked(body: string, sizes: readonly number[]): string {
  const chunks: string[] = [];
  let rest = body;
  for (const size of sizes) {
    const chunk = rest.slice(0, size);
    if (chunk !== '') chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    rest = rest.slice(size);
  }
  if (rest !== '') chunks.push(`${rest.length.toString(16)};ext="x"\r\n${rest}\r\n`);
  return `${chunks.join('')}0\r\ntrailer: x\r\n\r\n`;
}

const chunkedRequest = (operation: string, body: string, sizes: readonly number[]): string =>
  requestBytes(operation, '', { 'transfer-encoding': 'chunked' }).replace('content-length: 0\r\n', '') +
  chunked(body, sizes);

test('requests may arrive in any pieces, and together with the next request', async () => {
  const { server, service } = await serving();
  const put = '{"StreamName":"orders","PartitionKey":"k","Data":"YWJj"}';
  const request = fc.oneof(
    fc.constant(requestBytes('ListStreams', '{}')),
    fc.constant(requestBytes('PutRecord', put)),
    fc.array(fc.integer({ min: 1, max: 20 })).map((sizes) => chunkedRequest('PutRecord', put, sizes)),
    fc.constant(`\r\n${requestBytes('ListStreams', '{}')}`),
  );
  const requests = fc.array(request, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(requests, fc.array(fc.integer({ min: 1, max: 300 })), async (asked, sizes) => {
      const connection = new RawConnection(server.port);
      let rest = asked.join('');
      for (const size of sizes) {
        connection.send(rest.slice(0, size));
        rest = rest.slice(size);
        await new Promise((resolve) => setImmediate(resolve));
      }
      connection.send(rest);
      connection.socket.end();
      await connection.closed;
      const responses = responsesIn(connection.received);
      expect(responses.map(({ status }) => status)).toEqual(asked.map(() => 200));
      expect(responses.map(({ body }) => body.includes('StreamNames'))).toEqual(
        asked.map((text) => text.includes('ListStreams')),
      );
    }),
    { numRuns: 60 },
  );
  expect(new Set(service.records.map(({ Data }) => String(Data)))).toEqual(new Set(['abc']));
});

test('an empty line before a request may arrive in two halves', async () => {
  const { server } = await serving();
  const connection = new RawConnection(server.port);
  connection.send('\r');
  await new Promise((resolve) => setTimeout(resolve, 20));
  connection.send(`\n${requestBytes('ListStreams', '{}')}`);
  await soon(() => expect(responsesIn(connection.received).map(({ status }) => status)).toEqual([200]));
});

describe('requests that come ahead', () => {
  test('pipelined requests get responses in their order, however long each takes', async () => {
    const { server, service } = await serving();
    service.responses.PutRecord = () => new Promise((resolve) => setTimeout(resolve, 20, { slow: true }));
    const connection = new RawConnection(server.port);
    connection.send(['PutRecord', 'ListStreams', 'PutRecord'].map((name) => requestBytes(name, '{}')).join(''));
    await soon(() => expect(responsesIn(connection.received)).toHaveLength(3));
    expect(responsesIn(connection.received).map(({ body }) => body)).toEqual([
      '{"slow":true}',
      streams.body,
      '{"slow":true}',
    ]);
    connection.socket.destroy();
  });

  test('the server does not read megabytes of pipelined requests ahead', async () => {
    const { server, service } = await serving();
    let response = (_output: object): void => {};
    service.responses.PutRecord = () => new Promise((resolve) => (response = resolve));
    const connection = new RawConnection(server.port);
    const many = 20_000;
    connection.send(requestBytes('PutRecord', '{}') + requestBytes('ListStreams', '{}').repeat(many));
    await soon(() => expect(service.calls).toHaveLength(1));
    response({});
    await soon(() => expect(service.calls).toHaveLength(many + 1));
    await soon(() => expect(responsesIn(connection.received)).toHaveLength(many + 1));
    connection.socket.destroy();
  });
});

describe('a client', () => {
  test('a client gets its response after it ended its side', async () => {
    const { server, service } = await serving();
    service.responses.PutRecord = () => new Promise((resolve) => setTimeout(resolve, 20, {}));
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('PutRecord', '{}') + requestBytes('ListStreams', '{}'));
    connection.socket.end();
    await connection.closed;
    expect(responsesIn(connection.received)).toEqual([{ status: 200, body: '{}' }, streams]);
  });

  test.each([
    ['asks for it', requestBytes('ListStreams', '{}', { connection: 'close' })],
    ['speaks HTTP/1.0', requestBytes('ListStreams', '{}').replace('HTTP/1.1', 'HTTP/1.0')],
  ])('a client gets a response if it %s, and its connection ends', async (_how, request) => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send(request);
    await connection.closed;
    expect(responsesIn(connection.received)).toEqual([streams]);
    expect(connection.received.toLowerCase()).toContain('connection: close');
  });

  test('a client gets the permission to send its body on request, and then its response', async () => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('ListStreams', '', { expect: '100-continue', 'content-length': '2' }));
    await soon(() => expect(connection.received).toBe('HTTP/1.1 100 Continue\r\n\r\n'));
    connection.send('{}');
    await soon(() => expect(responsesIn(connection.received).at(-1)).toEqual(streams));
    connection.socket.destroy();
  });

  test('a client gets no body for a HEAD request', async () => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send('HEAD /health HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n\r\n');
    await soon(() => expect(connection.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2));
    await soon(() => expect(connection.received.match(/\{"status":"ok"\}/g)).toHaveLength(1));
    connection.socket.destroy();
  });

  test('a client that disconnects before its response does not disturb the server', async () => {
    const { server, service, defects } = await serving();
    let response = (_output: object): void => {};
    service.responses.ListStreams = () => new Promise((resolve) => (response = resolve));
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('ListStreams', '{}'));
    await soon(() => expect(service.calls).toHaveLength(1));
    connection.socket.resetAndDestroy();
    await soon(() => expect(server.connectionCount).toBe(0));
    response({});
    delete service.responses.ListStreams;
    expect((await call(server.url, 'ListStreams', '{}')).status).toBe(200);
    expect(defects).toEqual([]);
  });

  test('a client that reads slowly gets all of a large response', async () => {
    const { server, service } = await serving();
    service.records.push({ SequenceNumber: '1', Data: Buffer.alloc(10 * 1024 * 1024, 'x'), PartitionKey: 'k' });
    const response = await fetch(server.url, { method: 'POST', headers: callHeaders('GetRecords'), body: '{}' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { Records } = (await response.json()) as { Records: { Data: string }[] };
    expect(Buffer.from(Records[0]?.Data ?? '', 'base64').equals(service.records[0]?.Data ?? Buffer.alloc(0))).toBe(
      true,
    );
  });
});
