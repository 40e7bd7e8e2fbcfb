import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { type BenchServer, OWN_ENTRY } from './peers.ts';
import { CAN_READ_PROCESS_CPU, processCpuSeconds } from './process-cpu.ts';
import { countIncoming } from './wire-stream.ts';

export interface RunProcess {
  readonly server: BenchServer;
  /** A scenario as a file would have it, on a stream of the server. */
  readonly scenario: { readonly target: { readonly stream: string } };
  /** CPU time is measured between the storing of these two records, in which the load is steady. */
  readonly window: { readonly fromRecord: number; readonly toRecord: number };
}

export interface RunEnd {
  readonly result: Result;
  /** CPU time of all threads of the process for each record that was put and received; NaN where it cannot be read. */
  readonly harnessUsPerRecord: number;
  readonly serverUsPerRecord: number;
}

const POLL_MS = 50;
const STDERR_KEPT = 2000;

/**
 * Runs the command `run` with a scenario in a process of its own, from start to end.
 * @throws Error with what it wrote if it ends without a result.
 */
export async function runInProcess({ server, scenario, window }: RunProcess): Promise<RunEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-bench-run-'));
  try {
    const file = join(folder, 'scenario.json');
    await writeFile(file, JSON.stringify(scenario));
    const out = join(folder, 'out');
    const child = spawn(process.execPath, [OWN_ENTRY, 'run', file, '--out', out, '--quiet', '--no-live'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
    });
    const ended = once(child, 'close');
    const cpu = await cpuPerRecord(
      child.pid ?? 0,
      server,
      scenario.target.stream,
      window,
      () => child.exitCode !== null,
    );
    await ended;
    const result = await readResult(join(out, RESULT_FILE_NAME)).catch((cause: unknown) => {
      throw new Error(`run ended (${child.exitCode}) without a result: ${stderr.replaceAll('\n', ' ')}`, { cause });
    });
    return { result, ...cpu };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface CpuReading {
  readonly records: number;
  readonly harnessSeconds: number;
  readonly serverSeconds: number;
}

async function cpuPerRecord(
  pid: number,
  server: BenchServer,
  stream: string,
  { fromRecord, toRecord }: RunProcess['window'],
  hasEnded: () => boolean,
): Promise<Pick<RunEnd, 'harnessUsPerRecord' | 'serverUsPerRecord'>> {
  let first: CpuReading | undefined;
  let last: CpuReading | undefined;
  while (CAN_READ_PROCESS_CPU && !hasEnded()) {
    const records = await countIncoming(server.port, stream);
    if (records > toRecord || hasEnded()) break;
    if (records >= fromRecord) {
      last = { records, harnessSeconds: processCpuSeconds(pid), serverSeconds: processCpuSeconds(server.pid) };
      first ??= last;
    }
    await sleep(POLL_MS);
  }
  const us = (seconds: 'harnessSeconds' | 'serverSeconds') => {
    if (first === undefined || last === undefined || first === last) return Number.NaN;
    return (1e6 * (last[seconds] - first[seconds])) / (last.records - first.records);
  };
  return { harnessUsPerRecord: us('harnessSeconds'), serverUsPerRecord: us('serverSeconds') };
}
