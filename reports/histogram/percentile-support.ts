/** Share of wrong intervals that is accepted: 95 % confidence. */
const ERROR_SHARE = 0.05;

/**
 * The deep tail begins above p99. There, an interval that merely exists is too wide to judge by, so the numbers are asked
 * for by how many samples lie beyond the percentile: 100 to gate (the tail's probability is known within 20 % at 95 %),
 * 10 to show, 3 to show with a mark (95 % sure that one sample lies beyond it at all). For p99.9: 100,000, 10,000, 3,000.
 */
const DEEP_TAIL_PERCENTILE = 99;
const GATE_BEYOND = 100;
const SHOW_BEYOND = 10;
const HIDE_BEYOND = 3;

/**
 * The use of a percentile of some number of samples.
 *   gateable   a threshold may be judged by it
 *   display    it may be shown, and judges nothing
 *   hidden     it is meaningless: a single sample decides it
 */
export type PercentileSupport = 'gateable' | 'display' | 'hidden';

/**
 * Up to p99: gateable when a two-sided 95 % interval of order statistics exists, hidden when not even an upper bound does.
 * Above: see DEEP_TAIL_PERCENTILE.
 * Source: order statistics with exact binomial coverage (David and Nagaraja); Wilks, "Determination of sample sizes", 1941.
 */
export function supportOf(percentile: number, samples: number): PercentileSupport {
  if (samples >= samplesToGate(percentile)) return 'gateable';
  return samples >= samplesToShow(percentile) ? 'display' : 'hidden';
}

/** A shown percentile that deserves a mark: it may move a lot from one run to the next. */
export function needsMark(percentile: number, samples: number): boolean {
  if (supportOf(percentile, samples) !== 'display') return false;
  return percentile <= DEEP_TAIL_PERCENTILE || samples < samplesBeyond(percentile, SHOW_BEYOND);
}

/** Fewest samples with which a threshold on this percentile is judged. */
export function samplesToGate(percentile: number): number {
  if (percentile <= DEEP_TAIL_PERCENTILE) return samplesForTwoSidedInterval(percentile);
  return samplesBeyond(percentile, GATE_BEYOND);
}

/** Fewest samples with which this percentile is shown at all. */
export function samplesToShow(percentile: number): number {
  if (percentile <= DEEP_TAIL_PERCENTILE) return samplesForUpperBound(percentile);
  return samplesBeyond(percentile, HIDE_BEYOND);
}

/** n with p^n <= 5 %: the largest of n samples is an upper bound of the percentile with 95 % confidence. */
function samplesForUpperBound(percentile: number): number {
  return samplesUntil(percentile, ERROR_SHARE);
}

/** n with p^n <= 2.5 %: about where order statistics begin to bound the percentile from both sides. */
function samplesForTwoSidedInterval(percentile: number): number {
  return samplesUntil(percentile, ERROR_SHARE / 2);
}

/** Below the median the lower bound is the scarce one, so the further side counts. 0 and 100 are the extremes: 1 will do. */
function samplesUntil(percentile: number, errorShare: number): number {
  const share = Math.max(percentile, 100 - percentile) / 100;
  return share >= 1 ? 1 : Math.ceil(Math.log(errorShare) / Math.log(share));
}

function samplesBeyond(percentile: number, beyond: number): number {
  return percentile >= 100 ? 1 : Math.round((beyond * 100) / (100 - percentile));
}
