import type { Phase, Workload } from '../../workloads/scenario.ts';

/** A workload with harmless settings, to be changed in the one that a test is about. */
export function aWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    name: 'test',
    arrivals: { kind: 'constant' },
    phases: phasesOf([{ rate: 1000, seconds: 1 }]),
    keys: { kind: 'uniform', count: 100 },
    payload: { kind: 'size', size: { kind: 'fixed', bytes: 100 }, randomRatio: 1 },
    producers: {
      count: 1,
      batch: { records: 500, bytes: 1e6, lingerNs: 0 },
      inFlight: 8,
      whenBusy: 'wait',
      retry: { attempts: 10, baseNs: 1e8, capNs: 2e10 },
    },
    ...changes,
  };
}

interface ShortPhase {
  readonly rate: number;
  /** Another rate at the end, for a ramp. */
  readonly to?: number;
  readonly seconds: number;
}

export function phasesOf(phases: readonly ShortPhase[]): Phase[] {
  let startNs = 0;
  return phases.map(({ rate, to = rate, seconds }, i) => {
    const durationNs = Math.round(seconds * 1e9);
    const phase = { name: `phase ${i}`, startNs, durationNs, fromPerSecond: rate, toPerSecond: to, recorded: true };
    startNs += durationNs;
    return phase;
  });
}
