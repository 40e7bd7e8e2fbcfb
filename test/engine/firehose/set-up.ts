import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { type CreateDeliveryStreamInput, FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { onTestFinished } from 'vitest';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { Engine, type EngineOptions } from '../../../engine/engine.ts';

export const START_MS = Date.UTC(2026, 0, 31, 23, 30);
export const BUCKET = 'arn:aws:s3:::archive';
export const ROLE = 'arn:aws:iam::000000000000:role/firehose';

/** A folder that is deleted after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-firehose-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** AWS's client for Firehose, which tries once. */
export const firehoseClient = (endpoint: string, region = 'us-east-1'): FirehoseClient =>
  new FirehoseClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

/**
 * An engine on a virtual clock that serves Firehose, AWS's client for it, and the folder of its objects. `put` sends one record,
 * and `metrics` returns the text of `/metrics`.
 */
export async function servedFirehose(options: EngineOptions = {}) {
  const folder = await temporaryFolder();
  const clock = new VirtualClock(START_MS);
  const engine = await Engine.open({ clock, limits: 'none', ...options, firehose: { folder, ...options.firehose } });
  const server = await engine.serve();
  const client = firehoseClient(server.url, options.region);
  onTestFinished(async () => {
    client.destroy();
    await engine.close();
  });
  const put = (data: string | Uint8Array, name = 'logs') =>
    client.send(new PutRecordCommand({ DeliveryStreamName: name, Record: { Data: Buffer.from(data) } }));
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  return { engine, clock, client, folder, put, metrics };
}

/** The input that creates a delivery stream to the bucket, with some members of its destination. */
export const toBucket = (
  name: string,
  destination: Partial<NonNullable<CreateDeliveryStreamInput['ExtendedS3DestinationConfiguration']>> = {},
): CreateDeliveryStreamInput => ({
  DeliveryStreamName: name,
  ExtendedS3DestinationConfiguration: { RoleARN: ROLE, BucketARN: BUCKET, ...destination },
});

/** The paths of the objects below a folder, in the order of their keys. Files that are being written are in hidden folders. */
export async function objectFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split(sep)
          .some((segment) => segment.startsWith('.')),
    )
    .sort();
}

/** The objects below a folder, by key, in the order of their keys. */
export async function objectsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await objectFilesIn(folder);
  return new Map(
    await Promise.all(files.map(async (file) => [relative(folder, file), await readFile(file, 'latin1')] as const)),
  );
}

/** Repeats a look until it finds what it looks for. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const untilMs = Date.now() + 10_000; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > untilMs) throw new Error('waited ten seconds for something that did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
