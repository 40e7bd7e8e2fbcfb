import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { callHeaders } from './raw-call.ts';
import { sdkClient, serving } from './set-up.ts';

const PAGE = 'https://app.example.com';
const ASKED = 'amz-sdk-invocation-id,amz-sdk-request,authorization,content-type,x-amz-date,x-amz-target';

const preflight = (url: string, origin = PAGE, more: Record<string, string> = {}) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': ASKED,
      ...more,
    },
  });
const list = (url: string, origin = PAGE, operation = 'ListStreams') =>
  fetch(url, { method: 'POST', headers: { ...callHeaders(operation), origin }, body: '{}' });

describe('a server that takes calls of a page', () => {
  test('a preflight of an allowed page gets the requested permissions', async () => {
    const { server } = await serving({ cors: [PAGE] });
    const response = await preflight(server.url);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': ASKED,
      'access-control-max-age': '172800',
      vary: 'Origin',
    });
    expect(response.headers.has('access-control-allow-private-network')).toBe(false);
  });

  test('a page of a public site may call this machine', async () => {
    const { server } = await serving({ cors: [PAGE] });
    const response = await preflight(server.url, PAGE, { 'access-control-request-private-network': 'true' });
    expect(response.headers.get('access-control-allow-private-network')).toBe('true');
  });

  test.each([
    ['a result', 'ListStreams', 200],
    ['an error', 'Break', 500],
  ])('a response names the allowed origin in %s', async (_what, operation, status) => {
    const { server, service } = await serving({ cors: [PAGE] });
    service.responses.ListStreams = () => ({ StreamNames: ['orders'], HasMoreStreams: false });
    const response = await list(server.url, PAGE, operation);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, PAGE]);
    expect(response.headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType');
  });

  test.each(['https://evil.example.com', 'https://app.example.com.evil.com', 'http://app.example.com', 'null'])(
    'a response names no origin to a page of %s',
    async (origin) => {
      const { server } = await serving({ cors: [PAGE] });
      const response = await preflight(server.url, origin);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect((await list(server.url, origin)).headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  test('a server with * accepts calls of every page', async () => {
    const { server } = await serving({ cors: ['*'] });
    expect((await preflight(server.url, 'null')).headers.get('access-control-allow-origin')).toBe('*');
  });

  test('a preflight skips invalid header names', async () => {
    const { server } = await serving({ cors: [PAGE] });
    const response = await preflight(server.url, PAGE, { 'access-control-request-headers': 'a b;c' });
    expect(response.headers.has('access-control-allow-headers')).toBe(false);
  });

  test.each(['/streamgauge/clock', '/streamgauge/faults', '/metrics', '/health'])(
    'a page may not call %s',
    async (path) => {
      const { server } = await serving({ cors: ['*', PAGE], control: { clock: () => ({}), faults: () => ({}) } });
      for (const response of [await preflight(server.url + path), await list(server.url + path)]) {
        expect(response.ok).toBe(false);
        expect(response.headers.has('access-control-allow-origin')).toBe(false);
      }
    },
  );

  test('clients that are no pages see no difference', async () => {
    const { server } = await serving({ cors: ['*'] });
    const client = sdkClient(server.url, 'HTTP/2');
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['orders']);
  });
});

test('a server without the option rejects a preflight, and names no origin', async () => {
  const { server } = await serving();
  const response = await preflight(server.url);
  expect([response.status, response.headers.has('access-control-allow-origin')]).toEqual([403, false]);
  expect((await list(server.url)).headers.has('access-control-allow-origin')).toBe(false);
});
