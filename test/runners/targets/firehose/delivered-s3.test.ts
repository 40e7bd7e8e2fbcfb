import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { S3Store } from '../../../../engine/firehose/destinations/s3-store.ts';
import { Counts } from '../../../../runners/aws/call-faults.ts';
import type { DeliveredObject } from '../../../../runners/targets/firehose/delivered-object.ts';
import { DeliveredS3 } from '../../../../runners/targets/firehose/delivered-s3.ts';
import { startServer } from '../../../engine/firehose/destinations/test-server.ts';
import { memoryS3 } from '../../../engine/firehose/memory-s3.ts';
import { eventually } from '../../../engine/firehose/set-up.ts';

async function bucketOf(url: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const store = new S3Store({ url, region: 'us-east-1', credentials });
  onTestFinished(() => store.close());
  return (key: string, text: string) =>
    store.put({ bucket: 'archive', key, pieces: [gzipSync(text)] }, new AbortController().signal);
}

/** The order of objects in these tests: their lengths take the place of times. */
const lengthOf = ({ parts }: DeliveredObject): number => parts[0]!.length;

/** Follows a bucket until the end of the test. */
async function followed(endpoint: string, intervalMs = 10) {
  const counts = new Counts();
  const connection = { endpoint, protocol: 'http1', timeoutNs: 5e9 } as const;
  const reading = new DeliveredS3({ connection, bucket: 'archive', prefix: 'logs/' }, intervalMs, counts, lengthOf);
  const taken: { readonly name: string; readonly text: string }[] = [];
  const leaving = new AbortController();
  await reading.open();
  const following = reading.follow(async ({ name, parts }) => {
    taken.push({ name, text: Buffer.concat(parts).toString() });
  }, leaving.signal);
  onTestFinished(async () => {
    leaving.abort();
    await following.catch(() => {});
  });
  return { counts, taken, following };
}

test('objects of a bucket are read once each, over several pages, without those from before and those of other prefixes', async () => {
  const s3 = await memoryS3();
  onTestFinished(s3.close);
  const put = await bucketOf(s3.url);
  for (const n of [1, 2, 3, 4]) await put(`logs/before-${n}`, 'old');
  const { counts, taken } = await followed(s3.url);
  for (const n of [1, 2, 3, 4, 5]) await put(`logs/new-${n}.gz`, `text ${n}`);
  await put('other/new', 'text');
  await eventually(() => (taken.length >= 5 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(taken).toEqual([1, 2, 3, 4, 5].map((n) => ({ name: `logs/new-${n}.gz`, text: `text ${n}` })));
  expect(counts.byName.objectBytes).toBeGreaterThan(5 * 20);
});

test('objects of one second are in the order of their first records', async () => {
  const s3 = await memoryS3();
  onTestFinished(s3.close);
  const put = await bucketOf(s3.url);
  // The next look is long after all of them are there.
  const { counts, taken } = await followed(s3.url, 2000);
  await eventually(() => ((counts.byName.calls ?? 0) >= 2 ? true : undefined));
  await Promise.all([put('logs/a', 'third'), put('logs/b', '1'), put('logs/c', 'two')]);
  await eventually(() => (taken.length >= 3 ? true : undefined));
  expect(taken.map(({ text }) => text)).toEqual(['1', 'two', 'third']);
});

test('an object that cannot be decompressed is counted and skipped', async () => {
  const s3 = await memoryS3();
  onTestFinished(s3.close);
  const put = await bucketOf(s3.url);
  const { counts, taken } = await followed(s3.url);
  await fetch(`${s3.url}/archive/logs/damaged.gz`, { method: 'PUT', body: gzipSync('text').subarray(0, 12) });
  await eventually(() => (counts.byName.unreadableObjects === 1 ? true : undefined));
  await put('logs/whole.gz', 'text');
  await eventually(() => (taken.length === 1 ? true : undefined));
  expect([taken[0]?.name, counts.byName.unreadableObjects]).toEqual(['logs/whole.gz', 1]);
});

test('a bucket that fails for a while is read again, and one that rejects the reader ends the reading', async () => {
  const s3 = await memoryS3();
  onTestFinished(s3.close);
  let refusal: { readonly status: number; readonly code: string } | undefined;
  const proxy = await startServer(async ({ path }, outgoing) => {
    if (refusal !== undefined) {
      outgoing.writeHead(refusal.status).end(`<Error><Code>${refusal.code}</Code><Message>no</Message></Error>`);
      return;
    }
    const response = await fetch(new URL(path, s3.url));
    outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
  });
  onTestFinished(proxy.close);
  const { counts, taken, following } = await followed(proxy.url);
  refusal = { status: 503, code: 'SlowDown' };
  const put = await bucketOf(s3.url);
  await put('logs/a', 'text');
  await eventually(() => ((counts.byName['errors.SlowDown'] ?? 0) > 1 ? true : undefined));
  refusal = undefined;
  await eventually(() => (taken.length === 1 ? true : undefined));
  refusal = { status: 403, code: 'AccessDenied' };
  await expect(following).rejects.toThrow(/no/);
  expect(counts.byName['errors.AccessDenied']).toBe(1);
});
