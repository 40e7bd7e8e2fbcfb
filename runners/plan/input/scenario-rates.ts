import { ModulatedClock, twoStates } from '../../../workloads/count-clock.ts';
import { RandomStream } from '../../../workloads/random.ts';
import { RateCurve } from '../../../workloads/rate-curve.ts';
import type { RateLoad } from '../../simulation/load.ts';
import type { WorkloadTables } from './workload-tables.ts';

const NS_PER_SECOND = 1e9;
const STEP_NS = 0.1 * NS_PER_SECOND;
/** Longer loads have longer steps. */
const STEPS_MAX = 200_000;
/** Parts of a step's records for which the time of a modulated rate is computed. */
const STEP_PARTS = 8;

/** The records and bytes of a scenario that are due in each step of time, as expected values. */
export function scenarioRates(workloads: readonly WorkloadTables[], seed: number, durationNs: number): RateLoad {
  const stepNs = Math.max(STEP_NS, durationNs / STEPS_MAX);
  const steps = Math.max(1, Math.ceil(durationNs / stepNs));
  const recordsOfStep = new Float64Array(steps);
  const bytesOfStep = new Float64Array(steps);
  for (const tables of workloads) {
    const own = ownRecords(tables, seed, stepNs, steps);
    const bytes = meanRecordBytes(tables);
    for (let step = 0; step < steps; step++) {
      recordsOfStep[step]! += own[step]!;
      bytesOfStep[step]! += own[step]! * bytes;
    }
  }
  return { stepNs, recordsOfStep, bytesOfStep, recordsPerBurst: 1 };
}

/** Mean of partition key and data over the workload's records, keys and payloads drawn independently unless they are replayed. */
export function meanRecordBytes(tables: WorkloadTables): number {
  const { payloadBytes, replay } = tables;
  let sum = 0;
  for (const bytes of payloadBytes) sum += bytes;
  return sum / Math.max(1, payloadBytes.length) + meanKeyBytes(tables, replay?.keyIndexes);
}

/** Only a recording has keys of different lengths. */
function meanKeyBytes({ keyBytes }: WorkloadTables, keyIndexes: Int32Array | undefined): number {
  if (keyIndexes === undefined || keyIndexes.length === 0) return keyBytes[0] ?? 0;
  let sum = 0;
  for (const key of keyIndexes) sum += keyBytes[key]!;
  return sum / keyIndexes.length;
}

function ownRecords({ workload, replay }: WorkloadTables, seed: number, stepNs: number, steps: number): Float64Array {
  const records = new Float64Array(steps);
  const stepOf = (atNs: number) => Math.min(steps - 1, Math.floor(atNs / stepNs));
  const { arrivals } = workload;
  if (arrivals.kind === 'recorded') {
    for (const atNs of replay?.timesNs ?? []) records[stepOf(atNs / arrivals.speed)]! += 1;
    return records;
  }
  const curve = new RateCurve(workload.phases);
  if (arrivals.kind !== 'on-off' && arrivals.kind !== 'mmpp') {
    for (let step = 0; step < steps; step++) {
      records[step] = curve.countAt((step + 1) * stepNs) - curve.countAt(step * stepNs);
    }
    return records;
  }
  // The states are those of the run: the same seed draws them. Counts are spread evenly over the time that they take.
  const clock = new ModulatedClock(curve, twoStates(arrivals), new RandomStream(seed, `${workload.name}/states`));
  const part = Math.max(curve.endCount, 1) / (steps * STEP_PARTS);
  for (let count = part / 2; ; count += part) {
    const atNs = clock.timeOfCount(count);
    if (atNs === Number.POSITIVE_INFINITY) return records;
    records[stepOf(atNs)]! += part;
  }
}
