import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAggregate } from '../../engine/aggregate/aggregate-reader.ts';
import { AggregateWriter } from '../../runners/aws/aggregate-writer.ts';
import { peerDeaggregate } from '../runners/aws/kpl-peer.ts';
import { CREDENTIALS, clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

/** A user record: its key and its data, both as text. */
type UserRecord = readonly [key: string, data: string];

interface AggregationReport {
  readonly put: readonly UserRecord[];
  readonly aggregateCount: number;
  readonly opened: readonly UserRecord[];
}

const OURS: readonly UserRecord[] = Array.from({ length: 50 }, (_, n) => [`clé-${n % 3}`, `from node ${n} 🔑`]);

/** A stream with an aggregate of ours, those of aws_kinesis_agg behind it, and three readers of both. */
describe.skipIf(clients.kind === 'missing')(`aggregates of the KPL${whySkipped}`, () => {
  let server: Served;
  let client: KinesisClient;
  let report: AggregationReport;
  let stored: readonly Uint8Array[];

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--stream', 'aggregates:1']);
    client = new KinesisClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: CREDENTIALS.accessKey, secretAccessKey: CREDENTIALS.secretKey },
    });
    await client.send(
      new PutRecordCommand({ StreamName: 'aggregates', PartitionKey: 'a', ExplicitHashKey: '0', Data: ourAggregate() }),
    );
    report = await runScript('aggregation.py', server.url);
    stored = await readAll(client);
  });
  afterAll(async () => {
    client?.destroy();
    await server?.end();
  });

  test('are opened by Python, whether this project or Python wrote them', () => {
    expect(report.opened).toEqual([...OURS, ...report.put]);
  });

  test('are opened by this project, whether it or Python wrote them', () => {
    expect(report.aggregateCount).toBeGreaterThan(1);
    expect(stored).toHaveLength(1 + report.aggregateCount);
    expect(stored.flatMap(openedByUs)).toEqual([...OURS, ...report.put]);
  });

  test('are opened by the npm package, regardless of their writer', () => {
    expect(stored.flatMap(openedByNpm)).toEqual([...OURS, ...report.put]);
  });
});

function ourAggregate(): Buffer {
  const writer = new AggregateWriter();
  for (const [key, data] of OURS) writer.add(Number(key.at(-1)), { key: Buffer.from(key), data: Buffer.from(data) });
  expect(writer.count).toBe(OURS.length);
  return writer.write();
}

async function readAll(client: KinesisClient): Promise<Uint8Array[]> {
  const from = {
    StreamName: 'aggregates',
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'TRIM_HORIZON',
  } as const;
  const { ShardIterator } = await client.send(new GetShardIteratorCommand(from));
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data = new Uint8Array() }) => Data);
}

function openedByUs(data: Uint8Array): UserRecord[] {
  const { keys, records } = readAggregate(data)!;
  return records.map((record) => [text(keys[record.keyPlace]!), text(record.data)]);
}

function openedByNpm(data: Uint8Array): UserRecord[] {
  return peerDeaggregate(Buffer.from(data)).map((record) => [record.partitionKey, text(record.data)]);
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
