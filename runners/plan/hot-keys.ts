import type { HotKey } from '../../reports/plan/plan.ts';
import type { KeyWeight, Load } from '../simulation/load.ts';
import { fluidThrottled, peakOf, shardRatio } from './fluid.ts';
import { canLast } from './slo.ts';

/** Keys that take less of one shard than this at the peak are nobody's concern. */
const VISIBLE_RATIO = 0.1;
const SHOWN_MAX = 10;
const SPLITS_MAX = 100_000;

/**
 * The heaviest keys, and into how many keys each must be split. A key stays on one shard whatever their number, because shards split
 * ranges of hash keys and not keys.
 * @param throttledAllowed share of all records that may be throttled.
 */
export function hotKeysOf(load: Load, throttledAllowed: number): HotKey[] {
  const peak = peakOf(load.rates);
  return load.keys.heaviest
    .slice(0, SHOWN_MAX)
    .map((key): HotKey => {
      const { name, recordShare, byteShare } = key;
      return {
        name,
        recordShare,
        byteShare,
        shardRatio: shardRatio(peak, key),
        splitOver: splitOver(load, key, throttledAllowed),
      };
    })
    .filter((key) => key.shardRatio >= VISIBLE_RATIO);
}

/** The fewest keys of equal weight that all fit shards of their own, also in the long run. */
function splitOver(load: Load, { recordShare, byteShare }: KeyWeight, throttledAllowed: number): number {
  const seconds = load.durationNs / 1e9;
  const mean = { recordsPerSecond: load.records / seconds, bytesPerSecond: load.bytes / seconds };
  const isFitting = (parts: number) => {
    const share = { recordShare: recordShare / parts, byteShare: byteShare / parts };
    if (!canLast(load.durationNs, shardRatio(mean, share))) return false;
    return parts * fluidThrottled(load.rates, share) <= throttledAllowed * load.records;
  };
  for (let parts = 1; parts < SPLITS_MAX; parts++) if (isFitting(parts)) return parts;
  return SPLITS_MAX;
}

/** Keys that no shard count helps. */
export const tooHotKeys = (keys: readonly HotKey[]): HotKey[] => keys.filter(({ splitOver }) => splitOver > 1);
