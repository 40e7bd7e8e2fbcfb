import { tQuantile, twoSidedT } from './distributions.ts';
import { meanOf, varianceOf } from './moments.ts';

export interface TTest {
  readonly t: number;
  readonly degrees: number;
  readonly twoSidedP: number;
  /** Mean of x minus mean of y, and its interval. */
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The t test of two independent samples whose variances may differ; at least two values each. For latencies give logarithms:
 * then the difference is that of a factor. Two samples without any spread have no interval but their difference.
 * Source: Welch, "The generalization of Student's problem when several different population variances are involved", 1947.
 */
export function welch(x: readonly number[], y: readonly number[], confidenceRatio = 0.95): TTest {
  const [partX, partY] = [varianceOf(x) / x.length, varianceOf(y) / y.length];
  const error = partX + partY;
  const degrees = error ** 2 / (partX ** 2 / (x.length - 1) + partY ** 2 / (y.length - 1));
  return testOf(meanOf(x) - meanOf(y), Math.sqrt(error), degrees, confidenceRatio);
}

function testOf(difference: number, error: number, degrees: number, confidenceRatio: number): TTest {
  if (error === 0) {
    const [t, twoSidedP] = difference === 0 ? [0, 1] : [Math.sign(difference) * Number.POSITIVE_INFINITY, 0];
    return { t, degrees, twoSidedP, difference, lower: difference, upper: difference };
  }
  const t = difference / error;
  const reach = tQuantile((1 + confidenceRatio) / 2, degrees) * error;
  const twoSidedP = twoSidedT(t, degrees);
  return { t, degrees, twoSidedP, difference, lower: difference - reach, upper: difference + reach };
}
