import { fitUsl, USL_POINTS_MIN, USL_REACH_FACTOR, type UslFit, uslPeak, uslThroughput } from '../statistics/usl.ts';
import type { KneeSearch } from './knee-result.ts';

/** The highest rate that a number of shards sustains. */
export interface CapacityPoint {
  readonly shards: number;
  readonly sustainablePerSecond: number;
  /** True if the target was not the limit, so that the shards may sustain more. */
  readonly isLowerBound: boolean;
}

/** The smallest measured shard count that sustains a rate. */
export interface DemandStep {
  readonly shards: number;
  /** The step covers rates up to this one. */
  readonly upToPerSecond: number;
}

export type CapacityFit =
  | {
      readonly kind: 'fitted';
      readonly fit: UslFit;
      /** The largest shard count that the fit covers. */
      readonly reachShards: number;
      /** Shards with the highest throughput; null if there is no peak up to reachShards. */
      readonly peakShards: number | null;
      readonly atReachPerSecond: number;
    }
  | { readonly kind: 'not-fitted'; readonly why: string };

/** Returns the searches that found a sustainable rate, by number of shards. */
export function capacityCurve(searches: readonly KneeSearch[]): CapacityPoint[] {
  return searches
    .flatMap(({ shards, knee }): CapacityPoint[] => {
      const { sustainablePerSecond, kind, limit } = knee;
      if (shards === null || sustainablePerSecond === null || kind === 'unfinished' || kind === 'never') return [];
      const isLowerBound = kind === 'above' || limit === 'in-flight' || limit === 'generator';
      return [{ shards, sustainablePerSecond, isLowerBound }];
    })
    .sort((a, b) => a.shards - b.shards);
}

/** Returns the demand curve. It contains only counts that sustain more than all smaller ones. */
export function demandCurve(curve: readonly CapacityPoint[]): DemandStep[] {
  const steps: DemandStep[] = [];
  for (const { shards, sustainablePerSecond } of curve) {
    if (sustainablePerSecond <= (steps.at(-1)?.upToPerSecond ?? 0)) continue;
    steps.push({ shards, upToPerSecond: sustainablePerSecond });
  }
  return steps;
}

/** Fits the Universal Scalability Law to the counts at which the target itself was the limit. */
export function fitCapacity(curve: readonly CapacityPoint[]): CapacityFit {
  const points = curve.filter(({ isLowerBound }) => !isLowerBound);
  const fit = fitUsl(
    points.map(({ shards }) => shards),
    points.map(({ sustainablePerSecond }) => sustainablePerSecond),
  );
  if (fit === undefined) return { kind: 'not-fitted', why: whyNot(curve, points) };
  const reachShards = USL_REACH_FACTOR * points.at(-1)!.shards;
  const peak = uslPeak(fit);
  return {
    kind: 'fitted',
    fit,
    reachShards,
    peakShards: peak === undefined || peak > reachShards ? null : peak,
    atReachPerSecond: uslThroughput(fit, reachShards),
  };
}

function whyNot(curve: readonly CapacityPoint[], points: readonly CapacityPoint[]): string {
  const bounded = curve.length - points.length;
  const excluded = bounded === 0 ? '' : `; at ${bounded} of them the target was not the limit`;
  if (points.every(({ shards }) => shards !== 1) && curve.length > 0) return `it needs a knee of 1 shard${excluded}`;
  return `it needs knees of ${USL_POINTS_MIN} shard counts, there are ${points.length}${excluded}`;
}
