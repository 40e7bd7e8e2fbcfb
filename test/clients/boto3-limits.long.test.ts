import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

type Report = Readonly<Record<string, unknown>>;

/** AWS's limits in the engine's own time, which a script turns: what passes does not depend on the machine. */
describe.skipIf(clients.kind === 'missing')(`limits with boto3${whySkipped}`, () => {
  let server: Served;
  let report: Report;

  beforeAll(async () => {
    server = await serve(['--clock', 'virtual', '--stream', 'limits:1']);
    report = await runScript('limits.py', server.url);
  });
  afterAll(() => server?.end());

  test('a shard accepts 1,000 records a second, and PutRecords reports which ones it throttled', () => {
    expect(report.failed).toEqual([0, 0, 200]);
    expect(report.kindsOfThrottled).toEqual(['ProvisionedThroughputExceededException']);
    expect(report.throttled).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in stream limits under account 000000000000.',
    });
    expect(report.afterASecond).toBe(0);
  });

  test('PutRecord raises the exception that PutRecords counts', () => {
    expect(report.oneMore).toMatchObject({ class: 'ProvisionedThroughputExceededException', status: 400 });
  });

  test('a shard can be read five times a second', () => {
    const raised = 'ProvisionedThroughputExceededException';
    expect(report.reads).toEqual([null, null, null, null, null, raised]);
    expect(report.readAgain).toBe(1400);
  });

  test('an iterator expires after five minutes, and a record after 24 hours', () => {
    expect(report.almostOld).toBeNull();
    expect(report.tooOld).toMatchObject({ class: 'ExpiredIteratorException', status: 400 });
    expect(report.pastRetention).toBe(0);
  });
});
