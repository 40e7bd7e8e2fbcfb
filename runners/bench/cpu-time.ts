import { readFileSync } from 'node:fs';

const MICROS_PER_SECOND = 1_000_000;

/** CPU time of all threads of the process until now. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROS_PER_SECOND;
}

/** Linux reports times of processes in hundredths of a second, whatever the clock of its kernel. Source: proc(5), times(7). */
const TICKS_PER_SECOND = 100;

/** CPU time of another process until now, with its system calls. NaN on systems without /proc. */
export function processCpuSeconds(pid: number): number {
  try {
    // The name of the program, in parentheses, may contain spaces: user and system time are the 12th and 13th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}
