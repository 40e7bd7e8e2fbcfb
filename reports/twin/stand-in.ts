import type { QuantileRow } from '../../workloads/profile-schema.ts';
import {
  gammaAt,
  gammaFit,
  gammaOfMoments,
  lognormalAt,
  lognormalFit,
  lognormalOfMoments,
} from '../statistics/latency-fits.ts';
import { meanOf } from '../statistics/moments.ts';

/** A distribution of two parameters that replaces a measured one. */
export interface StandIn {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Wasserstein-1 distance from the measured distribution, over its mean. */
  readonly w1OverMean: number;
  /** Present if a gamma distribution is clearly closer. */
  readonly gamma?: { readonly shape: number; readonly w1OverMean: number };
}

/** So much smaller the distance of the gamma distribution must be. */
const CLEARLY_CLOSER_RATIO = 0.8;

type QuantileOf = (share: number) => number;

/**
 * The lognormal distribution closest to measured quantiles, of the one of greatest likelihood and the one with their mean and variance.
 * @returns undefined if fewer than two quantiles differ.
 */
export function standInOf(rows: readonly QuantileRow[]): StandIn | undefined {
  const inside = rows.filter(({ p, ms }) => p > 0 && p < 1 && ms > 0);
  const values = evenValues(inside);
  if (values.length < 2 || values[0] === values.at(-1)) return undefined;
  const distanceOf = (quantileOf: QuantileOf) => w1OverMean(values, quantileOf);
  const closest = (candidates: readonly QuantileOf[]) =>
    candidates
      .map((quantileOf) => ({ quantileOf, w1OverMean: distanceOf(quantileOf) }))
      .reduce((best, other) => (other.w1OverMean < best.w1OverMean ? other : best));
  const lognormal = closest(
    [lognormalFit(values), lognormalOfMoments(values)].map(
      (fit): QuantileOf =>
        (share) =>
          lognormalAt(fit, share),
    ),
  );
  const gammas = [gammaFit(values), gammaOfMoments(values)].map((fit) => ({
    shape: fit.shape,
    w1OverMean: distanceOf((share) => gammaAt(fit, share)),
  }));
  const gamma = gammas.reduce((best, other) => (other.w1OverMean < best.w1OverMean ? other : best));
  return {
    p50Ms: lognormal.quantileOf(0.5),
    p99Ms: lognormal.quantileOf(0.99),
    w1OverMean: lognormal.w1OverMean,
    ...(gamma.w1OverMean < CLEARLY_CLOSER_RATIO * lognormal.w1OverMean ? { gamma } : {}),
  };
}

const VALUE_COUNT = 200;

/** Values that represent equal shares of the distribution, because rows of a profile may lie closer together in the tail. */
function evenValues(rows: readonly QuantileRow[]): number[] {
  if (rows.length === 0) return [];
  let row = 0;
  return Array.from({ length: VALUE_COUNT }, (_, i) => {
    const share = (i + 0.5) / VALUE_COUNT;
    while (row < rows.length - 1 && rows[row]!.p < share) row += 1;
    return rows[row]!.ms;
  });
}

function w1OverMean(values: readonly number[], quantileOf: QuantileOf): number {
  const distances = values.map((value, i) => Math.abs(value - quantileOf((i + 0.5) / values.length)));
  return meanOf(distances) / meanOf(values);
}
