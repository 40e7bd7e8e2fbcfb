import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Counts } from '../../../../runners/aws/call-faults.ts';
import { DeliveredHttp } from '../../../../runners/targets/firehose/delivered-http.ts';
import { placeOf } from '../../../../runners/targets/firehose/reading-place.ts';

interface ResponseBody {
  readonly requestId: string;
  readonly timestamp: number;
  readonly errorMessage?: string;
}

const base64 = (text: string) => ({ data: Buffer.from(text).toString('base64') });

/** An endpoint on a free port, until the end of the test. */
async function endpoint(wait: () => Promise<void> = async () => {}) {
  const place = await placeOf(
    { kind: 'http', host: '127.0.0.1' },
    { temporaryFolder: () => Promise.reject(new Error('none')), timeoutNs: 1e9 },
  );
  if (place.kind !== 'http') throw new Error('another place');
  const counts = new Counts();
  const reading = new DeliveredHttp(place, counts);
  const taken: { readonly name: string; readonly records: readonly string[] }[] = [];
  const leaving = new AbortController();
  await reading.open();
  const following = reading.follow(async ({ name, parts }) => {
    await wait();
    taken.push({ name, records: parts.map(String) });
  }, leaving.signal);
  onTestFinished(async () => {
    leaving.abort();
    await following;
  });
  const post = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const response = await fetch(place.url, { method: 'POST', body, headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (await response.json()) as ResponseBody,
    };
  };
  return { counts, taken, post };
}

describe('a consumer that listens as an HTTP endpoint', () => {
  test('takes the records of each request, and responds as Firehose needs it', async () => {
    const { taken, post } = await endpoint();
    const body = JSON.stringify({ requestId: 'a', timestamp: 1, records: [base64('one'), base64('two')] });
    const first = await post(body);
    expect(first).toMatchObject({ status: 200, type: 'application/json', body: { requestId: 'a' } });
    expect(first.body.timestamp).toBeGreaterThan(1e12);
    const other = JSON.stringify({ requestId: 'b', timestamp: 1, records: [base64('three')] });
    await post(gzipSync(other), { 'content-encoding': 'gzip' });
    expect(taken).toEqual([
      { name: 'request a', records: ['one', 'two'] },
      { name: 'request b', records: ['three'] },
    ]);
  });

  test('responds only when the consumer has the records, one request after the other', async () => {
    const resolves: (() => void)[] = [];
    const { taken, post } = await endpoint(() => new Promise((resolve) => void resolves.push(resolve)));
    const bodyOf = (requestId: string) => JSON.stringify({ requestId, timestamp: 1, records: [] });
    const responded: string[] = [];
    const posts = ['a', 'b'].map(async (id) => responded.push((await post(bodyOf(id))).body.requestId));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([responded.length, resolves.length]).toEqual([0, 1]);
    resolves[0]!();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([responded.length, resolves.length]).toEqual([1, 2]);
    resolves[1]!();
    await Promise.all(posts);
    expect(taken).toHaveLength(2);
  });

  test.each<[string, string, Record<string, string>]>([
    ['text that is not JSON', 'records', {}],
    ['a request without records', '{"requestId":"a"}', {}],
    ['a record without data', '{"requestId":"a","records":[{}]}', {}],
    ['a body that is not gzip', '{}', { 'content-encoding': 'gzip' }],
  ])('rejects %s with the reason', async (_, body, headers) => {
    const { counts, taken, post } = await endpoint();
    const response = await post(body, headers);
    expect(response.status).toBe(400);
    expect(response.body.errorMessage).toMatch(/./);
    expect([counts.byName.badRequests, taken]).toEqual([1, []]);
  });
});
