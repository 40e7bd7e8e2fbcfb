import { describe, expect, test } from 'vitest';
import { CBOR_TYPE, call, JSON_TYPE, RawConnection, requestBytes } from './raw-call.ts';
import { serving } from './set-up.ts';
import { soon } from './soon.ts';

describe('a content type', () => {
  test('a content type may have parameters and capital letters', async () => {
    const { server } = await serving();
    for (const type of [`${JSON_TYPE}; charset=utf-8`, JSON_TYPE.toUpperCase()]) {
      expect((await call(server.url, 'ListStreams', '{}', type)).status).toBe(200);
    }
  });
});

describe('faults of the service', () => {
  test.each([JSON_TYPE, CBOR_TYPE])('faults of the service get status 500 and are reported, in %s', async (type) => {
    const { server, defects } = await serving();
    const empty = type === CBOR_TYPE ? Buffer.from('bfff', 'hex') : '{}';
    for (const operation of ['Break', 'BreakLater']) {
      const response = await call(server.url, operation, empty, type);
      expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([500, 'InternalFailure']);
    }
    expect(defects).toEqual([expect.any(TypeError), expect.any(TypeError)]);
    expect((await call(server.url, 'ListStreams', empty, type)).status).toBe(200);
  });

  test('faults that drop the connection send no byte to the client', async () => {
    const { server } = await serving();
    const connection = new RawConnection(server.port);
    connection.send(requestBytes('Drop', '{}'));
    await connection.closed;
    expect(connection.received).toBe('');
    expect((await call(server.url, 'ListStreams', '{}')).status).toBe(200);
  });
});

describe('paths of our own', () => {
  test('paths of the server report its health and its state', async () => {
    const { server } = await serving({ metricsText: () => 'streams 1\n' });
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' });
    const metrics = await fetch(`${server.url}/metrics`);
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toBe('streams 1\n');
    expect((await fetch(`${server.url}/health`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${server.url}/health`, { method: 'POST' })).status).toBe(405);
  });

  const control = {
    echo: (body: unknown) => ({ got: body }),
    later: async () => 'done',
    refuse: () => Promise.reject(new Error('a fault')),
  };

  test('a path of the server calls its handler with JSON, and responds with JSON', async () => {
    const { server, defects } = await serving({ control });
    const post = (name: string, body?: string) =>
      fetch(`${server.url}/streamgauge/${name}`, { method: 'POST', ...(body === undefined ? {} : { body }) });
    expect(await (await post('echo', '{"ms":[1]}')).json()).toEqual({ got: { ms: [1] } });
    expect(await (await post('echo')).json()).toEqual({});
    expect(await (await post('later')).json()).toBe('done');
    expect((await post('echo', '{')).status).toBe(400);
    expect((await post('toString')).status).toBe(404);
    expect((await post('refuse')).status).toBe(500);
    expect(defects).toEqual([expect.objectContaining({ message: 'a fault' })]);
    expect((await fetch(`${server.url}/streamgauge/echo`)).status).toBe(405);
  });

  test.each([
    ['http://localhost:3000', 200],
    ['http://127.0.0.1', 200],
    ['http://[::1]:8080', 200],
    ['https://evil.example', 403],
    ['http://localhost.evil.example', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['null', 403],
    ['file://', 403],
  ])('a page of %s that calls a path of the server gets %d', async (origin, status) => {
    const { server } = await serving({ control });
    const response = await fetch(`${server.url}/streamgauge/later`, { method: 'POST', headers: { origin } });
    expect(response.status).toBe(status);
  });
});

describe('closing', () => {
  test('closing completes running calls, rejects new ones, and frees the port', async () => {
    const { server, service } = await serving();
    let response = (_output: object): void => {};
    service.responses.ListStreams = () => new Promise((resolve) => (response = resolve));
    const running = call(server.url, 'ListStreams', '{}');
    await soon(() => expect(service.calls).toHaveLength(1));
    const idle = new RawConnection(server.port);
    await soon(() => expect(server.connectionCount).toBe(2));
    const closed = server.close({ graceMs: 60_000 });
    await idle.closed;
    await expect(call(server.url, 'ListStreams', '{}')).rejects.toThrow();
    response({ StreamNames: [] });
    expect(await (await running).json()).toEqual({ StreamNames: [] });
    await closed;
    const again = await serving({ port: server.port });
    expect(again.server.port).toBe(server.port);
  });

  test('closing ends calls that exceed the time limit', async () => {
    const { server, service } = await serving();
    service.responses.ListStreams = () => new Promise(() => {});
    const running = call(server.url, 'ListStreams', '{}');
    running.catch(() => {});
    await soon(() => expect(service.calls).toHaveLength(1));
    await server.close({ graceMs: 1 });
    await expect(running).rejects.toThrow();
    expect(server.connectionCount).toBe(0);
  });

  test('closing twice frees the port once', async () => {
    const { server } = await serving();
    await Promise.all([server.close(), server.close()]);
    const next = await serving({ port: server.port });
    await server.close();
    expect((await call(next.server.url, 'ListStreams', '{}')).status).toBe(200);
  });
});

test('a start fails if the port is in use', async () => {
  const { server } = await serving();
  await expect(serving({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
