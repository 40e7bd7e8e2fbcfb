import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';

const REPEATS = 9;
const ENTRY = fileURLToPath(new URL('../streamgauge.js', import.meta.url));
const run = promisify(execFile);

const SCENARIO = `name: startup
target: { kind: noop }
workloads:
  - name: w
    phases: [{ name: all, duration: 300ms, rate: 1000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: c, kind: fan-out }]
`;

/** Whole commands, from the shell's point of view. The harness ceiling is measured beforehand and read from its cache. */
export const startup: Benchmark = {
  name: 'startup',
  title: 'streamgauge --help, and start of run to its first record',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-startup-'));
    try {
      const scenario = join(folder, 'startup.yaml');
      await writeFile(scenario, SCENARIO);
      await run(process.execPath, [ENTRY, 'run', scenario, '--out', join(folder, 'first'), '--quiet']).catch(() => {});
      const help = await repeated(REPEATS, helpMs);
      const first = await repeated(REPEATS, () => firstRecordMs(scenario, join(folder, 'out')));
      return [rowOf('startup', 'ms', help), rowOf('startup-first-record', 'ms', first)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function helpMs(): Promise<number> {
  const from = performance.now();
  const { stdout } = await run(process.execPath, [ENTRY, '--help']);
  const ms = performance.now() - from;
  holds(stdout.includes('streamgauge run'), 'the help does not name the run command');
  return ms;
}

/** The schedule's start, where the first record is due, is in the result by the wall clock. */
async function firstRecordMs(scenario: string, out: string): Promise<number> {
  const fromMs = Date.now();
  // A verdict other than passed, on a machine that is busy, does not change when the run started.
  await run(process.execPath, [ENTRY, 'run', scenario, '--out', out, '--quiet']).catch(() => {});
  const result: unknown = JSON.parse(await readFile(join(out, 'result.json'), 'utf8'));
  const startedAt = (result as { startedAt?: unknown }).startedAt;
  holds(typeof startedAt === 'string', 'the result has no start time');
  return Date.parse(String(startedAt)) - fromMs;
}
