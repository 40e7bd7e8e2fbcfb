import type { Histogram } from '../histogram/histogram.ts';
import { slotMedianNs } from '../histogram/slots.ts';
import { betaCdf } from './distributions.ts';

/** Beyond so many standard deviations from its mean, a beta variable's distribution is 0 or 1 to the last bit. */
const FAR_DEVIATIONS = 40;

/**
 * The Harrell-Davis estimate of a quantile: a mean of all values in order, weighted by the probability that each is the quantile. It moves
 * smoothly where a single order statistic jumps.
 * @param probability above 0 and below 1. @returns NaN of nothing.
 * Source: Harrell and Davis, "A new distribution-free quantile estimator", 1982.
 */
export function harrellDavis(values: readonly number[], probability: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return weightedQuantile(
    sorted.map((value) => ({ value, count: 1 })),
    sorted.length,
    probability,
  );
}

/** The same from a histogram: every value counts as the middle of its slot. In nanoseconds; NaN when empty. */
export function harrellDavisNs(histogram: Histogram, probability: number): number {
  const classes: ValueCount[] = [];
  histogram.forEachSlot((slot, count) => classes.push({ value: slotMedianNs(slot), count }));
  return weightedQuantile(classes, histogram.count, probability);
}

interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/** A class of equal values gets the weights of all its ranks at once: the difference of two cumulative ones. */
function weightedQuantile(classes: readonly ValueCount[], total: number, probability: number): number {
  if (total === 0) return Number.NaN;
  const cumulative = cumulativeWeight(total, probability);
  let [seen, before, quantile] = [0, 0, 0];
  for (const { value, count } of classes) {
    seen += count;
    const upTo = cumulative(seen / total);
    quantile += value * (upTo - before);
    before = upTo;
  }
  return quantile;
}

function cumulativeWeight(total: number, probability: number): (share: number) => number {
  const alpha = (total + 1) * probability;
  const beta = (total + 1) * (1 - probability);
  const reach = FAR_DEVIATIONS * Math.sqrt((probability * (1 - probability)) / (total + 2));
  return (share) => {
    if (share <= probability - reach) return 0;
    return share >= 1 || share >= probability + reach ? 1 : betaCdf(share, alpha, beta);
  };
}
