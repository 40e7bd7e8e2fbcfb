import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { Kinesis } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadOfAccount } from '../../runners/plan/input/load-of-account.ts';
import { startMoto } from './moto.ts';
import { clients } from './python-client.ts';
import { serve } from './served.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const MINUTES = 30;
/** Minutes without a value. */
const QUIET = new Set([10, 11]);

describe.skipIf(clients.kind !== 'ready')(
  `a plan from an account, against moto${clients.kind === 'missing' ? ` (skipped: ${clients.reason})` : ''}`,
  () => {
    let moto: Awaited<ReturnType<typeof startMoto>>;
    let nowMs = 0;

    beforeAll(async () => {
      moto = await startMoto();
      const options = {
        endpoint: moto.url,
        region: 'us-east-1',
        credentials: CREDENTIALS,
      };
      const kinesis = new Kinesis({ ...options, requestHandler: new NodeHttpHandler() });
      await kinesis.createStream({ StreamName: 'orders', ShardCount: 4 });
      await kinesis.createStream({ StreamName: 'quiet', ShardCount: 1 });
      await kinesis.enableEnhancedMonitoring({
        StreamName: 'orders',
        ShardLevelMetrics: ['IncomingRecords', 'IncomingBytes'],
      });
      const cloudWatch = new CloudWatch(options);
      nowMs = Math.floor(Date.now() / 60_000) * 60_000 + 1000;
      const stream = { Name: 'StreamName', Value: 'orders' };
      const shard = (number: number) => ({ Name: 'ShardId', Value: `shardId-00000000000${number}` });
      for (let minute = 0; minute < MINUTES; minute += 1) {
        if (QUIET.has(minute)) continue;
        const Timestamp = new Date(Math.floor(nowMs / 60_000) * 60_000 - (MINUTES - minute) * 60_000);
        const records = 600 + 10 * minute;
        const data = (MetricName: string, Value: number, ...shards: ReturnType<typeof shard>[]) => ({
          MetricName,
          Value,
          Timestamp,
          Dimensions: [stream, ...shards],
        });
        await cloudWatch.putMetricData({
          Namespace: 'AWS/Kinesis',
          MetricData: [
            data('IncomingRecords', records),
            data('IncomingBytes', 500 * records),
            data('GetRecords.Bytes', 1000 * records),
            ...[0, 1, 2, 3].flatMap((number) => [
              data('IncomingRecords', (records * (number + 1)) / 10, shard(number)),
              data('IncomingBytes', (500 * records * (number + 1)) / 10, shard(number)),
            ]),
          ],
        });
      }
      kinesis.destroy();
      cloudWatch.destroy();
    }, 120_000);
    afterAll(() => moto?.end());

    const load = (stream: string, options = {}) =>
      loadOfAccount({ stream, endpoint: moto.url, region: 'us-east-1', lastNs: 3600e9, nowMs, ...options });

    test('has the records and bytes of each minute', async () => {
      const { rates, records, bytes } = await load('orders');
      const expected = Array.from({ length: MINUTES }, (_, minute) => (QUIET.has(minute) ? 0 : 600 + 10 * minute));
      expect(rates.stepNs).toBe(60e9);
      expect([...rates.recordsOfStep]).toEqual(expected);
      const total = expected.reduce((sum, value) => sum + value, 0);
      expect([records, bytes]).toEqual([total, 500 * total]);
    });

    test('has the shares of the shards, and the consumers that read', async () => {
      const { keys, consumers, notes } = await load('orders');
      expect([...keys.recordShares(4)].map((share) => Number(share.toFixed(6)))).toEqual([0.1, 0.2, 0.3, 0.4]);
      expect(consumers.map(({ kind }) => kind)).toEqual(['polling', 'polling']);
      expect(notes[0]).toContain('Stream orders is provisioned and has 4 open shards now');
      expect(notes.join('\n')).toContain('2 of 30 periods have no value');
    });

    test('reads the stream and its metrics from the endpoints that the environment names', async () => {
      // moto does not count consumers; the engine does.
      const served = await serve(['--stream', 'orders:3']);
      vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', served.url);
      vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', moto.url);
      try {
        const kinesis = new Kinesis({ endpoint: served.url, region: 'us-east-1', credentials: CREDENTIALS });
        const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: 'orders' });
        const StreamARN = StreamDescriptionSummary!.StreamARN!;
        await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: 'audit' });
        kinesis.destroy();
        const { consumers, notes } = await load('orders', { endpoint: undefined });
        expect(consumers.map(({ kind }) => kind)).toEqual(['fan-out', 'polling', 'polling']);
        expect(notes[0]).toContain('has 3 open shards now');
      } finally {
        vi.unstubAllEnvs();
        await served.end();
      }
    });

    test('fails with a coded error for a stream without metrics and for a missing stream', async () => {
      await expect(load('quiet')).rejects.toThrow(/RUNNER_METRICS_MISSING .*IncomingRecords and IncomingBytes/);
      await expect(load('other')).rejects.toThrow(/RUNNER_TARGET_FAILED ResourceNotFoundException/);
    });

    test('fails with a coded error for a time that CloudWatch no longer stores', async () => {
      await expect(load('orders', { lastNs: 500 * 86_400e9 })).rejects.toThrow(/RUNNER_USAGE --last must be/);
    });
  },
);
