import type { Scenario, Workload } from '../../workloads/scenario.ts';
import { createArrivals, expectedRecords } from '../../workloads/schedule.ts';

/**
 * Returns the number of records of all workloads due by each time. Random arrivals are drawn again like the producers drew
 * them, because their number deviates from its mean by far more than a relevant backlog.
 * @param timesNs times since the start of the schedule, ascending.
 */
export function dueRecords({ workloads, seed }: Scenario, timesNs: readonly number[]): number[] {
  const due = timesNs.map(() => 0);
  for (const workload of workloads) {
    const own =
      workload.arrivals.kind === 'constant' ? expectedBy(workload, timesNs) : drawnBy(workload, seed, timesNs);
    for (const [i, count] of own.entries()) due[i]! += count;
  }
  return due;
}

function expectedBy(workload: Workload, timesNs: readonly number[]): number[] {
  return timesNs.map((atNs) => expectedRecords(workload, 0, atNs));
}

function drawnBy(workload: Workload, seed: number, timesNs: readonly number[]): number[] {
  const arrivals = createArrivals(workload, seed, 0, 1);
  let count = 0;
  let nextNs = arrivals.next();
  return timesNs.map((atNs) => {
    while (nextNs <= atNs) {
      count += 1;
      nextNs = arrivals.next();
    }
    return count;
  });
}
