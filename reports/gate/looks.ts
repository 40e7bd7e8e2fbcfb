/**
 * A look: an evaluation of a comparison after a number of pairs, and the number of pairs that decides it.
 *
 * A look tests the median of the log-ratios of pairs, and uses only their signs: under the hypothesis, each pair is above the
 * tested value with probability 1/2, whatever the noise looks like. So the test assumes nothing about the shape of the noise,
 * and with few pairs the probabilities are exact sums, not approximations.
 *
 * Several looks share the allowed error: after a share t of the planned pairs, at most a share t of the error is spent. This
 * spends more of it early than the O'Brien-Fleming shape, with which signs could not decide before a third of the pairs. The
 * risk of an early look is a false alarm by chance; the confirmation with fresh pairs covers it.
 * Sources: Lan and DeMets, "Discrete sequential boundaries for clinical trials", 1983; Kim and DeMets, 1987 (power family,
 * exponent 1); sign test: Conover, "Practical Nonparametric Statistics", 3.4.
 */
export interface Look {
  /** Pairs so far at this look. */
  readonly pairs: number;
  /** Pairs on one side of a value that rule it out as the median. Infinity: this look can rule out nothing. */
  readonly needed: number;
  /** Probability that this look or an earlier one ruled out the true median; 0 to 1, exact for independent pairs. */
  readonly spentRatio: number;
}

/** Pairs at the first look. */
export const FIRST_LOOK_PAIRS = 10;
/** Ratio of the pairs of one look to those of the look before. Fewer looks spend less error, more looks end a gate sooner. */
const LOOK_GROWTH = Math.SQRT2;

/**
 * The looks of a comparison of at most `plannedPairs` pairs, the last one at its end.
 * @param errorRatio probability that any look rules out the true median, one-sided; 0 to 1.
 * @param endPairs pairs at the real end, if the time was up earlier. The last look is there and may spend the rest of the error.
 * @internal
 */
export function planLooks(plannedPairs: number, errorRatio: number, endPairs = plannedPairs): Look[] {
  const at: number[] = [];
  for (let pairs = FIRST_LOOK_PAIRS; pairs < endPairs; pairs = Math.ceil(pairs * LOOK_GROWTH)) at.push(pairs);
  at.push(endPairs);
  const looks: Look[] = [];
  // share[k]: probability of k pairs on one side, when no earlier look has ruled out anything.
  let share = Float64Array.of(1);
  let spentRatio = 0;
  let pairsBefore = 0;
  for (const pairs of at) {
    for (let pair = pairsBefore; pair < pairs; pair++) share = withOneMore(share);
    pairsBefore = pairs;
    const allowedRatio = errorRatio * (pairs === endPairs ? 1 : pairs / plannedPairs);
    let needed = Number.POSITIVE_INFINITY;
    for (let k = pairs; k >= 0 && spentRatio + share[k]! <= allowedRatio; k--) {
      spentRatio += share[k]!;
      share[k] = 0;
      needed = k;
    }
    looks.push({ pairs, needed, spentRatio });
  }
  return looks;
}

function withOneMore(share: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const next = new Float64Array(share.length + 1);
  for (let k = 0; k < share.length; k++) {
    next[k]! += share[k]! / 2;
    next[k + 1]! += share[k]! / 2;
  }
  return next;
}

/** Cache of plans, because simulations need the same few plans many times. */
const plans = new Map<string, readonly Look[]>();

/** Cached `planLooks`. */
export function looksOf(plannedPairs: number, errorRatio: number, endPairs: number): readonly Look[] {
  const key = `${plannedPairs} ${errorRatio} ${endPairs}`;
  let looks = plans.get(key);
  if (looks === undefined) {
    looks = planLooks(plannedPairs, errorRatio, endPairs);
    plans.set(key, looks);
  }
  return looks;
}
