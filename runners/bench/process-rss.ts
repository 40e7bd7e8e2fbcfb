import { readFileSync } from 'node:fs';
import { type BenchmarkRow, rowOf } from './benchmark.ts';

const KIB = 1024;

/** False where another process's memory cannot be read from /proc, which only Linux has. */
export const CAN_READ_PROCESS_RSS = process.platform === 'linux';

/** Memory of a process that is in RAM: VmRSS of proc(5). */
export function processRssBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * KIB;
}

/** The row of a figure that needs /proc, on a system without it. */
export const missingRow = (name: string, unit: string): BenchmarkRow => ({
  ...rowOf(name, unit, [Number.NaN]),
  note: 'is read from /proc, which only Linux has',
});
