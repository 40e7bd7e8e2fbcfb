import { formatCount, formatRatio } from '../format/numbers.ts';
import { rateBelow } from '../format/rate-bounds.ts';
import type { CapacityFit } from './capacity.ts';

/** Returns sentences about the fit of the Universal Scalability Law to a capacity curve, and its reach. */
export function fitSentences(capacityFit: CapacityFit): string[] {
  if (capacityFit.kind === 'not-fitted') return [`No USL fit: ${capacityFit.why}.`];
  const { fit, reachShards, peakShards, atReachPerSecond } = capacityFit;
  const range = (low: number, high: number) => `${share(low)} to ${share(high)}`;
  return [
    `USL fit of ${fit.points} shard counts: contention ${share(fit.contentionRatio)} (95% confidence: ${range(fit.low.contentionRatio, fit.high.contentionRatio)}), coherency ${share(fit.coherencyRatio)} (${range(fit.low.coherencyRatio, fit.high.coherencyRatio)}), one shard ${rateBelow(fit.perWorker)}.`,
    peakSentence(fit.coherencyRatio, peakShards, reachShards),
    `At ${formatCount(reachShards)} shards it expects ${rateBelow(atReachPerSecond)}. It does not reach further: that is twice the largest measured count.`,
  ];
}

function peakSentence(coherencyRatio: number, peakShards: number | null, reachShards: number): string {
  if (peakShards !== null) return `Throughput peaks at about ${formatCount(peakShards)} shards.`;
  if (coherencyRatio === 0) return 'There is no peak.';
  return `No peak up to ${formatCount(reachShards)} shards.`;
}

const share = (ratio: number): string => (ratio === 0 ? '0%' : formatRatio(ratio));
