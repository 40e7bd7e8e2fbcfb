/** How a curve bends and where it goes. */
export interface CurveShape {
  readonly bend: 'concave' | 'convex';
  readonly direction: 'increasing' | 'decreasing';
}

/**
 * Index of the point at which a curve bends most, or undefined if it has no such point. It depends on the range that was measured: on
 * the latency of one and the same queue the knee moves from 0.69 to 0.90 of the capacity if the last point moves from 0.9 to 0.99. Use it
 * to mark a plot, never to plan.
 * @param xs strictly ascending. @param sensitivity larger values need a sharper bend.
 * Source: Satopaa et al., "Finding a Kneedle in a Haystack", 2011.
 */
export function kneedle(
  xs: readonly number[],
  ys: readonly number[],
  { bend, direction }: CurveShape,
  sensitivity = 1,
): number | undefined {
  const count = xs.length;
  if (count < 3) return undefined;
  const isMirrored = (bend === 'convex') === (direction === 'increasing');
  const x = isMirrored
    ? normalised(xs)
        .map((value) => 1 - value)
        .reverse()
    : normalised(xs);
  const difference = concaveIncreasing(normalised(ys), { bend, direction }).map((y, i) => y - x[i]!);
  // The normalised x go from 0 to 1, so their mean distance is known.
  const found = firstKnee(difference, sensitivity / (count - 1));
  if (found === undefined) return undefined;
  return isMirrored ? count - 1 - found : found;
}

/** The same curve turned so that it rises and flattens. */
function concaveIncreasing(ys: readonly number[], { bend, direction }: CurveShape): number[] {
  if (bend === 'concave') return direction === 'increasing' ? [...ys] : ys.toReversed();
  const flipped = ys.map((y) => 1 - y);
  return direction === 'increasing' ? flipped.toReversed() : flipped;
}

/** The first local maximum after which the difference falls below its threshold before it rises to another one. */
function firstKnee(difference: readonly number[], drop: number): number | undefined {
  let [candidate, threshold]: [number | undefined, number] = [undefined, 0];
  for (let i = 1; i < difference.length; i++) {
    const [before, here, after] = [difference[i - 1]!, difference[i]!, difference[i + 1]];
    if (candidate !== undefined && here < threshold) return candidate;
    if (after === undefined) break;
    if (here >= before && here >= after) [candidate, threshold] = [i, here - drop];
    else if (here <= before && here <= after) threshold = 0;
  }
  return undefined;
}

function normalised(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}
