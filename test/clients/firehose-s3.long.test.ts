import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateDeliveryStreamCommand } from '@aws-sdk/client-firehose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Fault, faultProxy } from '../engine/firehose/fault-proxy.ts';
import { eventually, objectsIn, servedFirehose, temporaryFolder, toBucket } from '../engine/firehose/set-up.ts';
import { S3_CREDENTIALS, startS3, versitygw } from './s3-server.ts';

const HINTS = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 } };

/** A delivery stream to a bucket of a real server, behind a proxy. */
async function delivering(bucket: string, secretAccessKey = S3_CREDENTIALS.secretAccessKey) {
  const objects = await temporaryFolder();
  const server = await startS3(objects, [bucket]);
  onTestFinished(server.close);
  const proxy = await faultProxy(server.url);
  onTestFinished(proxy.close);
  const credentials = { ...S3_CREDENTIALS, secretAccessKey };
  const served = await servedFirehose({ firehose: { s3: { url: proxy.url, credentials, timeoutMs: 1000 } } });
  await served.client.send(new CreateDeliveryStreamCommand(toBucket('logs', { ...HINTS, CompressionFormat: 'GZIP' })));
  /** Data of all objects, once there are so many bytes. */
  const delivered = (bytes: number) =>
    eventually(async () => {
      served.clock.advance(1000);
      const files = await objectsIn(join(objects, bucket));
      const data = [...files].filter(([key]) => key.endsWith('.gz')).map(([, body]) => gunzip(body));
      const all = Buffer.concat(data.filter((each) => each !== undefined));
      return all.length >= bytes ? { all, objects: data.length } : undefined;
    });
  return { ...served, proxy, delivered, objects };
}

/** The server shows a file before all of its bytes are there. */
function gunzip(body: string): Buffer | undefined {
  try {
    return gunzipSync(Buffer.from(body, 'latin1'));
  } catch {
    return undefined;
  }
}

const missing = versitygw.kind === 'missing' ? ` (skipped: ${versitygw.reason})` : '';

describe.skipIf(versitygw.kind === 'missing')(`S3 objects on versitygw${missing}`, () => {
  test('arrive whole, with a signature that the server accepts', async () => {
    const { put, clock, delivered } = await delivering('archive');
    const data = Buffer.alloc(900_000);
    for (let at = 0; at < data.length; at += 4) data.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
    await put(data);
    clock.advance(60_000);
    const { all } = await delivered(data.length);
    expect(all.equals(data)).toBe(true);
  });

  test.each<Fault>(['reset', 'slow-down', 'redirect', 'hang', 'late'])(
    'arrive once after %s in front of the server',
    async (fault) => {
      const { put, clock, proxy, delivered } = await delivering('archive');
      proxy.faults.push(fault);
      await put(Buffer.alloc(300_000, 'x'));
      clock.advance(60_000);
      const { objects } = await delivered(300_000);
      await eventually(() => {
        clock.advance(500);
        return proxy.requests.length >= 2 || undefined;
      });
      expect(proxy.requests).toEqual([fault, 'pass']);
      expect(objects).toBe(1);
    },
  );

  test('wait while the bucket does not exist, and arrive once it does', async () => {
    const { put, clock, metrics, delivered, objects } = await delivering('archive');
    await rename(join(objects, 'archive'), join(objects, 'elsewhere'));
    await put('a');
    clock.advance(60_000);
    await eventually(async () => /"DeliveryToS3.Success",.*\} 0$/m.test(await metrics()) || undefined);
    await rename(join(objects, 'elsewhere'), join(objects, 'archive'));
    expect(String((await delivered(1)).all)).toBe('a');
  });

  test('wait while the secret key is wrong', async () => {
    const { put, clock, metrics } = await delivering('archive', 'wrong');
    await put('a');
    clock.advance(60_000);
    await eventually(async () => {
      clock.advance(1000);
      const count = /_count\{metric="DeliveryToS3.Success",.*\} (\d+)$/m.exec(await metrics())?.[1];
      return Number(count) >= 3 || undefined;
    });
    expect(await metrics()).toMatch(/_sum\{metric="DeliveryToS3.Success",.*\} 0$/m);
  });
});
