import { type Benchmark, holds } from './benchmark.ts';
import { processCpuSeconds } from './cpu-time.ts';
import { type BenchServer, EMULATORS, OURS, REDIS, startServers } from './peers.ts';
import { type Measured, measuredInTurn, rowsWithPeers } from './peers-rounds.ts';
import { redisLength, removeRedisStreams } from './redis.ts';
import { type LoadEnd, makeLoad } from './wire-load.ts';
import { type RequestPlan, recordsOf } from './wire-request.ts';
import { countIncoming, makeStream, readStream, removeStream, type WireRecord } from './wire-stream.ts';

const ROUNDS = 5;
/** The first round of a server is not counted: its code is being compiled. */
const WARM_UP_ROUNDS = 1;
const CONNECTIONS = 4;
const SHARDS = 4;
const DATA_BYTES = 100;
const FOR_MS = { warmUp: 500, window: 3000 };
const SEED = 7;
/** A generator above this share of a core is what the figure shows, not the server. */
const GENERATOR_CPU_MAX = 0.9;

interface PutsSpec {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly operation: RequestPlan['operation'];
  /** In one request. */
  readonly records: number;
  /** Different requests, to be sent in turn. */
  readonly requests: number;
  /** Text that the body of every good response contains. */
  readonly expected: string;
}

interface PutsEnd {
  readonly recordsPerSecond: number;
  /** CPU time of the server for a record, in microseconds. */
  readonly cpuUs: number;
}

/**
 *   load thread: requests made beforehand -> 4 connections, one request at a time each -> server process
 *
 * Every response is checked. The server counts the records of a round if it can, and at the end some requests are
 * sent once more to an empty stream and read back whole. Redis takes the same records by XADD, pipelined as PutRecords has them.
 */
function wirePuts(spec: PutsSpec): Benchmark {
  const { name, title, unit, operation, records, requests, expected } = spec;
  const planFor = (streamName: string, server: BenchServer): RequestPlan => {
    const put = server.name === REDIS ? 'XADD' : operation;
    return { operation: put, streamName, requests, records, dataBytes: DATA_BYTES, seed: SEED };
  };
  const send = async ({ name: server, port }: BenchServer, plan: RequestPlan, forMs?: typeof FOR_MS) => {
    const expectedText = server === REDIS ? '' : expected;
    const end = await makeLoad({ port, connections: CONNECTIONS, plan, expected: expectedText, forMs });
    holds(
      end.failures === 0,
      `${end.failures} of ${end.calls + end.failures} responses are wrong: ${end.firstFailure}`,
    );
    return end;
  };
  const measure = async (server: BenchServer, round: number): Promise<PutsEnd> => {
    const plan = planFor(`round-${round}`, server);
    if (server.name !== REDIS) await makeStream(server.port, plan.streamName, SHARDS);
    const cpuBefore = processCpuSeconds(server.pid);
    const { calls, callsPerSecond, cpuRatio } = await send(server, plan, FOR_MS);
    const cpuSeconds = processCpuSeconds(server.pid) - cpuBefore;
    holds(cpuRatio < GENERATOR_CPU_MAX, `the load generator took ${cpuRatio.toFixed(2)} of a core`);
    await checkCount(server, plan, calls * records);
    if (server.name === REDIS) await removeRedisStreams(server.port, plan.streamName);
    else await removeStream(server.port, plan.streamName);
    return { recordsPerSecond: callsPerSecond * records, cpuUs: (cpuSeconds * 1e6) / (calls * records) };
  };
  return {
    name,
    title,
    run: async () => {
      const { running, missing, close } = await startServers([...EMULATORS, REDIS]);
      try {
        await measuredInTurn(running, WARM_UP_ROUNDS, ({ server }) => measure(server, -1));
        const ends = await measuredInTurn(running, ROUNDS, ({ server, index }) => measure(server, index));
        for (const server of running) {
          if (server.name !== REDIS) await checkReadBack(server, planFor('read-back', server), send);
        }
        const part = (pick: (end: PutsEnd) => number): Measured<number> =>
          new Map([...ends].map(([server, values]) => [server, values.map(pick)]));
        const rates = part(({ recordsPerSecond }) => recordsPerSecond);
        const cpu = part(({ cpuUs }) => cpuUs);
        const cpuName = `${name}-cpu`;
        return [
          ...rowsWithPeers({ name, unit, missing }, rates),
          ...rowsWithPeers({ name: cpuName, unit: 'CPU us each', missing: [] }, cpu),
        ];
      } finally {
        await close();
      }
    },
  };
}

/** Compares the records that a server counted with those it acknowledged. The emulators do not count. */
async function checkCount(
  { name, port }: BenchServer,
  { streamName }: RequestPlan,
  acknowledged: number,
): Promise<void> {
  if (name !== OURS && name !== REDIS) return;
  const counted = await (name === REDIS ? redisLength : countIncoming)(port, streamName);
  holds(counted === acknowledged, `${acknowledged} records were acknowledged, ${counted} came in`);
}

async function checkReadBack(
  server: BenchServer,
  plan: RequestPlan,
  send: (server: BenchServer, plan: RequestPlan) => Promise<LoadEnd>,
): Promise<void> {
  await makeStream(server.port, plan.streamName, SHARDS);
  await send(server, plan);
  const sorted = (records: readonly WireRecord[]) =>
    records.map(({ PartitionKey, Data }) => `${PartitionKey} ${Data}`).sort();
  const sent = sorted(recordsOf(plan).flat());
  const read = sorted(await readStream(server.port, plan.streamName));
  const isSame = sent.length === read.length && sent.every((record, i) => record === read[i]);
  holds(isSame, `${server.name} gave back ${read.length} records, not the ${sent.length} that were put`);
}

export const wirePutRecords = wirePuts({
  name: 'wire-put-records',
  title: 'PutRecords of 500 records of 100 B over 4 connections of HTTP/1.1, in turn with emulators and Redis',
  unit: 'records/s',
  operation: 'PutRecords',
  records: 500,
  requests: 32,
  expected: '"FailedRecordCount":0',
});

export const wirePutRecord = wirePuts({
  name: 'wire-put-record',
  title: 'PutRecord of 100 B over 4 connections of HTTP/1.1, in turn with emulators and Redis',
  unit: 'calls/s',
  operation: 'PutRecord',
  records: 1,
  requests: 4000,
  expected: '"SequenceNumber":"',
});
