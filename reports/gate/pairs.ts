/**
 * What a gate measures: blocks in pairs. A block is one short run of the scenario against one side; a pair is a block of each
 * side, one after the other, with the same seed and so the same schedule. The pair is the unit: what happens to all records of
 * a block at once (a busy machine, a lucky layout of memory) is noise that more records do not average out, and more pairs do.
 */
export interface GatePair {
  readonly seed: number;
  readonly order: PairOrder;
  readonly baseline: Block;
  readonly candidate: Block;
}

/** Which side came first. */
export type PairOrder = 'baseline-first' | 'candidate-first';

export interface Block {
  /** The value of every metric that is compared, in its own unit; null if the block received too little for it. */
  readonly values: Readonly<Record<string, number | null>>;
  /** Records owed in the whole block, warm-up included: each record that was due is owed to each consumer (see summary/delivery.ts). */
  readonly owedRecords: number;
  readonly undeliveredRecords: number;
  /** The most frequent error code of the producers if records failed, or else the part of the ledger that holds most of them. */
  readonly undeliveredCause?: string;
  /** Whole length: set-up, warm-up, what is recorded, drain, taking down. */
  readonly tookNs: number;
}

/** In which direction a metric gets worse. */
export interface GatedMetric {
  readonly name: string;
  readonly isBetterHigher: boolean;
}

/**
 *   pair    1   2   3   4   5 ...
 *   order   AB  BA  BA  AB  AB ...
 *
 * A drift of the machine then moves neighbouring pairs in opposite directions, and the median stays.
 */
export function orderOf(pairIndex: number): PairOrder {
  const place = pairIndex % 4;
  return place === 0 || place === 3 ? 'baseline-first' : 'candidate-first';
}

/**
 * ln(candidate / baseline) of each pair, positive where the candidate is worse.
 * @returns null for a pair in which one of the two has no value above zero.
 */
export function logRatios(pairs: readonly GatePair[], { name, isBetterHigher }: GatedMetric): (number | null)[] {
  return pairs.map(({ baseline, candidate }) => {
    const a = baseline.values[name] ?? 0;
    const b = candidate.values[name] ?? 0;
    if (!(a > 0 && b > 0)) return null;
    return isBetterHigher ? Math.log(a / b) : Math.log(b / a);
  });
}
