import { type Benchmark, holds } from './benchmark.ts';
import { type BenchServer, OURS, startServers } from './peers.ts';
import { measuredInTurn, rowsWithPeers } from './peers-rounds.ts';
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

/**
 *   load thread: requests made beforehand -> 4 connections, one request at a time each -> server process
 *
 * Every response is checked. The server counts the records of a round if it can, and at the end some requests are
 * sent once more to an empty stream and read back whole.
 */
function wirePuts(spec: PutsSpec): Benchmark {
  const { name, title, unit, operation, records, requests, expected } = spec;
  const planFor = (streamName: string): RequestPlan => {
    return { operation, streamName, requests, records, dataBytes: DATA_BYTES, seed: SEED };
  };
  const send = async ({ port }: BenchServer, plan: RequestPlan, forMs?: typeof FOR_MS): Promise<LoadEnd> => {
    const end = await makeLoad({ port, connections: CONNECTIONS, plan, expected, forMs });
    holds(
      end.failures === 0,
      `${end.failures} of ${end.calls + end.failures} responses are wrong: ${end.firstFailure}`,
    );
    return end;
  };
  const measure = async (server: BenchServer, round: number): Promise<number> => {
    const plan = planFor(`round-${round}`);
    await makeStream(server.port, plan.streamName, SHARDS);
    const { calls, callsPerSecond, cpuRatio } = await send(server, plan, FOR_MS);
    holds(cpuRatio < GENERATOR_CPU_MAX, `the load generator took ${cpuRatio.toFixed(2)} of a core`);
    if (server.name === OURS) await checkCount(server, plan, calls * records);
    await removeStream(server.port, plan.streamName);
    return callsPerSecond * records;
  };
  return {
    name,
    title,
    run: async () => {
      const { running, missing, close } = await startServers();
      try {
        await measuredInTurn(running, WARM_UP_ROUNDS, ({ server }) => measure(server, -1));
        const values = await measuredInTurn(running, ROUNDS, ({ server, index }) => measure(server, index));
        for (const server of running) await checkReadBack(server, planFor('read-back'), send);
        return rowsWithPeers({ name, unit, missing }, values);
      } finally {
        await close();
      }
    },
  };
}

async function checkCount({ port }: BenchServer, { streamName }: RequestPlan, acknowledged: number): Promise<void> {
  const counted = await countIncoming(port, streamName);
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
  title: 'PutRecords of 500 records of 100 B over 4 connections of HTTP/1.1, in turn with other emulators',
  unit: 'records/s',
  operation: 'PutRecords',
  records: 500,
  requests: 32,
  expected: '"FailedRecordCount":0',
});

export const wirePutRecord = wirePuts({
  name: 'wire-put-record',
  title: 'PutRecord of 100 B over 4 connections of HTTP/1.1, in turn with other emulators',
  unit: 'calls/s',
  operation: 'PutRecord',
  records: 1,
  requests: 4000,
  expected: '"SequenceNumber":"',
});
