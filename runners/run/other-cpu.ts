import os from 'node:os';
import { type CpuTicks, cpuTicks } from '../doctor/doctor-probe.ts';

/** The machine's CPU at one moment: the use by all processes, the use by this one, and the time. */
export interface CpuReading {
  readonly machine: CpuTicks | undefined;
  /** User and system time of all threads of this process. */
  readonly ownUs: number;
  readonly atMs: number;
}

export function readCpu(): CpuReading {
  const { user, system } = process.cpuUsage();
  return { machine: cpuTicks(), ownUs: user + system, atMs: performance.now() };
}

/**
 * Share of the machine's CPU that others used between two readings: other programs, and other machines of the same host, whose
 * use shows as stolen time.
 * @returns null where the system does not report it.
 */
export function otherCpuRatio(before: CpuReading, after: CpuReading, cores = os.cpus().length): number | null {
  if (before.machine === undefined || after.machine === undefined) return null;
  const total = after.machine.total - before.machine.total;
  const elapsedUs = (after.atMs - before.atMs) * 1e3;
  if (total <= 0 || elapsedUs <= 0) return null;
  const busy = after.machine.busy - before.machine.busy + (after.machine.steal - before.machine.steal);
  const own = (after.ownUs - before.ownUs) / (elapsedUs * Math.max(1, cores));
  return Math.min(1, Math.max(0, busy / total - own));
}
