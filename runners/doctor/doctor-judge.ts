import { formatBytes, formatCount, formatDuration, formatRatio } from '../../reports/format/numbers.ts';
import type { Finding, FindingStatus } from './doctor-finding.ts';

/** Judges the numbers of a machine. The functions are pure, so that every limit is testable without such a machine. */

export function judgeCores(cores: number): Finding {
  const name = 'cores';
  const value = String(cores);
  if (cores >= 4) return { name, status: 'good', value, means: 'producers and consumers do not wait for each other' };
  return {
    name,
    status: cores === 1 ? 'bad' : 'warning',
    value,
    means:
      cores === 1
        ? 'producer and consumer take turns, and latency shows the turns'
        : 'enough for one producer and one consumer at full speed; more of them take turns',
    todo: 'Use a machine with 4 cores or more for several producers, or keep producers at 1.',
  };
}

/** Judges the load average. It covers the last minute and so causes only a warning; `judgeBusy` covers the present. */
export function judgeLoad(loadAverage: number, cores: number): Finding {
  const name = 'load average';
  const value = `${loadAverage.toFixed(2)} on ${cores} cores`;
  if (loadAverage <= cores * 0.5) return { name, status: 'good', value, means: 'the last minute was quiet' };
  return {
    name,
    status: 'warning',
    value,
    means: 'other programs were active in the last minute, and may continue',
    todo: 'Wait a minute, or find the programs with top.',
  };
}

export function judgeBusy(busyRatio: number | undefined): Finding {
  const name = 'other work';
  if (busyRatio === undefined) return notReadable(name, '/proc/stat');
  const status = rank(busyRatio, 0.05, 0.25);
  return {
    name,
    status,
    value: `${formatRatio(busyRatio)} of the CPU, over one second`,
    means:
      status === 'good'
        ? 'no other program disturbs measurements'
        : 'other programs take turns with ours, and latency shows it',
    ...todo(status, 'Stop other programs; find them with top.'),
  };
}

export function judgeSteal(stealRatio: number | undefined): Finding {
  const name = 'steal time';
  if (stealRatio === undefined) return notReadable(name, '/proc/stat');
  const status = rank(stealRatio, 0.005, 0.05);
  return {
    name,
    status,
    value: `${formatRatio(stealRatio)}, over one second`,
    means: status === 'good' ? 'the host provides the full share of CPU' : 'the host gives CPU time to other machines',
    ...todo(status, 'Use a machine with dedicated cores, or measure at another time.'),
  };
}

export function judgeGovernor(governor: string | undefined): Finding {
  const name = 'CPU governor';
  if (governor === undefined) return notReadable(name, 'scaling_governor');
  if (governor === 'performance') return { name, status: 'good', value: governor, means: 'the clock rate stays high' };
  return {
    name,
    status: 'warning',
    value: governor,
    means: 'the clock rate follows the load, so light loads look slower than heavy ones',
    todo: 'Run: sudo cpupower frequency-set -g performance',
  };
}

export function judgeClock(stepNs: number): Finding {
  const status = rank(stepNs, 1e3, 100e3);
  return {
    name: 'clock step',
    status,
    value: formatDuration(stepNs),
    means: status === 'good' ? 'finer than any latency measured here' : 'short latencies are rounded to this step',
    ...todo(status, 'Use a kernel with a tsc or arm_arch_timer clock source.'),
  };
}

export function judgeTimer(lag: { readonly p50Ns: number; readonly p99Ns: number }): Finding {
  const status = rank(lag.p99Ns, 1e6, 5e6);
  return {
    name: 'timer lag',
    status,
    value: `p50 ${formatDuration(lag.p50Ns)}, p99 ${formatDuration(lag.p99Ns)} after a wait of 1ms`,
    means: status === 'good' ? 'a sleeping thread wakes in time' : 'sleeping threads wake late, and records leave late',
    ...todo(status, 'Stop other programs; on a laptop plug it in; in a container raise its CPU limit.'),
  };
}

export function judgeMemory(availableBytes: number): Finding {
  const status: FindingStatus = availableBytes >= 1e9 ? 'good' : availableBytes >= 256e6 ? 'warning' : 'bad';
  return {
    name: 'free memory',
    status,
    value: formatBytes(availableBytes),
    means: status === 'good' ? 'room for the engine and its log' : 'the engine may be stopped or swapped out',
    ...todo(status, 'Stop other programs, or lower memory in the scenario.'),
  };
}

export function judgeCeiling(ceiling: { readonly recordsPerSecond: number; readonly cached: boolean }): Finding {
  const { recordsPerSecond, cached } = ceiling;
  const status: FindingStatus = recordsPerSecond >= 100e3 ? 'good' : recordsPerSecond >= 10e3 ? 'warning' : 'bad';
  return {
    name: 'own ceiling',
    status,
    value: `${formatCount(recordsPerSecond)} records/s${cached ? ', measured earlier' : ''}`,
    means: `scenarios up to about ${formatCount(recordsPerSecond / 2)}/s measure the target, not streamgauge`,
    ...todo(status, 'Use a faster machine, or keep rates below half of this.'),
  };
}

function notReadable(name: string, source: string): Finding {
  return { name, status: 'unknown', value: 'not readable', means: `this system has no ${source}` };
}

function rank(value: number, goodUpTo: number, warningUpTo: number): FindingStatus {
  if (value <= goodUpTo) return 'good';
  return value <= warningUpTo ? 'warning' : 'bad';
}

function todo(status: FindingStatus, text: string): { todo?: string } {
  return status === 'good' ? {} : { todo: text };
}
