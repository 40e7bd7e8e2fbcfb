import { readFileSync } from 'node:fs';

/** USER_HZ, which Linux fixes at 100 towards user space: proc(5). */
const CPU_TICKS_PER_SECOND = 100;

/** False where another process's CPU time cannot be read from /proc, which only Linux has. */
export const CAN_READ_PROCESS_CPU = process.platform === 'linux';

/**
 * User and system time of all threads of a process until now, in steps of 10 ms.
 * Fields 14 and 15 of proc(5)'s stat; the second, a name in brackets, may hold spaces.
 */
export function processCpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CPU_TICKS_PER_SECOND;
}
