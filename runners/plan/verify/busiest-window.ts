import type { Load } from '../../simulation/load.ts';

export interface LoadWindow {
  readonly fromNs: number;
  readonly toNs: number;
}

const MINUTE_NS = 60e9;
/** Recordings may have 256 MiB; records may be a little longer in a file than their bytes. */
const BYTES_MAX = 180e6;

/** The minute with most records; a shorter one if its bytes would be too many for a recording. */
export function busiestWindow({ rates, durationNs }: Load, bytesMax = BYTES_MAX): LoadWindow {
  const { stepNs, recordsOfStep, bytesOfStep } = rates;
  const steps = Math.max(1, Math.min(recordsOfStep.length, Math.round(MINUTE_NS / stepNs)));
  let records = 0;
  let best = { first: 0, records: -1 };
  for (let step = 0; step < recordsOfStep.length; step++) {
    records += recordsOfStep[step]! - (recordsOfStep[step - steps] ?? 0);
    if (step >= steps - 1 && records > best.records) best = { first: step - steps + 1, records };
  }
  const fromNs = best.first * stepNs;
  let lengthNs = Math.min(durationNs - fromNs, Math.max(MINUTE_NS, stepNs), MINUTE_NS);
  const bytes = bytesOfStep.slice(best.first, best.first + steps).reduce((sum, value) => sum + value, 0);
  const windowBytes = bytes * Math.min(1, lengthNs / (steps * stepNs));
  if (windowBytes > bytesMax) lengthNs *= bytesMax / windowBytes;
  return { fromNs, toNs: fromNs + lengthNs };
}
