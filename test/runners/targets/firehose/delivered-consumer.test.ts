import { appendFile, mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ReceiptLedger } from '../../../../runners/consumer/ledger.ts';
import { DeliveredConsumerPort } from '../../../../runners/targets/firehose/delivered-consumer.ts';
import { STAMP_BYTES, StampWriter } from '../../../../runners/targets/firehose/stamp.ts';
import { eventually, temporaryFolder } from '../../../engine/firehose/set-up.ts';

const RUN = 77;

/** A record of key 0 with this number, and a payload of one byte. */
function record(keyCounter: number, runId = RUN): Buffer {
  const out = Buffer.alloc(STAMP_BYTES + 1);
  const numbers = { source: 0, keyIndex: 0, keyCounter, recordBytes: 61, intendedAtNs: keyCounter, handedOverAtNs: 0 };
  new StampWriter(runId).write(out, 0, numbers, Buffer.from('x'));
  return out;
}

const records = (...keyCounters: number[]): Buffer => Buffer.concat(keyCounters.map((number) => record(number)));

/** A consumer of a folder, with the ledger of one producer and one key. */
async function consumerOf(folder: string) {
  const port = new DeliveredConsumerPort(
    {
      kind: 'firehose',
      connection: { protocol: 'http1', timeoutNs: 1e9 },
      spec: {
        kind: 'firehose',
        deliveryStream: 'logs',
        local: false,
        destination: { kind: 'folder', path: folder },
        put: 'batch',
        timeoutNs: 1e9,
      },
      place: { kind: 'folder', path: folder },
      runId: RUN,
    },
    { consumer: { name: 'archive', kind: 'delivered', intervalNs: 5e6 }, now: () => performance.now() * 1e6 },
  );
  const ledger = new ReceiptLedger([new Int32Array(1)]);
  const received: { readonly keyCounter: number; readonly deliveredAtMs: number }[] = [];
  let deliveredAtMs = 0;
  const receiver = {
    begin: (_shard: number, _handedOverAtNs: number, _writtenAtNs: number, nowNs: number) => {
      deliveredAtMs = nowNs / 1e6;
    },
    receive: (source: number, keyIndex: number, keyCounter: number) => {
      received.push({ keyCounter, deliveredAtMs });
      return ledger.receive(source, keyIndex, keyCounter);
    },
    end: () => {},
  };
  await port.open();
  return { port, ledger, received, poll: () => port.poll(0, receiver) };
}

/** Writes an object as an engine does: elsewhere, and then renames it. */
async function deliver(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(folder, 'archive'), { recursive: true });
  await mkdir(join(folder, '.incoming'), { recursive: true });
  await writeFile(join(folder, '.incoming', name), bytes);
  await rename(join(folder, '.incoming', name), join(folder, 'archive', name));
}

type Consumer = Awaited<ReturnType<typeof consumerOf>>;

async function untilCounted({ port, poll }: Consumer, name: string, count: number): Promise<void> {
  await eventually(() => {
    poll();
    return (port.counts[name] ?? 0) >= count ? true : undefined;
  });
}

test('a delivered consumer reads each object once, and ignores what was there before the run or is of another run', async () => {
  const folder = await temporaryFolder();
  await deliver(folder, 'before', records(0, 1));
  const consumer = await consumerOf(folder);
  await deliver(folder, 'a.gz', gzipSync(records(0, 1, 2)));
  await deliver(folder, 'b', Buffer.concat([record(9, RUN + 1), record(3)]));
  await deliver(folder, 'c', record(4, RUN + 1));
  await untilCounted(consumer, 'objects', 2);
  await untilCounted(consumer, 'foreignObjects', 1);
  expect(consumer.received.map(({ keyCounter }) => keyCounter)).toEqual([0, 1, 2, 3]);
  expect(consumer.port.notes).toEqual([]);
  await consumer.port.close();
});

test('a delivered consumer names the objects with repeated, late and failed records', async () => {
  const folder = await temporaryFolder();
  const consumer = await consumerOf(folder);
  await deliver(folder, 'a', records(0, 3));
  await untilCounted(consumer, 'objects', 1);
  await deliver(folder, 'b', records(0, 2, 3, 4));
  await untilCounted(consumer, 'objects', 2);
  const failed = (keyCounter: number, more: object) =>
    `${JSON.stringify({ attemptsMade: 4, ...more, rawData: record(keyCounter).toString('base64') })}\n`;
  const lines = [failed(1, { errorCode: 'Lambda.FunctionError' }), failed(5, { ErrorCode: 'DataFormatConversion' })];
  await deliver(folder, 'c', Buffer.from(lines.join('')));
  await untilCounted(consumer, 'errorObjects', 1);
  expect(consumer.ledger).toMatchObject({ received: 4, duplicated: 2, reordered: 1 });
  expect(consumer.port.notes).toEqual([
    'Consumer archive: 1 object repeats records that had been delivered before: archive/b (2).',
    'Consumer archive: 1 object has records that came after a later one of the same key: archive/b (1).',
    'Consumer archive: 1 object has records of the error output, with the code Lambda.FunctionError: archive/c (1).',
    'Consumer archive: 1 object has records of the error output, with the code DataFormatConversion: archive/c (1).',
  ]);
  await consumer.port.close();
});

test('the time of delivery is that of the rename, not of the look, and never before the last look', async () => {
  const folder = await temporaryFolder();
  const consumer = await consumerOf(folder);
  const beforeMs = performance.now();
  await deliver(folder, 'a', records(0));
  await utimes(join(folder, 'archive', 'a'), 0, 0);
  const afterMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await untilCounted(consumer, 'objects', 1);
  const [{ deliveredAtMs } = { deliveredAtMs: 0 }] = consumer.received;
  // File systems count in ticks of up to 10 ms.
  expect(deliveredAtMs).toBeGreaterThan(beforeMs - 20);
  expect(deliveredAtMs).toBeLessThan(afterMs + 20);
  await consumer.port.close();
});

test('a delivered consumer reads an object of millions of records in several polls', async () => {
  const folder = await temporaryFolder();
  const consumer = await consumerOf(folder);
  await deliver(folder, 'a', records(...Array.from({ length: 12_000 }, (_, number) => number)));
  await eventually(() => (consumer.poll() > 0 ? true : undefined));
  expect(consumer.received).toHaveLength(5000);
  await untilCounted(consumer, 'objects', 1);
  expect(consumer.ledger).toMatchObject({ received: 12_000, duplicated: 0, reordered: 0 });
  await consumer.port.close();
});

test('a delivered consumer reads a file that is being written once it is complete', async () => {
  const folder = await temporaryFolder();
  const consumer = await consumerOf(folder);
  const gzip = gzipSync(records(0, 1));
  await mkdir(join(folder, 'archive'));
  await writeFile(join(folder, 'archive', 'a.gz'), gzip.subarray(0, 30));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(consumer.poll()).toBe(0);
  await appendFile(join(folder, 'archive', 'a.gz'), gzip.subarray(30));
  await untilCounted(consumer, 'objects', 1);
  expect(consumer.ledger).toMatchObject({ received: 2, duplicated: 0 });
  await consumer.port.close();
});
