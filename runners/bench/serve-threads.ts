import { availableParallelism } from 'node:os';
import { CONNECTION_THREAD_NAME } from '../../engine/wire/threads/thread-name.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';
import { type ThreadCpu, threadCpuSeconds } from './cpu-time.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { makeLoad } from './wire-load.ts';
import type { RequestPlan } from './wire-request.ts';
import { countIncoming, makeStream, removeStream } from './wire-stream.ts';

const ROUNDS = 5;
/** Enough that the kernel gives each thread some: it assigns connections by a hash. */
const CONNECTIONS = 16;
const SHARDS = 4;
const DATA_BYTES = 100;
const FOR_MS = { warmUp: 500, window: 2000 };
const SEED = 7;
const THREADS = 2;

interface Load {
  readonly name: string;
  readonly operation: RequestPlan['operation'];
  readonly records: number;
  readonly requests: number;
  readonly expected: string;
}

const LOADS: readonly Load[] = [
  {
    name: 'put-records',
    operation: 'PutRecords',
    records: 500,
    requests: 32,
    expected: '"FailedRecordCount":0',
  },
  { name: 'put-record', operation: 'PutRecord', records: 1, requests: 4000, expected: '"SequenceNumber":"' },
];

/** CPU of one record in microseconds, by the part of the server that takes it. */
interface RecordCpu {
  readonly engineUs: number;
  readonly connectionsUs: number;
  /** Compiler and garbage collector, which have threads of their own. */
  readonly helpersUs: number;
}

/**
 * CPU time of a record on the engine's thread and on a connection thread. The engine's thread is the only one of its kind, so the server
 * takes at most one record in that time, however many cores there are; their quotient is the number of connection threads at
 * which the engine's thread is busy all the time. `-one-thread` is the same load on a server without connection threads, in turn.
 */
export const serveThreads: Benchmark = {
  name: 'serve-threads',
  title: `CPU of a record by thread with serve --threads ${THREADS}, in turn with one thread`,
  run: async () => {
    const one = await startServer(1);
    const many = await startServer(THREADS);
    try {
      const rows: BenchmarkRow[] = [];
      for (const load of LOADS) rows.push(...(await rowsOf(load, one, many)));
      return rows;
    } finally {
      await Promise.all([one.close(), many.close()]);
    }
  },
};

const startServer = (threads: number): Promise<BenchServer> =>
  startOurs({ options: ['--limits', 'none', '--delay', '0ms', '--threads', String(threads)] });

async function rowsOf(load: Load, one: BenchServer, many: BenchServer): Promise<BenchmarkRow[]> {
  const ones: RecordCpu[] = [];
  const manys: RecordCpu[] = [];
  // The first round of each is not counted: its code is being compiled.
  for (let round = 0; round <= ROUNDS; round++) {
    const values = [await measure(load, one), await measure(load, many)] as const;
    if (round === 0) continue;
    ones.push(values[0]);
    manys.push(values[1]);
  }
  const name = `serve-threads-${load.name}`;
  const engine = manys.map(({ engineUs }) => engineUs);
  const connections = manys.map(({ connectionsUs }) => connectionsUs);
  const unit = 'CPU us each';
  const full = medianOf(connections) / medianOf(engine);
  return [
    rowOf(`${name}-engine`, unit, engine),
    rowOf(`${name}-connections`, unit, connections),
    rowOf(
      `${name}-helpers`,
      unit,
      manys.map(({ helpersUs }) => helpersUs),
    ),
    rowOf(
      `${name}-one-thread`,
      unit,
      ones.map(({ engineUs }) => engineUs),
    ),
    {
      ...rowOf(
        `${name}-bound`,
        'records/s',
        engine.map((us) => 1e6 / us),
      ),
      note: `computed: the engine's thread is busy with ${full.toFixed(1)} connection threads; this machine has ${availableParallelism()} cores`,
    },
  ];
}

async function measure({ operation, records, requests, expected }: Load, server: BenchServer): Promise<RecordCpu> {
  const plan: RequestPlan = { operation, streamName: 'threads', requests, records, dataBytes: DATA_BYTES, seed: SEED };
  await makeStream(server.port, plan.streamName, SHARDS);
  const before = threadCpuSeconds(server.pid);
  const { calls, failures, firstFailure } = await makeLoad({
    port: server.port,
    connections: CONNECTIONS,
    plan,
    expected,
    forMs: FOR_MS,
  });
  const after = threadCpuSeconds(server.pid);
  const put = calls * records;
  holds(failures === 0, `${failures} of ${calls + failures} responses are wrong: ${firstFailure}`);
  const counted = await countIncoming(server.port, plan.streamName);
  holds(counted === put, `${put} records were acknowledged, ${counted} came in`);
  await removeStream(server.port, plan.streamName);
  const us = (isOf: (thread: ThreadCpu) => boolean) => ((sum(after, isOf) - sum(before, isOf)) * 1e6) / put;
  const isEngine = ({ id }: ThreadCpu) => id === server.pid;
  const isConnection = ({ name }: ThreadCpu) => name === CONNECTION_THREAD_NAME;
  return {
    engineUs: us(isEngine),
    connectionsUs: us(isConnection),
    helpersUs: us((thread) => !isEngine(thread) && !isConnection(thread)),
  };
}

const sum = (threads: readonly ThreadCpu[], isOf: (thread: ThreadCpu) => boolean): number =>
  threads.reduce((seconds, thread) => (isOf(thread) ? seconds + thread.seconds : seconds), 0);
