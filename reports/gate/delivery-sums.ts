import { formatCount, formatRatio } from '../format/numbers.ts';
import { undeliveredRatio } from './judge-delivery.ts';
import type { Block, GatePair } from './pairs.ts';

/** Delivery of each side, summed over all pairs. */
export interface DeliverySums {
  readonly baseline: SideDelivery;
  readonly candidate: SideDelivery;
  /** Pairs in which the undelivered share of the candidate is larger. */
  readonly worsePairs: number;
  /** Pairs in which the undelivered share of the baseline is larger. */
  readonly betterPairs: number;
}

export interface SideDelivery {
  readonly owedRecords: number;
  readonly undeliveredRecords: number;
  /** undelivered / owed, 0 to 1; null if nothing was owed. */
  readonly undeliveredRatio: number | null;
  /** Blocks with undelivered records. */
  readonly undeliveredBlocks: number;
  /** The most frequent cause of these blocks: an error code, or a part of the ledger. */
  readonly cause: string | null;
}

export function deliverySums(pairs: readonly GatePair[]): DeliverySums {
  const differences = pairs.map(({ baseline, candidate }) => undeliveredRatio(candidate) - undeliveredRatio(baseline));
  return {
    baseline: sideDelivery(pairs.map(({ baseline }) => baseline)),
    candidate: sideDelivery(pairs.map(({ candidate }) => candidate)),
    worsePairs: differences.filter((difference) => difference > 0).length,
    betterPairs: differences.filter((difference) => difference < 0).length,
  };
}

export function sideDelivery(blocks: readonly Block[]): SideDelivery {
  const owedRecords = blocks.reduce((sum, block) => sum + block.owedRecords, 0);
  const undeliveredRecords = blocks.reduce((sum, block) => sum + block.undeliveredRecords, 0);
  return {
    owedRecords,
    undeliveredRecords,
    undeliveredRatio: owedRecords === 0 ? null : undeliveredRecords / owedRecords,
    undeliveredBlocks: blocks.filter((block) => block.undeliveredRecords > 0).length,
    cause: mostFrequent(blocks.flatMap(({ undeliveredCause }) => undeliveredCause ?? [])),
  };
}

/** `30 of 300 records (10%, mostly InternalFailure)` */
export function undeliveredText({
  owedRecords,
  undeliveredRecords,
  undeliveredRatio: ratio,
  cause,
}: SideDelivery): string {
  if (undeliveredRecords === 0) return `none of ${formatCount(owedRecords)} records`;
  const share = formatRatio(ratio ?? 0);
  return `${formatCount(undeliveredRecords)} of ${formatCount(owedRecords)} records (${share}${cause === null ? '' : `, mostly ${cause}`})`;
}

/** `undelivered 0 / 300 of 3,000`: baseline and candidate of a pair; empty if both delivered everything. */
export function pairDeliveryText({ baseline, candidate }: GatePair): string {
  if (baseline.undeliveredRecords === 0 && candidate.undeliveredRecords === 0) return '';
  const counts = [baseline, candidate].map(({ undeliveredRecords }) => formatCount(undeliveredRecords));
  return `undelivered ${counts.join(' / ')} of ${formatCount(Math.max(baseline.owedRecords, candidate.owedRecords))}`;
}

function mostFrequent(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [worst] = [...counts].sort(([, left], [, right]) => right - left);
  return worst?.[0] ?? null;
}
