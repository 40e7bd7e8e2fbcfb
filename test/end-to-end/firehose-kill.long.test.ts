import { setTimeout as sleep } from 'node:timers/promises';
import { CreateDeliveryStreamCommand, type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { expect, test } from 'vitest';
import { eventually, firehoseClient, objectsIn, temporaryFolder, toBucket } from '../engine/firehose/set-up.ts';
import { startServe } from './serve-process.ts';

const KILLS = 6;
/** Time between a start and the kill, from this to twice this. */
const LIFE_MS = 700;
const RECORDS = 50;

/** Puts numbered lines until the server is gone. Adds the lines that were acknowledged. */
async function putUntilGone(client: FirehoseClient, next: () => number, acknowledged: Set<string>): Promise<void> {
  for (;;) {
    const lines = Array.from({ length: RECORDS }, () => `${next()}\n`);
    const Records = lines.map((line) => ({ Data: Buffer.from(line) }));
    try {
      const put = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: 'logs', Records }));
      put.RequestResponses?.forEach(({ RecordId }, i) => {
        if (RecordId !== undefined) acknowledged.add(lines[i]!);
      });
    } catch {
      return;
    }
  }
}

test('kill -9 under load loses no acknowledged record', async () => {
  const dataDir = await temporaryFolder();
  const folder = await temporaryFolder();
  const options = ['--data-dir', dataDir, '--durability', 'every-put', '--firehose-folder', folder, '--limits', 'none'];
  const acknowledged = new Set<string>();
  let number = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const server = await startServe(...options, '--delay', '0s');
    const client = firehoseClient(server.url);
    if (kill === 0) {
      const hints = { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 1 } };
      await client.send(new CreateDeliveryStreamCommand(toBucket('logs', hints)));
    }
    if (kill < KILLS) {
      const loads = [0, 1].map(() => putUntilGone(client, () => number++, acknowledged));
      await sleep(LIFE_MS * (1 + Math.random()));
      await server.kill();
      await Promise.all(loads);
    } else {
      const delivered = await eventually(async () => {
        await sleep(200);
        const lines = [...(await objectsIn(folder)).values()].join('').split('\n');
        const set = new Set(lines.map((line) => `${line}\n`));
        return [...acknowledged].every((line) => set.has(line)) ? lines.length - 1 : undefined;
      });
      // Each kill repeats at most the batches that were not noted as delivered.
      expect(delivered).toBeGreaterThanOrEqual(acknowledged.size);
      expect(server.errors()).not.toMatch(/DAMAGED|UNREADABLE/);
      await server.stop();
    }
    client.destroy();
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS * RECORDS);
});
