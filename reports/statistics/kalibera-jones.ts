import { tQuantile } from './distributions.ts';
import { meanOf, varianceOf } from './moments.ts';

/** Repetitions within repetitions, all levels of one size: runs of blocks of seconds. The top level is the outermost array. */
export type Nested = readonly number[] | readonly Nested[];

export interface MeanInterval {
  readonly mean: number;
  /** The interval reaches so far to either side. */
  readonly reach: number;
}

/** The mean over all repetitions; its interval is that of the top level's means, at least two. */
export function nestedMean(runs: Nested, confidenceRatio = 0.95): MeanInterval {
  const means = childMeans(runs);
  const factor = tQuantile((1 + confidenceRatio) / 2, means.length - 1);
  return { mean: meanOf(means), reach: factor * Math.sqrt(varianceOf(means) / means.length) };
}

function childMeans(node: Nested): number[] {
  return node.map((child) => (typeof child === 'object' ? meanOf(childMeans(child)) : child));
}
