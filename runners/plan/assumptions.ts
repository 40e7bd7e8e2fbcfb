import type { PlannedCount } from '../../reports/plan/plan.ts';
import { formatCount, formatDuration } from '../../reports/text/format.ts';
import { type PriceList, priceDate } from '../kinesis/prices.ts';
import type { Load } from '../simulation/load.ts';
import { SHARD_WRITE } from './arithmetic.ts';

/** Predictions were compared with measured runs up to so many shards; larger counts are simulated in the same way, not checked. */
const CHECKED_SHARDS_MAX = 16;

/** What the numbers of a plan rest on and cannot know, in the same breath as the numbers. */
export function assumptionsOf(load: Load, counts: readonly PlannedCount[], prices: PriceList): string[] {
  const burstSeconds = SHARD_WRITE.burstRecords / SHARD_WRITE.recordsPerSecond;
  const { stepNs, recordsPerBurst } = load.rates;
  const isDrawn = counts.some(({ method }) => method === 'rates');
  const most = counts.at(-1)?.shards ?? 1;
  return [
    `A shard saves up ${burstSeconds} s of its write limits for bursts. AWS does not publish that depth: with none, short bursts would be throttled more.`,
    ...(isDrawn
      ? [
          `Below steps of ${formatDuration(stepNs)} the arrival of records is assumed: ${recordsPerBurst <= 1 ? 'independent of each other' : `in groups of about ${formatCount(recordsPerBurst)}`}. Bursts inside a step that are sharper than that throttle more.`,
        ]
      : []),
    `Each month has the mean rate of this load, all day, and prices are those of ${priceDate(prices)}, without tax and discounts. Retention over 24 h is not included.`,
    most > CHECKED_SHARDS_MAX
      ? `Predictions were compared with runs on the engine up to ${CHECKED_SHARDS_MAX} shards; larger numbers are simulated in the same way. Check with --verify.`
      : `Predictions were compared with runs on the engine, not with AWS. Check with --verify.`,
    ...load.notes,
  ];
}
