import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uniformAt } from '../../workloads/random.ts';
import { loadOfTrace } from '../plan/input/load-of-trace.ts';
import { type Benchmark, type BenchmarkRow, holds, rowOf } from './benchmark.ts';

const RECORDS = 10_000_000;
const SECONDS = 3600;
const KEYS = 1_000_000;
const START_MS = Date.UTC(2026, 0, 1);
const ENTRY = fileURLToPath(new URL('../streamgauge.js', import.meta.url));
const BLOCK_CHARACTERS = 1 << 20;
const MEMORY_EVERY_MS = 100;

interface Made {
  readonly bytes: number;
  readonly fileBytes: number;
}

/**
 *   trace of 10,000,000 NDJSON lines --> streamgauge plan, a whole command from the shell's point of view
 *
 * One hour, a million keys of which the first has 5 % of the records, 100 to 1,123 bytes. The trace is also read in this process, where
 * the sums of its records must be those that were written.
 */
export const planTrace: Benchmark = {
  name: 'plan-trace',
  title: 'plan of a trace of 10 million records: the command, and only reading the trace',
  onlyByName: true,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'streamgauge-plan-trace-'));
    try {
      const path = join(folder, 'trace.ndjson');
      const made = writeTrace(path);
      const read = await readRows(path, made);
      const note = `a file of ${(made.fileBytes / 1e9).toFixed(2)} GB`;
      return [...read, ...(await planRows(path, made))].map((row) => ({ ...row, note }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function writeTrace(path: string): Made {
  const file = openSync(path, 'w');
  let bytes = 0;
  let fileBytes = 0;
  let text = '';
  for (let i = 0; i < RECORDS; i += 1) {
    const ms = START_MS + Math.floor((i * SECONDS * 1000) / RECORDS);
    // Log-uniform ranks are a Zipf law of exponent 1.
    const key = `user-${Math.floor(KEYS ** uniformAt(1, i))}`;
    const size = 100 + Math.floor(1024 * uniformAt(2, i));
    bytes += key.length + size;
    text += `{"time":"${new Date(ms).toISOString()}","key":"${key}","bytes":${size},"status":200}\n`;
    if (text.length > BLOCK_CHARACTERS || i === RECORDS - 1) {
      fileBytes += writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
  return { bytes, fileBytes };
}

async function readRows(path: string, made: Made): Promise<BenchmarkRow[]> {
  const startMs = performance.now();
  const load = await loadOfTrace(path, { consumers: [] });
  const readMs = performance.now() - startMs;
  const replayStartMs = performance.now();
  let records = 0;
  let bytes = 0;
  let lastNs = 0;
  let isOrdered = true;
  for (const chunk of load.replay?.() ?? []) {
    for (let i = 0; i < chunk.count; i += 1) {
      bytes += chunk.bytes[i]!;
      if (chunk.dueAtNs[i]! < lastNs) isOrdered = false;
      lastNs = chunk.dueAtNs[i]!;
    }
    records += chunk.count;
  }
  const replayMs = performance.now() - replayStartMs;
  load.close();
  holds(
    records === RECORDS && load.records === RECORDS,
    `read ${load.records} and replayed ${records} of ${RECORDS} records`,
  );
  holds(
    bytes === made.bytes && load.bytes === made.bytes,
    `read ${load.bytes} and replayed ${bytes} of ${made.bytes} bytes`,
  );
  holds(isOrdered, 'the replayed records are not in the order of time');
  const shares = load.keys.recordShares(64).reduce((sum, share) => sum + share, 0);
  holds(Math.abs(shares - 1) < 1e-9, `the shares of 64 shards sum to ${shares}`);
  return [
    rowOf('plan-trace read', 'records/s', [(1000 * RECORDS) / readMs]),
    rowOf('plan-trace replay', 'records/s', [(1000 * RECORDS) / replayMs]),
  ];
}

async function planRows(path: string, made: Made): Promise<BenchmarkRow[]> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [ENTRY, 'plan', path, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakKib = 0;
  const timer = setInterval(() => {
    peakKib = Math.max(peakKib, peakKibOf(child.pid));
  }, MEMORY_EVERY_MS);
  let stdout = '';
  for await (const part of child.stdout) stdout += String(part);
  const seconds = (performance.now() - startMs) / 1000;
  clearInterval(timer);
  const { load, recommended }: { load: { records: number; bytes: number }; recommended: unknown } = JSON.parse(stdout);
  holds(
    load.records === RECORDS && load.bytes === made.bytes,
    `planned ${load.records} records of ${load.bytes} bytes`,
  );
  holds(recommended !== undefined, 'the plan recommends nothing');
  return [rowOf('plan-trace', 's', [seconds]), rowOf('plan-trace memory', 'MiB RSS', [peakKib / 1024])];
}

/** The most memory of a process so far; NaN where there is no /proc. */
function peakKibOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
