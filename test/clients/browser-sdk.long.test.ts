import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { describeInChromium } from '../browser.ts';

/** AWS's client as a web page has it: its browser build, in Chromium, against an endpoint of another origin. */

const ENTRY = `
  import { Kinesis } from '@aws-sdk/client-kinesis';
  globalThis.openClient = (endpoint) => new Kinesis({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  document.documentElement.dataset.drawn = '';
`;

/** One script for browsers: the bundler follows the `browser` fields of the SDK's packages, as those of web apps do. */
async function bundle(): Promise<string> {
  const name = 'virtual:page';
  const output = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === name ? `\0${name}` : undefined),
        load: (id) => (id === `\0${name}` ? ENTRY : undefined),
      },
    ],
    build: { write: false, minify: false, rollupOptions: { input: name } },
  });
  const [first] = Array.isArray(output) ? output : [output];
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error('The bundler made no script.');
  return chunk.code;
}

describeInChromium("AWS's client in a web page", (open) => {
  let pageUrl: string;
  let engine: Engine;
  const pages = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(
      isScript
        ? script
        : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    );
  });
  let script: string;

  beforeAll(async () => {
    script = await bundle();
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    engine = await Engine.open({ region: 'eu-west-1', limits: 'none', streams: { orders: 1 } });
  }, 60_000);
  afterAll(async () => {
    pages.close();
    await engine.close();
  });

  test('puts, reads, subscribes, reshards and sees errors by their names', { timeout: 60_000 }, async () => {
    const { url } = await engine.serve({ cors: [pageUrl] });
    const { page, complaints } = await open(pageUrl);
    const seen = await page.evaluate(`(async () => {
      const client = openClient(${JSON.stringify(url)});
      const text = ({ Data }) => new TextDecoder().decode(Data);
      const ShardId = 'shardId-000000000000';
      const StreamName = 'orders';
      await client.putRecord({ StreamName, PartitionKey: 'k', Data: new TextEncoder().encode('one') });
      await client.putRecords({
        StreamName,
        Records: [{ PartitionKey: 'k', Data: new TextEncoder().encode('zwei für drei') }],
      });
      const { ShardIterator } = await client.getShardIterator({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
      const { Records } = await client.getRecords({ ShardIterator });
      const { StreamDescriptionSummary: { StreamARN } } = await client.describeStreamSummary({ StreamName });
      const { Consumer } = await client.registerStreamConsumer({ StreamARN, ConsumerName: 'page' });
      const { EventStream } = await client.subscribeToShard({
        ConsumerARN: Consumer.ConsumerARN,
        ShardId,
        StartingPosition: { Type: 'TRIM_HORIZON' },
      });
      const pushed = [];
      for await (const { SubscribeToShardEvent: event } of EventStream) {
        pushed.push(...event.Records.map(text));
        if (pushed.length === 2) break;
      }
      await client.splitShard({ StreamName, ShardToSplit: ShardId, NewStartingHashKey: '5' });
      const { Shards } = await client.listShards({ StreamName });
      const error = await client.describeStreamSummary({ StreamName: 'missing' }).catch(({ name, message }) => name + ': ' + message);
      return { arn: StreamARN, read: Records.map(text), pushed, shards: Shards.length, error };
    })()`);
    expect(seen).toEqual({
      arn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/orders',
      read: ['one', 'zwei für drei'],
      pushed: ['one', 'zwei für drei'],
      shards: 3,
      error: 'ResourceNotFoundException: Stream missing under account 000000000000 not found.',
    });
    expect(complaints.filter((text) => text.includes('CORS'))).toEqual([]);
  });

  test.each([
    ['another origin', ['https://app.example.com']],
    ['no origin', undefined],
  ])('is rejected by an endpoint that allows %s', { timeout: 60_000 }, async (_what, cors) => {
    const { url } = await engine.serve({ cors });
    const { page, complaints } = await open(pageUrl);
    const error = await page.evaluate(`openClient(${JSON.stringify(url)}).listStreams({}).catch(({ name }) => name)`);
    expect(error).toBe('TypeError');
    expect(complaints.join('\n')).toContain('CORS');
  });

  test('can neither advance the clock nor read the metrics, whatever the allowed origins', {
    timeout: 60_000,
  }, async () => {
    const { url } = await engine.serve({ cors: ['*', pageUrl] });
    const { page } = await open(pageUrl);
    for (const path of ['/streamgauge/clock', '/streamgauge/faults', '/metrics', '/health']) {
      const code = `fetch(${JSON.stringify(url + path)}, { method: 'POST', headers: { 'x-page': '1' }, body: '{}' }).then(() => 'read', ({ name }) => name)`;
      expect([path, await page.evaluate(code)]).toEqual([path, 'TypeError']);
    }
  });
});
