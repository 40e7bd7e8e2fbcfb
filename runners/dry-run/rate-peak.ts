import type { Workload } from '../../workloads/scenario.ts';

/** The instant at which all workloads together have the highest rate. */
export interface RatePeak {
  readonly atNs: number;
  readonly phase: string;
  readonly perSecond: number;
  /** The rate of each workload at that instant. */
  readonly workloadsPerSecond: readonly number[];
}

type Side = 'before' | 'after';

/**
 * Rates are straight lines between the boundaries of phases, so the highest sum is at a boundary, before it or after it. The last
 * of several equal ones counts: a phase after its ramp.
 * @param factors by which the rate of each workload is multiplied.
 */
export function ratePeak(workloads: readonly Workload[], factors: readonly number[]): RatePeak {
  let peak: RatePeak = { atNs: 0, phase: '', perSecond: 0, workloadsPerSecond: workloads.map(() => 0) };
  const boundaries = new Set(
    workloads.flatMap(({ phases }) => phases.flatMap(({ startNs, durationNs }) => [startNs, startNs + durationNs])),
  );
  for (const atNs of [...boundaries].sort((a, b) => a - b)) {
    for (const side of ['before', 'after'] as const) {
      const found = workloads.map((workload, index) => {
        const { phase, perSecond } = rateBeside(workload, atNs, side);
        return { phase, perSecond: perSecond * factors[index]! };
      });
      const perSecond = found.reduce((sum, rate) => sum + rate.perSecond, 0);
      if (perSecond < peak.perSecond) continue;
      const highest = found.reduce((best, rate) => (rate.perSecond > best.perSecond ? rate : best));
      peak = { atNs, phase: highest.phase, perSecond, workloadsPerSecond: found.map((rate) => rate.perSecond) };
    }
  }
  return peak;
}

function rateBeside({ phases }: Workload, atNs: number, side: Side): { phase: string; perSecond: number } {
  const phase = phases.find(({ startNs, durationNs }) => {
    const endNs = startNs + durationNs;
    return side === 'before' ? startNs < atNs && atNs <= endNs : startNs <= atNs && atNs < endNs;
  });
  if (phase === undefined) return { phase: '', perSecond: 0 };
  const share = (atNs - phase.startNs) / phase.durationNs;
  return {
    phase: phase.name,
    perSecond: phase.fromPerSecond + (phase.toPerSecond - phase.fromPerSecond) * share,
  };
}
