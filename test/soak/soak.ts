/**
 * Hours in minutes: a scenario with splits, merges and faults puts load on a served engine through the AWS SDK, and
 * meanwhile the server is killed and started again on the same data directory. At the end the ledger must add up:
 * nothing lost, every duplicate explained by a retry.
 *
 *   npm run soak -- [MINUTES]          default 20
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveScenario, runScenario } from '../../runners/index.ts';
import { type ServeProcess, startServe } from '../end-to-end/serve-process.ts';

const minutes = Number(process.argv[2] ?? 20);
const RESTART_EVERY_S = 60;
const RATE = 1500;

const folder = await mkdtemp(join(tmpdir(), 'streamgauge-soak-'));
const port = await freePort();
const serveOptions = ['--port', String(port), '--data-dir', folder, '--durability', 'every-put', '--memory', '16MiB'];
let server = await startServe(...serveOptions);
let restarts = 0;
const restarting = setInterval(() => void restart(), RESTART_EVERY_S * 1000);

try {
  const scenario = resolveScenario(soakScenario(minutes * 60, server.url));
  const result = await runScenario(scenario, { outDir: join(folder, 'result'), ceiling: 'skip' });
  clearInterval(restarting);
  const { ledger } = result.summary;
  console.log(
    JSON.stringify({ minutes, restarts, ledger, verdict: result.verdict, outcome: result.outcome }, undefined, 2),
  );
  process.exitCode = ledger.lost === 0 && result.outcome.kind === 'completed' ? 0 : 1;
} finally {
  clearInterval(restarting);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Every other time as a power failure would, every other time in good order. */
async function restart(): Promise<void> {
  const before: ServeProcess = server;
  if (restarts % 2 === 0) await before.kill();
  else await before.stop();
  server = await startServe(...serveOptions);
  restarts += 1;
  console.error(`${new Date().toISOString()} restart ${restarts}`);
}

/** Every two minutes a split, a minute later a merge, and between them faults of every kind. */
function soakScenario(seconds: number, endpoint: string): object {
  const rounds = Array.from({ length: Math.floor(seconds / 120) }, (_, i) => i * 120);
  return {
    name: 'soak',
    seed: 11,
    target: { kind: 'kinesis', stream: 'soak', endpoint, create: { shards: 2 } },
    workloads: [
      {
        name: 'orders',
        arrivals: 'poisson',
        phases: [{ name: 'soak', duration: `${seconds}s`, rate: `${RATE}/s` }],
        keys: { zipf: 0.9, count: 1000 },
        payload: { size: '200B' },
        producers: {
          count: 1,
          batch: { records: 200, bytes: '1MB', lingerMs: 20 },
          inFlight: 8,
          retry: { attempts: 1000, base: '50ms', cap: '2s' },
        },
      },
    ],
    consumers: [
      { name: 'dashboard', kind: 'polling', intervalMs: 300 },
      { name: 'fraud', kind: 'fan-out' },
    ],
    steps: rounds.flatMap((at) => [
      { at: `${at + 20}s`, split: 'hottest' },
      { at: `${at + 80}s`, merge: 'coldest' },
    ]),
    faults: rounds.flatMap((at) => [
      {
        from: `${at + 30}s`,
        until: `${at + 35}s`,
        kind: 'error',
        operation: 'PutRecords',
        code: 'InternalFailure',
        rate: '20%',
      },
      { from: `${at + 40}s`, until: `${at + 45}s`, kind: 'lose-response', operation: 'PutRecords', rate: '10%' },
      { from: `${at + 50}s`, until: `${at + 52}s`, kind: 'throttle', rate: '30%' },
      { from: `${at + 90}s`, until: `${at + 93}s`, kind: 'latency', ms: 200 },
      { from: `${at + 100}s`, until: `${at + 103}s`, kind: 'drop-connection', rate: '20%' },
    ]),
    drain: '60s',
    thresholds: ['lost == 0'],
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 4567;
}
