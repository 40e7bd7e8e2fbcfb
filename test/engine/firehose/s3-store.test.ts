import { gunzipSync } from 'node:zlib';
import { CreateDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fault, faultProxy } from './fault-proxy.ts';
import { memoryS3 } from './memory-s3.ts';
import { eventually, servedFirehose, toBucket } from './set-up.ts';

const HINTS = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 }, CompressionFormat: 'GZIP' } as const;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testtest' };

async function delivering(url: string | undefined) {
  const s3 = await memoryS3();
  onTestFinished(s3.close);
  const proxy = await faultProxy(s3.url);
  onTestFinished(proxy.close);
  const endpoint = { url: url ?? proxy.url, credentials: CREDENTIALS, timeoutMs: 300 };
  const served = await servedFirehose({ firehose: { s3: endpoint, folder: undefined } });
  await served.client.send(new CreateDeliveryStreamCommand(toBucket('logs', HINTS)));
  return { ...served, s3, proxy };
}

describe('an S3 endpoint', () => {
  test('gets objects with their encoding', async () => {
    const { s3, put, clock } = await delivering(undefined);
    await put('a');
    await put('b');
    clock.advance(60_000);
    const [key, object] = await eventually(() => [...s3.objects][0]);
    expect(key).toMatch(/^archive\/2026\/01\/31\/23\/logs-1-2026-01-31-23-30-00-[0-9a-f-]{36}\.gz$/);
    expect(object.contentEncoding).toBe('gzip');
    expect(gunzipSync(object.body).toString()).toBe('ab');
  });

  test.each<Fault>(['reset', 'slow-down', 'redirect', 'no-bucket', 'denied', 'hang', 'late'])(
    'is tried again after %s, and gets the same object once',
    async (fault) => {
      const { s3, proxy, put, clock, metrics } = await delivering(undefined);
      proxy.faults.push(fault, fault);
      await put('a');
      clock.advance(60_000);
      await eventually(() => {
        clock.advance(500);
        return proxy.requests.length === 3 && s3.objects.size > 0 ? true : undefined;
      });
      expect(proxy.requests).toEqual([fault, fault, 'pass']);
      expect([...s3.objects.values()].map(({ body }) => gunzipSync(body).toString())).toEqual(['a']);
      const text = await eventually(async () => {
        const shown = await metrics();
        return shown.includes('metric="DeliveryToS3.Records"') ? shown : undefined;
      });
      expect(text).toMatch(/streamgauge_firehose_count\{metric="DeliveryToS3.Success",.*\} 3$/m);
      expect(text).toMatch(/streamgauge_firehose_sum\{metric="DeliveryToS3.Success",.*\} 1$/m);
    },
  );

  test('is tried while it accepts no connections, for as long as the records are kept', async () => {
    const { clock, put, metrics } = await delivering('http://127.0.0.1:9');
    await put('a');
    clock.advance(60_000);
    const tries = await eventually(async () => {
      clock.advance(60_000);
      const success = /streamgauge_firehose_count\{metric="DeliveryToS3.Success",.*\} (\d+)$/m.exec(await metrics());
      const count = Number(success?.[1]);
      return count >= 5 ? count : undefined;
    });
    expect(tries).toBeGreaterThanOrEqual(5);
    expect(await metrics()).toMatch(/streamgauge_firehose_backlog_bytes\{.*\} [1-9]/);
  });
});
