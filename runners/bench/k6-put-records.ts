import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { kinesisScenario, LEAN_CLIENT } from './kinesis-run-scenario.ts';
import { runLoad } from './load-process.ts';
import { type BenchServer, startOurs } from './peers.ts';
import { runInProcess } from './run-process.ts';
import { makeStream, removeStream } from './wire-stream.ts';

const NAME = 'k6-put-records';
const ROUNDS = 3;
const CONNECTIONS = 4;
const SHARDS = 4;
const K6_SECONDS = 6;
const OUR_RECORDS = 2_000_000;
const PAYLOAD_BYTES = 100;
/** CPU time counts from here: start and compilation are over. */
const FROM_RECORD = 300_000;
const SERVE_OPTIONS = ['--limits', 'none', '--delay', '0ms', '--memory', '8GiB'];
const SCRIPT = fileURLToPath(new URL('./k6-put-records.js', import.meta.url));

/**
 *   run without consumers | k6 -> PutRecords of 500 distinct records of 100 B, 4 calls in flight -> serve
 *
 * Both put as fast as the server responds, in turn. The figure is what the client costs: records for each second of its CPU time.
 * k6 is the program that the variable K6 names, else the one on the path.
 */
export const k6PutRecords: Benchmark = {
  name: NAME,
  title: 'PutRecords by the command run, in turn with k6: records for each second of CPU time',
  run: async () => {
    const k6 = process.env.K6 ?? 'k6';
    const hasK6 = spawnSync(k6, ['version'], { stdio: 'ignore' }).status === 0;
    const server = await startOurs({ options: SERVE_OPTIONS });
    const ours: number[] = [];
    const theirs: number[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await byRun(server));
        if (hasK6) theirs.push(await byK6(server, k6));
      }
    } finally {
      await server.close();
    }
    const unit = 'records/CPU s';
    if (hasK6) {
      return [rowOf(NAME, unit, ours, medianOf(ours) / medianOf(theirs)), rowOf(`${NAME}-k6`, unit, theirs)];
    }
    return [rowOf(NAME, unit, ours), { ...rowOf(`${NAME}-k6`, unit, [Number.NaN]), note: 'k6 is not installed' }];
  },
};

async function byRun(server: BenchServer): Promise<number> {
  const load = {
    name: NAME,
    // All of them are due within a second, so that a call is always ready to be sent.
    phases: [{ name: 'all', duration: '1s', rate: `${OUR_RECORDS}/s` }],
    payloadBytes: PAYLOAD_BYTES,
    inFlight: CONNECTIONS,
    consumers: [],
  };
  const scenario = kinesisScenario(server, LEAN_CLIENT, load);
  const window = { fromRecord: FROM_RECORD, toRecord: OUR_RECORDS };
  const { result, clientUsPerRecord } = await runInProcess({ server, scenario, window });
  const { sent, failed } = result.summary.ledger;
  holds(sent === OUR_RECORDS && failed === 0, `run sent ${sent} records of ${OUR_RECORDS}, ${failed} failed`);
  return 1e6 / clientUsPerRecord;
}

async function byK6(server: BenchServer, k6: string): Promise<number> {
  const variables = {
    ENDPOINT: `http://127.0.0.1:${server.port}`,
    STREAM: NAME,
    VUS: CONNECTIONS,
    SECONDS: K6_SECONDS,
  };
  const args = ['run', '--quiet', ...Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`])];
  await makeStream(server.port, NAME, SHARDS);
  const { exitCode, stderr, clientUsPerRecord } = await runLoad({
    command: k6,
    args: [...args, SCRIPT],
    server,
    stream: NAME,
    window: { fromRecord: FROM_RECORD, toRecord: Number.POSITIVE_INFINITY },
  });
  await removeStream(server.port, NAME);
  holds(exitCode === 0, `k6 ended (${exitCode}): ${stderr}`);
  return 1e6 / clientUsPerRecord;
}
