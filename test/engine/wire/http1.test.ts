import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, callHeaders, RawConnection, requestBytes } from './raw-call.ts';
import { serving } from './set-up.ts';
import { soon } from './soon.ts';

/** The answers that a connection has had: status and body of each. */
function answersIn(received: string): { readonly status: number; readonly body: string }[] {
  const answers: { status: number; body: string }[] = [];
  for (let rest = received; rest !== ''; ) {
    const head = rest.slice(0, rest.indexOf('\r\n\r\n'));
    const bytes = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const from = head.length + 4;
    answers.push({ status: Number(head.slice(9, 12)), body: rest.slice(from, from + bytes) });
    rest = rest.slice(from + bytes);
  }
  return answers;
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

test('requests may be cut into pieces anywhere, and be joined with the next', async () => {
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
      const answers = answersIn(connection.received);
      expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
      expect(answers.map(({ body }) => body.includes('StreamNames'))).toEqual(
        asked.map((text) => text.includes('ListStreams')),
      );
    }),
    { numRuns: 60 },
  );
  expect(new Set(service.records.map(({ Data }) => String(Data)))).toEqual(new Set(['abc']));
});

test('an empty line before a request may be cut in half', async () => {
  const { server } = await serving();
  const connection = new RawConnection(server.port);
  connection.send('\r');
  await new Promise((resolve) => setTimeout(resolve, 20));
  connection.send(`\n${requestBytes('ListStreams', '{}')}`);
  await soon(() => expect(answersIn(connection.received).map(({ status }) => status)).toEqual([200]));
});

describe('requests that come ahead', () => {
  test('are answered in their order, however long each takes', async () => {
    const { server, service } = await serving();
    service.answers.PutRecord = () => new Promise((resolve) => setTimeout(resolve, 20, { slow: true }));
    const connection = new RawConnection(server.port);
    connection.send(['PutRecord', 'ListStreams', 'PutRecord'].map((name) => requestBytes(name, '{}')).join(''));
    await soon(() => expect(answersIn(connection.received)).toHaveLength(3));
    expect(answersIn(connection.received).map(({ body }) => body)).toEqual([
      '{"slow":true}',
      streams.body,
      '{"slow":true}',
    ]);
    connection.socket.destroy();
  });

  test('by the megabyte wait outside', async () => {
    const { server, service } = await serving();
    let answer = (_output: object): void => {};
    service.answers.PutRecord = () => new Promise((resolve) => (answer = resolve));
    const connection = new RawConnection(server.port);
    const many = 20_000;
    connection.send(requestBytes('PutRecord', '{}') + requestBytes('ListStreams', '{}').repeat(many));
    await soon(() => expect(service.calls).toHaveLength(1));
    answer({});
    await soon(() => expect(service.calls).toHaveLength(many + 1));
    await soon(() => expect(answersIn(connection.received)).toHaveLength(many + 1));
    connection.socket.destroy();
  });
});

describe('a client', () => {
  test('that ends its side is answered', async () => {
    const { server, service } = await serving();
    service.answers.PutRecord = () => new Promise((resolve) => setTimeout(resolve, 20, {}));
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('PutRecord', '{}') + requestBytes('ListStreams', '{}'));
    connection.socket.end();
    await connection.closed;
    expect(answersIn(connection.received)).toEqual([{ status: 200, body: '{}' }, streams]);
  });

  test.each([
    ['asks for it', requestBytes('ListStreams', '{}', { connection: 'close' })],
    ['speaks HTTP/1.0', requestBytes('ListStreams', '{}').replace('HTTP/1.1', 'HTTP/1.0')],
  ])('that %s is answered, and its connection ends', async (_how, request) => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send(request);
    await connection.closed;
    expect(answersIn(connection.received)).toEqual([streams]);
    expect(connection.received.toLowerCase()).toContain('connection: close');
  });

  test('that asks whether it may send its body is told so, and then answered', async () => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('ListStreams', '', { expect: '100-continue', 'content-length': '2' }));
    await soon(() => expect(connection.received).toBe('HTTP/1.1 100 Continue\r\n\r\n'));
    connection.send('{}');
    await soon(() => expect(answersIn(connection.received).at(-1)).toEqual(streams));
    connection.socket.destroy();
  });

  test('that asks for the head only gets no body', async () => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send('HEAD /health HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n\r\n');
    await soon(() => expect(connection.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2));
    await soon(() => expect(connection.received.match(/\{"status":"ok"\}/g)).toHaveLength(1));
    connection.socket.destroy();
  });

  test('that goes while it is answered harms nobody', async () => {
    const { server, service, defects } = await serving();
    let answer = (_output: object): void => {};
    service.answers.ListStreams = () => new Promise((resolve) => (answer = resolve));
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('ListStreams', '{}'));
    await soon(() => expect(service.calls).toHaveLength(1));
    connection.socket.resetAndDestroy();
    await soon(() => expect(server.connectionCount).toBe(0));
    answer({});
    delete service.answers.ListStreams;
    expect((await call(server.url, 'ListStreams', '{}')).status).toBe(200);
    expect(defects).toEqual([]);
  });

  test('that reads slowly gets all of a large answer', async () => {
    const { server, service } = await serving();
    service.records.push({ SequenceNumber: '1', Data: Buffer.alloc(10 * 1024 * 1024, 'x'), PartitionKey: 'k' });
    const answer = await fetch(server.url, { method: 'POST', headers: callHeaders('GetRecords'), body: '{}' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { Records } = (await answer.json()) as { Records: { Data: string }[] };
    expect(Buffer.from(Records[0]?.Data ?? '', 'base64').equals(service.records[0]?.Data ?? Buffer.alloc(0))).toBe(
      true,
    );
  });
});
