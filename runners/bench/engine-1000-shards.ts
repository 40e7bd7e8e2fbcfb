import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { holds, rowOf } from './benchmark.ts';

/**
 *   producer thread, 100,000/s of 100 B -> 1,000 shards with limits: aws -> fan-out consumer thread,   default memory, for 20 s
 *
 * In a process of its own, whose memory is measured to its end. The run's own clock starts when all threads are ready: what passes before
 * it, from the start of the process, is the start.
 */
export const engine1000Shards: Benchmark = {
  name: 'engine-1000-shards',
  title:
    '1,000 shards of the engine with limits: aws and default memory, 100,000 records/s for 20 s: start, memory, rate',
  onlyByName: true,
  run: async () => {
    const { result, startedAtMs, rssBytes } = await runInProcess();
    const { ledger, rate } = result.summary;
    holds(ledger.lost + ledger.duplicated === 0, `lost ${ledger.lost}, duplicated ${ledger.duplicated}`);
    const startSeconds = (Date.parse(result.startedAt) - startedAtMs) / 1e3;
    const codes = result.validity.reasons.map(({ code }) => code).join(', ');
    return [
      rowOf('engine-1000-shards-start', 's', [startSeconds]),
      rowOf('engine-1000-shards-rss', 'MiB', [rssBytes / 2 ** 20]),
      withNote(rowOf('engine-1000-shards-rate', 'records/s', [rate.achievedPerSecond]), codes),
    ];
  },
};

const withNote = (row: BenchmarkRow, codes: string): BenchmarkRow => ({
  ...row,
  note: codes === '' ? 'VALID' : `INVALID (${codes})`,
});

const SCENARIO = `name: thousand
target: { kind: engine, shards: 1000, limits: aws, latency: enhanced-fan-out }
workloads:
  - name: load
    phases:
      - { name: warm-up, duration: 2s, rate: 100000/s, recorded: false }
      - { name: steady, duration: 18s, rate: 100000/s }
    keys: { uniform: true, count: 100000 }
    payload: { size: 100B }
    producers: { count: 1, batch: { records: 500, lingerMs: 5 } }
consumers:
  - { name: c, kind: fan-out }
`;

interface ProcessRun {
  readonly result: {
    readonly startedAt: string;
    readonly summary: {
      readonly ledger: { readonly lost: number; readonly duplicated: number };
      readonly rate: { readonly achievedPerSecond: number };
    };
    readonly validity: { readonly reasons: readonly { readonly code: string }[] };
  };
  readonly startedAtMs: number;
  readonly rssBytes: number;
}

async function runInProcess(): Promise<ProcessRun> {
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-bench-'));
  writeFileSync(join(folder, 'scenario.yaml'), SCENARIO);
  const entry = fileURLToPath(new URL('../streamgauge.js', import.meta.url));
  const startedAtMs = Date.now();
  const child = spawn(process.execPath, [entry, 'run', 'scenario.yaml', '--out', 'out', '--quiet'], { cwd: folder });
  let rssBytes = 0;
  const watch = setInterval(() => {
    rssBytes = Math.max(rssBytes, peakOf(child.pid));
  }, 20);
  await new Promise((done, fail) => child.on('error', fail).on('close', done));
  clearInterval(watch);
  return { result: JSON.parse(readFileSync(join(folder, 'out/result.json'), 'utf8')), startedAtMs, rssBytes };
}

/** Peak resident memory of a process as Linux reports it; 0 if it does not. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
