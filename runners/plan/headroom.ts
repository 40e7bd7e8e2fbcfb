import type { Recommendation } from '../../reports/plan/plan.ts';
import type { SimulatedRun } from '../simulation/simulated-run.ts';

/** Half of a percent is finer than any forecast of a load. */
const RESOLUTION_RATIO = 0.005;
const STEPS_MAX = 7;
/** Search steps for a load that takes long to simulate. */
const COARSE_STEPS_MAX = 4;

/** Without a limit of its own, a load is not scaled further than this. */
const RATIO_MAX = 2;

export type Headroom = Pick<Recommendation, 'headroomRatio' | 'headroomEnds'>;

/**
 * By how much a load may grow until its SLO fails, or the busiest second of the busiest shard is at the limit.
 * @param run the load itself, which holds the SLO. @param isLarge whether each simulation takes long. @param holdsAt whether the load times a ratio holds it.
 */
export function headroomOf({ busiest }: SimulatedRun, isLarge: boolean, holdsAt: (ratio: number) => boolean): Headroom {
  const limitRatio = busiest.peakRatio > 0 ? 1 / busiest.peakRatio : RATIO_MAX;
  if (limitRatio > 1 && holdsAt(limitRatio)) return { headroomRatio: limitRatio - 1, headroomEnds: 'shard-limit' };
  // A burst may exceed the limit of a second and still hold the SLO: then only the SLO ends the headroom.
  let [low, high] = [1, limitRatio > 1 ? limitRatio : RATIO_MAX];
  for (let step = 0; step < (isLarge ? COARSE_STEPS_MAX : STEPS_MAX) && high - low > RESOLUTION_RATIO; step++) {
    const middle = (low + high) / 2;
    if (holdsAt(middle)) low = middle;
    else high = middle;
  }
  return { headroomRatio: low - 1, headroomEnds: 'slo' };
}
