import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LiveServer } from '../../../runners/web/live-server.ts';

let server: LiveServer;
beforeEach(async () => {
  server = await LiveServer.open('<p>page</p>', 0);
});
afterEach(() => server.close());

async function ask(path: string, options: { method?: string; host?: string } = {}): Promise<[number, string]> {
  const { hostname, port } = new URL(server.url);
  const headers = options.host === undefined ? {} : { host: options.host };
  const asked = request({ hostname, port, path, method: options.method ?? 'GET', headers }).end();
  const [response]: IncomingMessage[] = await once(asked, 'response');
  let text = '';
  for await (const chunk of response!) text += chunk;
  return [response!.statusCode!, text];
}

/** Returns names and data of the events that a viewer receives until the server disconnects it. */
async function watch(): Promise<[string, unknown][]> {
  const response = await fetch(`${server.url}events`);
  const text = await response.text();
  return [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name = '', data = '']) => [name, JSON.parse(data)]);
}

describe('access to the live page', () => {
  test('is open to this machine by its own names', async () => {
    const { port } = new URL(server.url);
    expect(await ask('/')).toEqual([200, '<p>page</p>']);
    expect((await ask('/', { host: `localhost:${port}` }))[0]).toBe(200);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost'])(
    'denies a request for host %j',
    async (host) => {
      expect((await ask('/', { host }))[0]).toBe(403);
      expect((await ask('/events', { host }))[0]).not.toBe(200);
    },
  );

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('rejects %s', async (method) => {
    expect((await ask('/', { method }))[0]).toBe(405);
  });

  test('covers only the page and its events', async () => {
    for (const path of ['/result.json', '/../../etc/passwd', '/events/', '//']) {
      expect((await ask(path))[0], path).toBe(404);
    }
  });

  test('is closed to other origins and to frames', async () => {
    const { headers } = await fetch(server.url, { headers: { origin: 'http://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  test('is limited to 32 viewers', async () => {
    const viewers = await Promise.all(Array.from({ length: 32 }, () => view()));
    expect((await ask('/events'))[0]).toBe(503);
    viewers[0]!.destroy();
    await expect.poll(() => server.events.viewerCount).toBe(31);
    const late = await view();
    for (const viewer of [...viewers, late]) viewer.destroy();
  });
});

describe('the event stream', () => {
  test('sends all seconds and the newest other messages to a late viewer', async () => {
    for (let index = 0; index < 500; index++) server.events.append('second', { index });
    server.events.replace('status', 'old');
    server.events.replace('status', 'new');
    const watching = watch();
    await expect.poll(() => server.events.viewerCount).toBe(1);
    server.events.append('second', { index: 500 });
    server.events.replace('ended', 'verdict');
    await server.close();
    const events = await watching;
    const seconds = events.filter(([name]) => name === 'second').map(([, data]) => data);
    expect(seconds).toEqual(Array.from({ length: 501 }, (_, index) => ({ index })));
    expect(events.filter(([name]) => name === 'status')).toEqual([['status', 'new']]);
    expect(events.at(-1)).toEqual(['ended', 'verdict']);
  });

  test('does not wait for a viewer that does not read, and buffers little for it', async () => {
    const { port, hostname } = new URL(server.url);
    const deaf = connect(Number(port), hostname).pause();
    deaf.write(`GET /events HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
    await expect.poll(() => server.events.viewerCount).toBe(1);
    const before = process.memoryUsage().arrayBuffers;
    const large = 'x'.repeat(100_000);
    for (let i = 0; i < 400; i++) server.events.replace('status', large + i);
    for (let index = 0; index < 100; index++) server.events.append('second', { index, large });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40e6);
    const watching = watch();
    await expect.poll(() => server.events.viewerCount).toBe(2);
    const startedAt = performance.now();
    await server.close();
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect((await watching).filter(([name]) => name === 'second')).toHaveLength(100);
    deaf.destroy();
  });

  test('keeps a window of two hours', async () => {
    for (let index = 0; index < 7300; index++) server.events.append('second', index);
    const watching = watch();
    await expect.poll(() => server.events.viewerCount).toBe(1);
    await server.close();
    const events = await watching;
    expect(events).toHaveLength(7200);
    expect(events[0]).toEqual(['second', 100]);
  });
});

test('reports a port in use with its fix', async () => {
  const { port } = new URL(server.url);
  await expect(LiveServer.open('', Number(port))).rejects.toMatchObject({ code: 'RUNNER_WEB_FAILED' });
});

async function view(): Promise<ClientRequest> {
  const asked = get(`${server.url}events`);
  asked.on('error', () => {});
  const [response]: IncomingMessage[] = await once(asked, 'response');
  response!.on('error', () => {}).resume();
  await sleep(0);
  return asked;
}
