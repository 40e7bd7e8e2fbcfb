export interface SignedRank {
  /** The smaller of both rank sums. */
  readonly w: number;
  readonly twoSidedP: number;
}

/**
 * Wilcoxon's signed rank test of paired differences, by its exact law: each of the 2^n ways to give signs to the ranks is as
 * likely as any other. Zeros are left out; equal sizes share the mean of their ranks. At most some 1,000 differences.
 * Source: Wilcoxon, "Individual comparisons by ranking methods", 1945.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const used = differences.filter((difference) => difference !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const ranks = doubleRanks(used.map(Math.abs));
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, index) => sum + (used[index]! > 0 ? rank : 0), 0);
  const smaller = Math.min(positive, total - positive);
  const shares = sumShares(ranks, total);
  const atMost = shares.slice(0, smaller + 1).reduce((sum, share) => sum + share, 0);
  return { w: smaller / 2, twoSidedP: Math.min(1, 2 * atMost) };
}

/** Twice the rank of each of the ascending sizes, so that the mean rank of ties is whole. */
function doubleRanks(sizes: readonly number[]): number[] {
  return sizes.map((size) => sizes.indexOf(size) + 1 + (sizes.lastIndexOf(size) + 1));
}

/** By sum from 0 to total: the share of the 2^n sets of ranks that add up to it. */
function sumShares(ranks: readonly number[], total: number): number[] {
  const shares = new Array<number>(total + 1).fill(0);
  shares[0] = 1;
  for (const rank of ranks) {
    for (let sum = total; sum >= 0; sum--) shares[sum] = (shares[sum]! + (shares[sum - rank] ?? 0)) / 2;
  }
  return shares;
}
