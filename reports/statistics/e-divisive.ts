/**
 * The divergence of two samples by their distances, and the split of a series that has the most of it.
 * Source: Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data", 2014.
 *
 *   E = 2 mean|x - y| - mean|x - x'| - mean|y - y'|          Q = n m / (n + m) E
 *
 * Two forms are published: `u` takes the means within a sample over its pairs (the paper, Apache Otava), `v` over all
 * n^2 combinations, those of a value with itself included (MongoDB's signal processing).
 */
export type DivergenceForm = 'u' | 'v';

export interface Split {
  /** First value of the second sample. */
  readonly index: number;
  readonly q: number;
}

/** Sums of |x - x'| over the pairs of every stretch of a series; see `within`. Takes n^2 / 2 numbers: meant for windows. */
export class PairDistances {
  readonly length: number;
  readonly #sums: Float64Array;

  constructor(values: readonly number[]) {
    this.length = values.length;
    const width = values.length + 1;
    this.#sums = new Float64Array(width * width);
    for (let end = 1; end <= values.length; end++) {
      const added = values[end - 1]!;
      let distance = 0;
      for (let start = end - 1; start >= 0; start--) {
        distance += Math.abs(values[start]! - added);
        this.#sums[start * width + end] = this.#sums[start * width + end - 1]! + distance;
      }
    }
  }

  /** The sum over the pairs of values[start] to values[end - 1]. */
  within(start: number, end: number): number {
    return this.#sums[start * (this.length + 1) + end]!;
  }

  /** Q of values[start..index) against values[index..end), neither of them empty. */
  q(start: number, index: number, end: number, form: DivergenceForm = 'u'): number {
    const before = index - start;
    const after = end - index;
    const left = this.within(start, index);
    const right = this.within(index, end);
    const between = this.within(start, end) - left - right;
    const meanOfPairs = (sum: number, count: number) => {
      if (form === 'v') return (2 * sum) / (count * count);
      return count < 2 ? 0 : (2 * sum) / (count * (count - 1));
    };
    const e = (2 * between) / (before * after) - meanOfPairs(left, before) - meanOfPairs(right, after);
    return ((before * after) / (before + after)) * e;
  }

  /**
   * The split with the greatest Q, in the U-form, over every split and every end of the second sample, as in Apache Otava:
   * a later change does not hide an earlier one.
   * @returns undefined for fewer than two values.
   */
  bestSplit(start: number, end: number): Split | undefined {
    let best: Split | undefined;
    for (let index = start + 1; index < end; index++) {
      for (let until = index + 1; until <= end; until++) {
        const q = this.q(start, index, until);
        if (best === undefined || q > best.q) best = { index, q };
      }
    }
    return best;
  }
}
