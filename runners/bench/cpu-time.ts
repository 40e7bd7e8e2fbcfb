import { readdirSync, readFileSync } from 'node:fs';

const MICROS_PER_SECOND = 1_000_000;

/** CPU time of all threads of the process until now. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROS_PER_SECOND;
}

/** Linux reports times of processes in hundredths of a second, whatever the clock of its kernel. Source: proc(5), times(7). */
const TICKS_PER_SECOND = 100;

/** False on systems without /proc, which only Linux has. */
export const CAN_READ_PROCESS_CPU = process.platform === 'linux';

/**
 * User and system time of all threads of another process until now, in steps of 10 ms. NaN on systems without /proc.
 * @throws the system's error if the process has ended.
 */
export function processCpuSeconds(pid: number): number {
  if (!CAN_READ_PROCESS_CPU) return Number.NaN;
  // The name of the program, in parentheses, may contain spaces: user and system time are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A thread of another process. The main thread has the id of the process. */
export interface ThreadCpu {
  readonly id: number;
  readonly name: string;
  /** CPU time until now, with system calls. */
  readonly seconds: number;
}

const NS_PER_SECOND = 1e9;

/** CPU time of each thread of a process. Empty on systems without /proc, or whose kernel does not keep it in ns. */
export function threadCpuSeconds(pid: number): readonly ThreadCpu[] {
  const folder = `/proc/${pid}/task`;
  try {
    return readdirSync(folder).map((id) => {
      const name = readFileSync(`${folder}/${id}/comm`, 'latin1').trim();
      const [ns] = readFileSync(`${folder}/${id}/schedstat`, 'latin1').split(' ');
      return { id: Number(id), name, seconds: Number(ns) / NS_PER_SECOND };
    });
  } catch {
    return [];
  }
}
