/**
 * When a comparison in pairs is looked at, and what is enough at each look.
 *
 * What is tested is the median of the pairs' log-ratios, by their signs alone: under the hypothesis each pair lies above the
 * tested value with probability 1/2, whatever the noise looks like. So nothing is assumed about its shape, and with few pairs
 * the probabilities are exact sums, not approximations. Looking several times is paid for by sharing out the error over the
 * looks: up to a share t of the planned pairs at most a share t of it is spent. That spends more of it early than the
 * O'Brien-Fleming shape, which could not decide by signs before a third of the pairs; what a gate fears from an early look,
 * a fluke, it meets by asking fresh pairs before it fails anything.
 * Sources: Lan and DeMets, "Discrete sequential boundaries for clinical trials", 1983; Kim and DeMets, 1987 (power family,
 * exponent 1); sign test: Conover, "Practical Nonparametric Statistics", 3.4.
 */
export interface Look {
  /** Pairs that there are at this look. */
  readonly pairs: number;
  /** So many of them on one side of a value exclude it as the median. Infinity: this look can exclude nothing. */
  readonly needed: number;
  /** Chance that a true value has been excluded at this look or before; 0 to 1, exact for independent pairs. */
  readonly spentRatio: number;
}

/** Fewest pairs that anything is decided by. */
export const FIRST_LOOK_PAIRS = 10;
/** From one look to the next; fewer looks cost less, more of them end sooner. */
const LOOK_GROWTH = Math.SQRT2;

/**
 * The looks of a comparison of at most `plannedPairs` pairs, the last one at its end.
 * @param errorRatio chance that the true median is ever excluded, one-sided; 0 to 1.
 * @param endPairs where it really ended, when the time was up before: the last look is there, with all that was unspent.
 * @internal
 */
export function planLooks(plannedPairs: number, errorRatio: number, endPairs = plannedPairs): Look[] {
  const at: number[] = [];
  for (let pairs = FIRST_LOOK_PAIRS; pairs < endPairs; pairs = Math.ceil(pairs * LOOK_GROWTH)) at.push(pairs);
  at.push(endPairs);
  const looks: Look[] = [];
  // share[k]: chance of k pairs on one side and of no look before having excluded anything.
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

/** Plans are the same again and again, above all in simulations. */
const plans = new Map<string, readonly Look[]>();

/** As `planLooks`, computed once for each plan. */
export function looksOf(plannedPairs: number, errorRatio: number, endPairs: number): readonly Look[] {
  const key = `${plannedPairs} ${errorRatio} ${endPairs}`;
  let looks = plans.get(key);
  if (looks === undefined) {
    looks = planLooks(plannedPairs, errorRatio, endPairs);
    plans.set(key, looks);
  }
  return looks;
}
