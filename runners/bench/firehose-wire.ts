import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { firehoseSum } from './firehose-sum.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { callFirehose, getText } from './wire-call.ts';
import { makeLoad } from './wire-load.ts';
import type { RequestPlan } from './wire-request.ts';
import { makeStream, removeStream } from './wire-stream.ts';

const NAME = 'firehose-wire';
const ROUNDS = 5;
const CONNECTIONS = 4;
const SHARDS = 4;
const FOR_MS = { warmUp: 500, window: 3000 };
const PLAN = { requests: 32, records: 500, dataBytes: 100, seed: 7 };
/** A generator above this share of a core is what the figure shows, not the server. */
const GENERATOR_CPU_MAX = 0.9;
const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/**
 *   load thread: requests made beforehand -> 4 connections, one request at a time each -> server process -> files
 *
 * Rounds of PutRecordBatch take turns with rounds of PutRecords, whose server and load are the same. Every response is checked.
 * A round ends when the server has delivered every acknowledged record.
 */
export const firehoseWire: Benchmark = {
  name: NAME,
  title: 'PutRecordBatch of 500 records of 100 B over 4 connections of HTTP/1.1, in turn with PutRecords',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-bench-'));
    const options = ['--limits', 'none', '--delay', '0ms', '--firehose-folder', folder];
    const server = await startOurs({ options });
    try {
      const rates: Record<'firehose' | 'kinesis', number[]> = { firehose: [], kinesis: [] };
      for (let round = -1; round < ROUNDS; round++) {
        const firehose = await firehoseRound(server, `round-${round + 1}`, folder);
        const kinesis = await kinesisRound(server, `round-${round + 1}`);
        // The first round compiles the code of the server.
        if (round < 0) continue;
        rates.firehose.push(firehose);
        rates.kinesis.push(kinesis);
      }
      const ratio = medianOf(rates.firehose) / medianOf(rates.kinesis);
      return [
        { ...rowOf(NAME, 'records/s', rates.firehose, ratio), note: 'ratio to PutRecords on the same server' },
        rowOf(`${NAME}-put-records`, 'records/s', rates.kinesis),
      ];
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  },
};

async function firehoseRound(server: BenchServer, streamName: string, folder: string): Promise<number> {
  const { port } = server;
  await callFirehose(port, 'CreateDeliveryStream', {
    DeliveryStreamName: streamName,
    ExtendedS3DestinationConfiguration: {
      RoleARN: 'arn:aws:iam::000000000000:role/firehose',
      BucketARN: 'arn:aws:s3:::bench',
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 1 },
    },
  });
  const load = await send(server, { ...PLAN, operation: 'PutRecordBatch', streamName }, '"FailedPutCount":0');
  const acknowledged = load.calls * PLAN.records;
  const sumOf = async (metric: string) => firehoseSum(await getText(port, '/metrics'), streamName, metric);
  const incoming = await sumOf('IncomingRecords');
  holds(incoming === acknowledged, `${acknowledged} records were acknowledged, ${incoming} came in`);
  let delivered = 0;
  for (const untilMs = performance.now() + PATIENCE_MS; delivered !== acknowledged; await sleep(POLL_MS)) {
    delivered = await sumOf('DeliveryToS3.Records');
    holds(performance.now() < untilMs, `${delivered} of ${acknowledged} records were delivered`);
  }
  await callFirehose(port, 'DeleteDeliveryStream', { DeliveryStreamName: streamName });
  await rm(join(folder, 'bench'), { recursive: true });
  return load.callsPerSecond * PLAN.records;
}

async function kinesisRound(server: BenchServer, streamName: string): Promise<number> {
  await makeStream(server.port, streamName, SHARDS);
  const load = await send(server, { ...PLAN, operation: 'PutRecords', streamName }, '"FailedRecordCount":0');
  await removeStream(server.port, streamName);
  return load.callsPerSecond * PLAN.records;
}

async function send({ port }: BenchServer, plan: RequestPlan, expected: string) {
  const load = await makeLoad({ port, connections: CONNECTIONS, plan, expected, forMs: FOR_MS });
  holds(load.failures === 0, `${load.failures} responses are wrong: ${load.firstFailure}`);
  holds(load.cpuRatio < GENERATOR_CPU_MAX, `the load generator took ${load.cpuRatio.toFixed(2)} of a core`);
  return load;
}
