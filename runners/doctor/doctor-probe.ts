import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Reads the state of this machine. A value that a system does not provide is undefined, never a guess. */

const CLOCK_READS = 200_000;
const TIMER_WAITS = 400;
const TIMER_WAIT_MS = 1;
const CPU_SAMPLE_MS = 1000;

/** Returns the smallest step between two different readings of the clock that measures latencies. */
export function clockStepNs(): number {
  let smallestMs = Number.POSITIVE_INFINITY;
  let previousMs = performance.now();
  for (let read = 0; read < CLOCK_READS; read++) {
    const nowMs = performance.now();
    const stepMs = nowMs - previousMs;
    if (stepMs > 0 && stepMs < smallestMs) smallestMs = stepMs;
    previousMs = nowMs;
  }
  return smallestMs * 1e6;
}

/**
 * Returns the delay of waking a sleeping thread after timed waits, which producers use to wait for the next intended time.
 */
export function timerLag(): { readonly p50Ns: number; readonly p99Ns: number } {
  const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const overshootsNs = new Float64Array(TIMER_WAITS);
  for (let wait = 0; wait < TIMER_WAITS; wait++) {
    const startMs = performance.now();
    Atomics.wait(word, 0, 0, TIMER_WAIT_MS);
    overshootsNs[wait] = Math.max(0, performance.now() - startMs - TIMER_WAIT_MS) * 1e6;
  }
  overshootsNs.sort();
  return { p50Ns: at(overshootsNs, 0.5), p99Ns: at(overshootsNs, 0.99) };
}

/** Returns shares of all cores over one second in which this process sleeps, so that only other programs are busy. */
export async function cpuShares(): Promise<{ readonly busyRatio?: number; readonly stealRatio?: number }> {
  const before = cpuTicks();
  await sleep(CPU_SAMPLE_MS);
  const after = cpuTicks();
  if (before === undefined || after === undefined) return {};
  const total = after.total - before.total;
  if (total <= 0) return {};
  return { busyRatio: (after.busy - before.busy) / total, stealRatio: (after.steal - before.steal) / total };
}

export function cpuGovernor(): string | undefined {
  return readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim();
}

export interface CpuTicks {
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
}

/**
 * First line of /proc/stat: user nice system idle iowait irq softirq steal; guest time is inside user (man 5 proc).
 * @internal
 */
export function parseCpuTicks(stat: string): CpuTicks | undefined {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(/\s+/).map(Number).slice(0, 8);
  if (fields === undefined || fields.length < 8 || fields.some(Number.isNaN)) return undefined;
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = 0, ioWait = 0, , , steal = 0] = fields;
  return { total, busy: total - idle - ioWait - steal, steal };
}

/** Returns undefined if the system has no /proc/stat. */
export function cpuTicks(): CpuTicks | undefined {
  const stat = readText('/proc/stat');
  return stat === undefined ? undefined : parseCpuTicks(stat);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function at(sorted: Float64Array, ratio: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * ratio) - 1)] ?? 0;
}
