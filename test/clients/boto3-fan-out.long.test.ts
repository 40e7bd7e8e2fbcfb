import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

type Report = Readonly<Record<string, unknown>>;

const CONSUMER_ARN = /^arn:aws:kinesis:us-east-1:000000000000:stream\/fan-out\/consumer\/one:\d{10}$/;

describe.skipIf(clients.kind === 'missing')(`enhanced fan-out with boto3${whySkipped}`, () => {
  let server: Served;
  let report: Report;

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--delay', '50ms']);
    report = await runScript('fan_out.py', server.url);
  });
  afterAll(() => server?.end());

  test('consumers are registered, described and listed by pages', () => {
    const consumer = {
      ConsumerName: 'one',
      ConsumerARN: expect.stringMatching(CONSUMER_ARN),
      ConsumerCreationTimestamp: expect.any(Number),
    };
    expect(report.registered).toEqual({ ...consumer, ConsumerStatus: 'CREATING' });
    expect(report.one).toEqual({
      ...consumer,
      ConsumerStatus: 'ACTIVE',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/fan-out',
    });
    expect(report.names).toEqual([['one'], ['two']]);
  });

  test('delivers stored records and later ones over HTTP/1.1', () => {
    expect(report.http).toBe('application/vnd.amazon.eventstream');
    expect(report.texts).toEqual(['a', 'b', 'c']);
    expect(report.firstEvent).toEqual({
      Records: expect.any(Array),
      ContinuationSequenceNumber: expect.stringMatching(/^\d+$/),
      MillisBehindLatest: 0,
    });
  });

  test('names the child shards in the last event of a closed shard, and then ends', () => {
    expect(report.endTexts).toEqual(['b', 'c']);
    expect(report.lastEvent).toMatchObject({
      ChildShards: [{ ShardId: 'shardId-000000000001' }, { ShardId: 'shardId-000000000002' }],
    });
    expect(report.lastEvent).not.toHaveProperty('ContinuationSequenceNumber');
  });
});
