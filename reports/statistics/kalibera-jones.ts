import { tQuantile } from './distributions.ts';
import { meanOf, varianceOf } from './moments.ts';

/** Repetitions within repetitions, all levels of one size: runs of blocks of seconds. The top level is the outermost array. */
export type Nested = readonly number[] | readonly Nested[];

export interface VarianceLevels {
  /** From the top level down: unbiased variance of the means of a level around their parent's, averaged. */
  readonly squaredS: readonly number[];
  /**
   * From the top level down: what the level itself adds to the variance. Zero or less: repeating at this level gains nothing,
   * once is enough.
   */
  readonly squaredT: readonly number[];
}

/**
 * How much of the variance each level of repetition is the cause of.
 * Source: Kalibera and Jones, "Rigorous benchmarking in reasonable time", 2013, with the authors' later correction of T.
 */
export function varianceLevels(runs: Nested): VarianceLevels {
  const sizes = sizesOf(runs);
  const squaredS = sizes.map((_, depth) => meanOf(nodesAt(runs, depth).map((node) => varianceOf(childMeans(node)))));
  const squaredT = squaredS.map((value, depth) => {
    const below = squaredS[depth + 1];
    return below === undefined ? value : value - below / sizes[depth + 1]!;
  });
  return { squaredS, squaredT };
}

/**
 * How often to repeat at each level below the top one, for the least time.
 * @param costs from the top level down, one a level: what one more repetition takes there.
 * @returns one number a level but the top, from the second one down, before rounding up; 1 where repeating gains nothing.
 * Source: Kalibera and Jones, 2013, section 7.
 */
export function cheapestRepetitions({ squaredT }: VarianceLevels, costs: readonly number[]): number[] {
  return squaredT.slice(1).map((below, index) => {
    const above = squaredT[index]!;
    if (!(below > 0)) return 1;
    return above > 0 ? Math.sqrt((costs[index]! / costs[index + 1]!) * (below / above)) : Number.POSITIVE_INFINITY;
  });
}

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

export interface RatioInterval {
  readonly ratio: number;
  /** null: the old mean may be 0, so that the ratio has no bounds. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
}

/**
 * The ratio of two means, new over old, with its interval.
 * Source: Fieller, "Some problems in interval estimation", 1954; Kalibera and Jones, 2013, section 8.
 */
export function fiellerRatio(old: MeanInterval, recent: MeanInterval): RatioInterval {
  const product = old.mean * recent.mean;
  const divisor = old.mean ** 2 - old.reach ** 2;
  const ratio = recent.mean / old.mean;
  if (!(divisor > 0)) return { ratio, interval: null };
  const root = Math.sqrt(Math.max(0, product ** 2 - divisor * (recent.mean ** 2 - recent.reach ** 2)));
  return { ratio, interval: { lower: (product - root) / divisor, upper: (product + root) / divisor } };
}

function sizesOf(node: Nested): number[] {
  const first = node[0];
  return typeof first === 'object' ? [node.length, ...sizesOf(first)] : [node.length];
}

function nodesAt(node: Nested, depth: number): Nested[] {
  if (depth === 0) return [node];
  return node.flatMap((child) => (typeof child === 'object' ? nodesAt(child, depth - 1) : []));
}

function childMeans(node: Nested): number[] {
  return node.map((child) => (typeof child === 'object' ? meanOf(childMeans(child)) : child));
}
