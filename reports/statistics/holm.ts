/**
 * Holm's adjustment for several tests of one question: a hypothesis is rejected at level a when its adjusted p-value is at most
 * a, and then the chance of any wrong rejection is at most a, however the tests depend on each other.
 * @param pValues 0 to 1, in any order.
 * @returns adjusted p-values in the order given; never below the original ones.
 * Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p));
    adjusted[index] = largest;
  }
  return adjusted;
}
