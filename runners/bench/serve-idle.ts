import { setTimeout as sleep } from 'node:timers/promises';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';
import { CAN_READ_PROCESS_CPU, processCpuSeconds } from './cpu-time.ts';
import { OURS, startOurs } from './peers.ts';
import { missingRow, processRssBytes } from './process-rss.ts';
import { callKinesis } from './wire-call.ts';
import { makeStream } from './wire-stream.ts';

const STREAMS = 100;
const SHARDS = 4;
const REPEATS = 3;
const SETTLE_MS = 2000;
const REST_MS = 20_000;
const MIB = 1024 * 1024;

interface Rest {
  readonly rssMiB: number;
  readonly cpuPercent: number;
}

/**
 * A server with 100 streams of 4 shards that nobody calls: when they have just been made, and when every shard has a record,
 * for which it has memory and a file.
 */
export const serveIdle: Benchmark = {
  name: 'serve-idle',
  title: '100 streams of 4 shards at rest: memory and CPU of the server',
  run: async () => {
    if (!CAN_READ_PROCESS_CPU)
      return [missingRow('serve-idle-rss', 'MiB'), missingRow('serve-idle-cpu', '% of a core')];
    const made: Rest[] = [];
    const written: Rest[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const server = await startOurs();
      try {
        for (let i = 0; i < STREAMS; i++) await makeStream(server.port, `stream-${i}`, SHARDS);
        made.push(await restOf(server.pid));
        for (let i = 0; i < STREAMS; i++) await putIntoEveryShard(server.port, `stream-${i}`);
        written.push(await restOf(server.pid));
      } finally {
        await server.close();
      }
    }
    return [...rowsOf('serve-idle', made), ...rowsOf('serve-idle-written', written)];
  },
};

async function putIntoEveryShard(port: number, StreamName: string): Promise<void> {
  const hashKeys = Array.from({ length: SHARDS }, (_, i) => (2n ** 128n * BigInt(i)) / BigInt(SHARDS));
  const Records = hashKeys.map((hashKey) => ({
    Data: 'cmVzdA==',
    PartitionKey: 'k',
    ExplicitHashKey: String(hashKey),
  }));
  const { FailedRecordCount, Records: responses } = await callKinesis(port, 'PutRecords', { StreamName, Records });
  const shards = new Set((responses as readonly { readonly ShardId: string }[]).map(({ ShardId }) => ShardId));
  holds(FailedRecordCount === 0 && shards.size === SHARDS, `${OURS} did not put one record into each shard`);
}

async function restOf(pid: number): Promise<Rest> {
  await sleep(SETTLE_MS);
  const before = processCpuSeconds(pid);
  const startMs = performance.now();
  await sleep(REST_MS);
  const cpuPercent = (100 * (processCpuSeconds(pid) - before)) / ((performance.now() - startMs) / 1e3);
  return { cpuPercent, rssMiB: processRssBytes(pid) / MIB };
}

const rowsOf = (name: string, rests: readonly Rest[]): BenchmarkRow[] => [
  rowOf(
    `${name}-rss`,
    'MiB',
    rests.map(({ rssMiB }) => rssMiB),
  ),
  rowOf(
    `${name}-cpu`,
    '% of a core',
    rests.map(({ cpuPercent }) => cpuPercent),
  ),
];
