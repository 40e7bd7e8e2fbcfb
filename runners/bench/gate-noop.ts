import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitCode } from '../../errors/exit-code.ts';
import { type Benchmark, holds, rowOf } from './benchmark.ts';

const REPEATS = 10;
const SECONDS_MAX = 180;
const ENTRY = fileURLToPath(new URL('../streamgauge.js', import.meta.url));

/** The delay is per call, so a record is a call: 1,000 draws a block. */
const SCENARIO = `name: gate-noop
target: ${noop(1)}
workloads:
  - name: w
    phases:
      - { name: warm-up, duration: 500ms, rate: 1000/s, recorded: false }
      - { name: steady, duration: 1s, rate: 1000/s }
    keys: { uniform: true, count: 1000 }
    payload: { size: 100B }
    producers: { batch: { records: 1, bytes: 1MB, lingerMs: 0 }, inFlight: 1024 }
consumers: [{ name: c, kind: fan-out }]
`;

/** The command, end to end: ten times against a target that is 10 % slower at every percentile, ten times against its like. */
export const gateNoop: Benchmark = {
  name: 'gate-noop',
  title: 'streamgauge gate between noop targets: 10% slower, and equal',
  onlyByName: true,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-gate-noop-'));
    try {
      const scenario = join(folder, 'gate-noop.yaml');
      await writeFile(scenario, SCENARIO);
      const slower: Ended[] = [];
      const equal: Ended[] = [];
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        slower.push(await gate(scenario, noop(1.1), folder, 1000 * repeat));
        equal.push(await gate(scenario, noop(1), folder, 1000 * repeat + 500));
        const outcomes = `${slower.at(-1)?.code} after ${slower.at(-1)?.seconds.toFixed(0)} s, ${equal.at(-1)?.code} after ${equal.at(-1)?.seconds.toFixed(0)} s`;
        process.stderr.write(`  ${repeat + 1} of ${REPEATS}: 10% slower ended with ${outcomes} where equal\n`);
      }
      const failed = slower.filter(({ code }) => code === ExitCode.threshold);
      const alarms = equal.filter(({ code }) => code === ExitCode.threshold).length;
      const passed = equal.filter(({ code }) => code === ExitCode.passed).length;
      holds(failed.length === REPEATS, `${failed.length} of ${REPEATS} slower candidates failed`);
      holds(alarms === 0, `${alarms} of ${REPEATS} equal candidates failed`);
      holds(
        failed.every(({ seconds }) => seconds < SECONDS_MAX),
        `a verdict took more than ${SECONDS_MAX} s`,
      );
      const seconds = (ended: readonly Ended[]) => ended.map((one) => one.seconds);
      return [
        { ...rowOf('gate-noop 10% slower', 's', seconds(slower)), note: `FAIL ${failed.length} of ${REPEATS}` },
        { ...rowOf('gate-noop equal', 's', seconds(equal)), note: `FAIL ${alarms}, PASS ${passed} of ${REPEATS}` },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Ended {
  readonly code: number;
  readonly seconds: number;
}

function gate(scenario: string, candidate: string, folder: string, seed: number): Promise<Ended> {
  const sides = ['--baseline', noop(1), '--candidate', candidate];
  const rest = ['--block', '1s', '--seed', String(seed), '--out', join(folder, 'gate'), '--quiet'];
  const from = performance.now();
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [ENTRY, 'gate', scenario, ...sides, ...rest], () => {
      resolve({ code: child.exitCode ?? -1, seconds: (performance.now() - from) / 1e3 });
    });
  });
}

/** Slow enough for the producers' lateness, which is held to a tenth of the median, on a machine that does other things too. */
function noop(factor: number): string {
  return `{ kind: noop, delay: { lognormal: { p50: ${(100 * factor).toFixed(0)}ms, p99: ${(300 * factor).toFixed(0)}ms } } }`;
}
