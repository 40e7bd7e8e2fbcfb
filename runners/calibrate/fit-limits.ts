import { LocalBuckets } from '../../engine/twin/write-buckets.ts';

/** The result of one probe of one shard. */
export interface LimitProbe {
  /** Times at which records were due, from the start of the run of the probe, ascending. */
  readonly dueAtNs: Float64Array;
  /** Amount of the limit that a record uses: 1, or its bytes. */
  readonly units: number;
  /** Records that the target accepted, by second of the run. */
  readonly acceptedBySecond: readonly number[];
}

/** Amounts are records or bytes. */
export type LimitModel =
  | { readonly kind: 'bucket'; readonly perSecond: number; readonly depth: number }
  | { readonly kind: 'window'; readonly perSecond: number; readonly windowNs: number; readonly offsetNs: number };

export interface FittedLimit {
  readonly kind: LimitModel['kind'];
  readonly perSecond: number;
  /** Depth of the best token bucket, also if a window fits better. */
  readonly depth: number;
  /** Root mean square error of the records per second of this kind. */
  readonly missPerSecond: number;
  readonly otherMissPerSecond: number;
}

const SECOND_NS = 1e9;
const UNLIMITED = 1e15;
const WINDOW_NS = SECOND_NS;
const WINDOW_OFFSETS = 20;
/** A kind fits clearly better if its error is below this share of the error of the other kind. */
export const CLEAR_RATIO = 0.6;
/** Range of tried depths, in seconds of the rate. */
const DEPTH_MIN_SECONDS = 0.02;
const DEPTH_MAX_SECONDS = 20;
const DEPTHS = 60;
const REFINED_DEPTHS = 20;

/**
 * Finds which of the two limits explains the accepted records of all probes. Each candidate is applied to the schedule of
 * the probes. A bucket passes 950/s and, from full, 1,050/s for depth / 50 seconds; a fixed window immediately rejects some
 * of the first and 50/s of the second.
 * @param perSecond rate that the shard sustained under overload.
 */
export function fitLimit(probes: readonly LimitProbe[], perSecond: number): FittedLimit {
  const missOfDepth = (depth: number) =>
    missOf(probes, (probe) => squaredMiss(probe, { kind: 'bucket', perSecond, depth }));
  const depths = geometric(DEPTH_MIN_SECONDS * perSecond, DEPTH_MAX_SECONDS * perSecond, DEPTHS);
  const coarse = leastOf(depths, missOfDepth);
  const step = depths[1]! / depths[0]!;
  const depth = leastOf(geometric(coarse / step, coarse * step, REFINED_DEPTHS), missOfDepth);
  const bucketMiss = missOfDepth(depth);
  // The offset of the windows of the service is unknown and differs between probes.
  const windowMiss = missOf(probes, (probe) => {
    const offsets = Array.from({ length: WINDOW_OFFSETS }, (_, i) => (i / WINDOW_OFFSETS) * WINDOW_NS);
    return Math.min(
      ...offsets.map((offsetNs) => squaredMiss(probe, { kind: 'window', perSecond, windowNs: WINDOW_NS, offsetNs })),
    );
  });
  // AWS describes a bucket, so that a window needs evidence: its free offsets fit noise better.
  const kind = windowMiss < CLEAR_RATIO * bucketMiss ? 'window' : 'bucket';
  const [missPerSecond, otherMissPerSecond] = kind === 'window' ? [windowMiss, bucketMiss] : [bucketMiss, windowMiss];
  return { kind, perSecond, depth, missPerSecond, otherMissPerSecond };
}

/** Returns the records of a schedule that a limit accepts, by second. The bucket starts full. @internal */
export function predictAccepted(dueAtNs: Float64Array, units: number, model: LimitModel): number[] {
  const accepted: number[] = [];
  const { perSecond } = model;
  const depth = model.kind === 'bucket' ? model.depth : (perSecond * model.windowNs) / SECOND_NS;
  // There is only one limit: units are bytes of records that use no other limit.
  const bucket = new LocalBuckets(1, {
    bytesPerSecond: perSecond,
    burstBytes: Math.max(depth, units),
    recordsPerSecond: UNLIMITED,
    burstRecords: UNLIMITED,
  });
  for (const dueNs of dueAtNs) {
    const nowNs =
      model.kind === 'bucket'
        ? dueNs
        : Math.floor((dueNs - model.offsetNs) / model.windowNs) * model.windowNs + model.offsetNs;
    const second = Math.floor(dueNs / SECOND_NS);
    while (accepted.length <= second) accepted.push(0);
    if (bucket.admit(0, nowNs, units)) accepted[second]! += 1;
  }
  return accepted;
}

/** Returns the sum over all seconds of the squared difference in records. */
function squaredMiss({ dueAtNs, units, acceptedBySecond }: LimitProbe, model: LimitModel): number {
  const predicted = predictAccepted(dueAtNs, units, model);
  let sum = 0;
  for (let second = 0; second < Math.max(predicted.length, acceptedBySecond.length); second += 1) {
    sum += ((predicted[second] ?? 0) - (acceptedBySecond[second] ?? 0)) ** 2;
  }
  return sum;
}

function missOf(probes: readonly LimitProbe[], squared: (probe: LimitProbe) => number): number {
  const seconds = probes.reduce((sum, { acceptedBySecond }) => sum + acceptedBySecond.length, 0);
  return Math.sqrt(probes.reduce((sum, probe) => sum + squared(probe), 0) / Math.max(1, seconds));
}

const geometric = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));

function leastOf(values: readonly number[], miss: (value: number) => number): number {
  const misses = values.map(miss);
  return values[misses.indexOf(Math.min(...misses))]!;
}
