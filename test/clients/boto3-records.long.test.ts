import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

interface RecordsReport {
  readonly put: readonly string[];
  readonly one: unknown;
  readonly many: { readonly Records: readonly { readonly SequenceNumber: string }[] };
  readonly whole: { readonly Records: readonly GotRecord[]; readonly MillisBehindLatest: number };
  readonly latest: readonly string[];
  readonly at: readonly string[];
  readonly after: readonly string[];
  readonly sinceLongAgo: readonly string[];
  readonly sinceThird: readonly string[];
  readonly limited: readonly string[];
  readonly rest: readonly string[];
  readonly now: number;
}

interface GotRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: number;
  readonly Data: string;
  readonly PartitionKey: string;
}

const KEYS = ['clé-🔑', 'key 0', 'key 1', 'key 2', 'key 3'];

describe.skipIf(clients.kind === 'missing')(`records with boto3${whySkipped}`, () => {
  let server: Served;
  let report: RecordsReport;

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--delay', '50ms']);
    report = await runScript('records.py', server.url);
  });
  afterAll(() => server?.end());

  test('a put returns the shard and the sequence number', () => {
    const SequenceNumber = expect.stringMatching(/^\d{20,}$/);
    const response = { ShardId: 'shardId-000000000000', SequenceNumber };
    expect(report.one).toEqual(response);
    expect(report.many).toEqual({
      FailedRecordCount: 0,
      Records: [response, response, response, response],
    });
  });

  test('a read returns the same bytes, keys and sequence numbers, and the time of arrival', () => {
    const { Records, MillisBehindLatest } = report.whole;
    expect(Records.map(({ Data }) => Data)).toEqual(report.put);
    expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual(KEYS);
    expect(Records.slice(1).map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      report.many.Records.map(({ SequenceNumber }) => SequenceNumber),
    );
    for (const { ApproximateArrivalTimestamp } of Records) {
      expect(ApproximateArrivalTimestamp).toBeGreaterThan(report.now - 600);
      expect(ApproximateArrivalTimestamp).toBeLessThanOrEqual(report.now);
    }
    expect(MillisBehindLatest).toBe(0);
  });

  test('each type of iterator starts at its documented position', () => {
    const all = [...KEYS, 'late'];
    expect(report.latest).toEqual(['late']);
    expect(report.at).toEqual(all.slice(2));
    expect(report.after).toEqual(all.slice(3));
    expect(report.sinceLongAgo).toEqual(all);
    expect(report.sinceThird).toContain(all[2]);
    expect(all.slice(-report.sinceThird.length)).toEqual(report.sinceThird);
  });

  test('a limit of records ends a response, and the next iterator continues after it', () => {
    expect([...report.limited, ...report.rest]).toEqual([...KEYS, 'late']);
    expect(report.limited).toHaveLength(2);
  });
});
