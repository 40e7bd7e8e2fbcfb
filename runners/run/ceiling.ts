import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../../reports/result/make-folder.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { setUpTarget } from '../targets/targets.ts';
import { ENDED, STOPPING } from '../threads/run-control.ts';
import { STATS } from '../threads/worker-stats.ts';
import { readEnvironment } from './environment.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import { WorkerPool } from './worker-pool.ts';

/** Until the code is compiled for speed. */
const WARM_UP_MS = 400;
const MEASURE_MS = 400;
const START_LEAD_NS = 5e6;
/** More than any machine makes: the producer is always behind and goes as fast as it can. */
const RATE_PER_SECOND = 50e6;

/**
 * Measures the rate that one producer thread of this harness reaches on this machine: scheduled, keyed, stamped, recorded
 * and accounted for, against a target that does nothing. A result near it measures the harness rather than the target.
 *
 * Takes about a second the first time; afterwards it is read from the user's cache folder, until the machine, Node or
 * the package changes.
 */
export async function measureCeiling(): Promise<{ readonly recordsPerSecond: number; readonly cached: boolean }> {
  const file = join(process.env.XDG_CACHE_HOME ?? join(os.homedir(), '.cache'), 'streamgauge', 'ceiling.json');
  const machine = await machineId();
  const known = await readCached(file, machine);
  if (known !== undefined) return { recordsPerSecond: known, cached: true };
  const recordsPerSecond = await measureNow();
  await writeCached(file, machine, recordsPerSecond);
  return { recordsPerSecond, cached: false };
}

export const CEILING_SCENARIO: Scenario = {
  name: 'harness ceiling',
  seed: 1,
  target: { kind: 'noop', shards: 4, delay: { kind: 'none' }, stalls: [] },
  workloads: [
    {
      name: 'ceiling',
      arrivals: { kind: 'constant' },
      phases: [
        {
          name: 'all',
          startNs: 0,
          durationNs: 3600e9,
          fromPerSecond: RATE_PER_SECOND,
          toPerSecond: RATE_PER_SECOND,
          recorded: true,
        },
      ],
      keys: { kind: 'zipf', exponent: 0.99, count: 10_000 },
      payload: { kind: 'size', size: { kind: 'fixed', bytes: 100 }, randomRatio: 1 },
      producers: {
        count: 1,
        batch: { records: 500, bytes: 1e6, lingerNs: 0 },
        inFlight: 8,
        whenBusy: 'wait',
        retry: { attempts: 1, baseNs: 1e8, capNs: 1e9 },
      },
    },
  ],
  consumers: [{ name: 'receiver', kind: 'fan-out' }],
  thresholds: [],
  drainNs: 1e9,
};

/** Records a second of one producer thread, measured now. */
export async function measureNow(scenario: Scenario = CEILING_SCENARIO): Promise<number> {
  const plan = planRun(scenario, await setUpTarget(scenario));
  const pool = new WorkerPool(plan.producers.length);
  const running = Promise.all(plan.producers.map((task) => pool.run({ role: 'producer', task })));
  try {
    while (plan.control.readyCount < plan.producers.length) await Promise.race([sleep(1), running]);
    plan.control.start(Number(process.hrtime.bigint() - plan.baseNs) + START_LEAD_NS);
    await sleep(WARM_UP_MS);
    const from = progressOf(plan);
    await sleep(MEASURE_MS);
    const to = progressOf(plan);
    plan.control.enter(STOPPING);
    await running;
    const end = progressOf(plan);
    if (end.acked !== end.received) throw new Error(`sent ${end.acked} records and received ${end.received}`);
    return Math.round((to.acked - from.acked) / ((to.atMs - from.atMs) / 1e3) / plan.producers.length);
  } finally {
    plan.control.enter(ENDED);
    await pool.close();
  }
}

function progressOf({ producers }: RunPlan): { atMs: number; acked: number; received: number } {
  const sum = (stat: keyof typeof STATS) =>
    producers.reduce((total, { stats }) => total + new Float64Array(stats)[STATS[stat]]!, 0);
  return { atMs: performance.now(), acked: sum('acked'), received: sum('received') };
}

async function machineId(): Promise<string> {
  const { cpuModel, cores, nodeVersion, packages } = await readEnvironment();
  return JSON.stringify([cpuModel, cores, nodeVersion, packages.streamgauge]);
}

async function readCached(file: string, machine: string): Promise<number | undefined> {
  try {
    const cached: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof cached !== 'object' || cached === null) return undefined;
    const { machine: of, recordsPerSecond } = cached as { machine?: unknown; recordsPerSecond?: unknown };
    return of === machine && typeof recordsPerSecond === 'number' ? recordsPerSecond : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs a second at the next run, nothing else. */
async function writeCached(file: string, machine: string, recordsPerSecond: number): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, JSON.stringify({ machine, recordsPerSecond }));
  } catch {
    // The measurement is valid without its cached copy.
  }
}
