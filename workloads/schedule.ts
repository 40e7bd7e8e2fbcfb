import type { Arrivals } from './arrivals.ts';
import { ConstantArrivals } from './arrivals-constant.ts';
import { RandomArrivals } from './arrivals-random.ts';
import { RecordedArrivals } from './arrivals-recorded.ts';
import { ModulatedClock, PlainClock, twoStates } from './count-clock.ts';
import { RandomStream } from './random.ts';
import { RateCurve } from './rate-curve.ts';
import type { Workload } from './scenario.ts';

export type { Arrivals } from './arrivals.ts';

/**
 * Creates the schedule of one producer. A workload has one sequence of records; producer w of W sends records w, w+W, w+2W, ...
 * of it, so that any number of producers makes the same load. The schedule is pure: it never sleeps and reads no clock.
 * @param recordedTimesNs Times as recorded (`Replay.timesNs`), for recorded arrivals only.
 */
export function createArrivals(
  workload: Workload,
  seed: number,
  producerIndex: number,
  producerCount: number,
  recordedTimesNs?: Float64Array,
): Arrivals {
  const { arrivals } = workload;
  if (arrivals.kind === 'recorded') {
    if (recordedTimesNs === undefined) throw new Error(`workload '${workload.name}' needs the recording's times`);
    return new RecordedArrivals(recordedTimesNs, arrivals.speed, producerIndex, producerCount);
  }
  const curve = new RateCurve(workload.phases);
  const gaps = () => new RandomStream(seed, `${workload.name}/gaps`);
  const states = () => new RandomStream(seed, `${workload.name}/states`);
  switch (arrivals.kind) {
    case 'constant':
      return new ConstantArrivals(curve, producerIndex, producerCount);
    case 'uniform':
    case 'poisson':
      return new RandomArrivals(arrivals.kind, new PlainClock(curve), gaps(), producerIndex, producerCount);
    case 'on-off':
    case 'mmpp': {
      const clock = new ModulatedClock(curve, twoStates(arrivals), states());
      return new RandomArrivals('poisson', clock, gaps(), producerIndex, producerCount);
    }
  }
}

/** Intended rate of a workload in records per second at a time from the start of the run; 0 outside its phases. */
export function totalRate(workload: Workload, tNs: number): number {
  return new RateCurve(workload.phases).rateAt(tNs);
}

/** End of the last phase of all workloads, from the start of the run; 0 without phases. */
export function scheduleEndNs(workloads: readonly Pick<Workload, 'phases'>[]): number {
  return Math.max(0, ...workloads.flatMap(({ phases }) => phases.map((phase) => phase.startNs + phase.durationNs)));
}

/** Integral of the intended rate: the number of records of a fixed schedule, and the mean number of a random one. */
export function expectedRecords(workload: Workload, fromNs: number, toNs: number): number {
  const curve = new RateCurve(workload.phases);
  return curve.countAt(toNs) - curve.countAt(fromNs);
}
