import { formatCount, formatDuration } from '../../reports/format/numbers.ts';
import type { PlannedCount } from '../../reports/plan/plan.ts';
import type { PriceList } from '../prices/price-list.ts';
import { priceDate } from '../prices/prices.ts';
import type { Load } from '../simulation/load.ts';
import { SHARD_WRITE } from './arithmetic.ts';

/**
 * The check of the predictions: twelve scenarios on the engine, all of which were within two points or 10 % of the throttled
 * attempts (`npm run bench -- plan-accuracy`, runners/bench/README.md, 2026-11). Larger counts are simulated in the same way.
 */
const CHECKED = { shardsMax: 16, scenarios: 12, tolerance: '2 points or 10%', date: '2026-11' } as const;

/** Small records pass a bucket of bytes that is too empty for a large one; counts have no sizes. */
const ONE_SIZE =
  'All records of a shard count with their mean size. If bytes are the limit and sizes vary, less is throttled.';

/** One sentence on the certainty of the recommended number. */
export function certaintyOf(counts: readonly PlannedCount[], shards: number | null): string {
  const method = counts.find((planned) => planned.shards === shards)?.method ?? counts[0]?.method;
  const how = method === 'records' ? 'each record simulated' : 'counts simulated, latencies sampled';
  const { shardsMax, scenarios, tolerance, date } = CHECKED;
  const beyond = shards !== null && shards > shardsMax ? `, all of at most ${shardsMax} shards` : '';
  return `A prediction: ${how}. In ${scenarios} scenarios on the engine, throttling came within ${tolerance} (${date}${beyond}). It assumes that a shard saves up 1 s of its limits for bursts; AWS publishes no depth.`;
}

/** Assumptions behind the numbers of a plan, and facts that the plan cannot know. */
export function assumptionsOf(load: Load, counts: readonly PlannedCount[], prices: PriceList): string[] {
  const burstSeconds = SHARD_WRITE.burstRecords / SHARD_WRITE.recordsPerSecond;
  const { stepNs, recordsPerBurst } = load.rates;
  const isDrawn = counts.some(({ method }) => method === 'rates');
  const groups =
    recordsPerBurst <= 1 ? 'independent of each other' : `in groups of about ${formatCount(recordsPerBurst)}`;
  const drawn = `Below steps of ${formatDuration(stepNs)} records arrive ${groups}: sharper bursts throttle more.`;
  return [
    `A shard saves up ${burstSeconds} s of its write limits. With less, short bursts are throttled more.`,
    ...(isDrawn ? [drawn, ONE_SIZE] : []),
    `A month has the mean rate of this load all day, at list prices of ${priceDate(prices)}, without tax, discounts and retention over 24 h.`,
    `Predictions were compared with runs on the engine up to ${CHECKED.shardsMax} shards, not with AWS. --verify runs this one.`,
    ...load.notes,
  ];
}
