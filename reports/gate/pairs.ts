/**
 * A gate measures pairs of blocks. A block is one short run of the scenario against one side. A pair is one block of each side,
 * one after the other, with the same seed and so the same schedule. Statistics count pairs, not records: noise that affects all
 * records of a block at once (a busy machine, the layout of memory) averages out only over more pairs.
 */
export interface GatePair {
  readonly seed: number;
  readonly order: PairOrder;
  readonly baseline: Block;
  readonly candidate: Block;
}

/** The side whose block ran first. */
export type PairOrder = 'baseline-first' | 'candidate-first';

export interface Block {
  /** Values of the compared metrics, each in its own unit; null if the block received too few records for it. */
  readonly values: Readonly<Record<string, number | null>>;
  /**
   * Records owed in the whole block, including its warm-up: each due record is owed to each consumer (see summary/delivery.ts).
   */
  readonly owedRecords: number;
  readonly undeliveredRecords: number;
  /** The most frequent error code of the producers if records failed, otherwise the largest part of the ledger. */
  readonly undeliveredCause?: string;
  /** Time of the whole block: set-up, warm-up, recorded part, drain, clean-up. */
  readonly tookNs: number;
}

/** A metric and its better direction. */
export interface GatedMetric {
  readonly name: string;
  readonly isBetterHigher: boolean;
}

/**
 *   pair    1   2   3   4   5 ...
 *   order   AB  BA  BA  AB  AB ...
 *
 * With this order, a drift of the machine moves neighbouring pairs in opposite directions, and hardly moves the median.
 */
export function orderOf(pairIndex: number): PairOrder {
  const place = pairIndex % 4;
  return place === 0 || place === 3 ? 'baseline-first' : 'candidate-first';
}

/**
 * ln(candidate / baseline) of each pair, with the sign that is positive if the candidate is worse.
 * @returns null for a pair in which a side has no value above zero.
 */
export function logRatios(pairs: readonly GatePair[], { name, isBetterHigher }: GatedMetric): (number | null)[] {
  return pairs.map(({ baseline, candidate }) => {
    const a = baseline.values[name] ?? 0;
    const b = candidate.values[name] ?? 0;
    if (!(a > 0 && b > 0)) return null;
    return isBetterHigher ? Math.log(a / b) : Math.log(b / a);
  });
}
