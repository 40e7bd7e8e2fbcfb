import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAN_READ_PROCESS_CPU, processCpuSeconds } from './cpu-time.ts';
import { killAtExit } from './kill-at-exit.ts';
import type { BenchServer } from './peers.ts';
import { countIncoming } from './wire-stream.ts';

export interface LoadProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly server: BenchServer;
  readonly stream: string;
  /** CPU time is measured between the storing of these two records, in which the load is steady. */
  readonly window: RecordWindow;
}

export interface RecordWindow {
  readonly fromRecord: number;
  readonly toRecord: number;
}

/** CPU time of all threads of a process for each record that the server stored; NaN where it cannot be read. */
export interface LoadCpu {
  readonly clientUsPerRecord: number;
  readonly serverUsPerRecord: number;
}

export interface LoadProcessEnd extends LoadCpu {
  /** null if a signal ended it. */
  readonly exitCode: number | null;
  /** The end of what it wrote, in one line. */
  readonly stderr: string;
}

interface CpuReading {
  readonly records: number;
  readonly clientSeconds: number;
  readonly serverSeconds: number;
}

const POLL_MS = 50;
const STDERR_KEPT = 2000;

/** Runs a command that puts records into a stream of the server, from its start to its end. */
export async function runLoad({ command, args, server, stream, window }: LoadProcess): Promise<LoadProcessEnd> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const forget = killAtExit(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const ended = once(child, 'close');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  try {
    const [cpu] = await Promise.all([cpuPerRecord(child.pid ?? 0, server, stream, window, hasEnded), ended]);
    return { exitCode: child.exitCode, stderr: stderr.replaceAll('\n', ' '), ...cpu };
  } finally {
    // Does nothing to a process that has ended.
    child.kill('SIGKILL');
    forget();
  }
}

async function cpuPerRecord(
  pid: number,
  server: BenchServer,
  stream: string,
  { fromRecord, toRecord }: RecordWindow,
  hasEnded: () => boolean,
): Promise<LoadCpu> {
  let first: CpuReading | undefined;
  let last: CpuReading | undefined;
  while (CAN_READ_PROCESS_CPU && !hasEnded()) {
    const records = await countIncoming(server.port, stream);
    if (records > toRecord || hasEnded()) break;
    if (records >= fromRecord) {
      last = { records, clientSeconds: processCpuSeconds(pid), serverSeconds: processCpuSeconds(server.pid) };
      first ??= last;
    }
    await sleep(POLL_MS);
  }
  const us = (seconds: 'clientSeconds' | 'serverSeconds') => {
    if (first === undefined || last === undefined || first.records === last.records) return Number.NaN;
    return (1e6 * (last[seconds] - first[seconds])) / (last.records - first.records);
  };
  return { clientUsPerRecord: us('clientSeconds'), serverUsPerRecord: us('serverSeconds') };
}
