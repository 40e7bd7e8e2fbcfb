import type { GrowthPlan } from '../../reports/plan/plan.ts';
import { runnerError } from '../errors.ts';

const MONTH_NS = 730 * 3600e9;
const UNIT_NS: Readonly<Record<string, number>> = {
  min: 60e9,
  hour: 3600e9,
  day: 24 * 3600e9,
  week: 7 * 24 * 3600e9,
  month: MONTH_NS,
  year: 12 * MONTH_NS,
};

/** Use of the busiest shard that should not be exceeded, and the time from noticing to the end of a resharding. */
const USE_MAX_RATIO = 0.9;
const RESHARD_NS = 15 * 60e9;
const LATER_MONTHS = [3, 6, 12, 24];

/** '5%/month' -> 0.05 a month. A rate of another unit is turned into months by compounding. @throws RunnerError RUNNER_USAGE */
export function parseGrowth(text: string): number {
  const match = /^(?<percent>\d+(?:\.\d+)?)\s*%\s*\/\s*(?<unit>min|hour|day|week|month|year)$/u.exec(
    text.trim(),
  )?.groups;
  const unitNs = UNIT_NS[match?.unit ?? ''];
  const ratio = Number(match?.percent) / 100;
  const monthly = unitNs === undefined ? Number.NaN : (1 + ratio) ** (MONTH_NS / unitNs) - 1;
  if (monthly > 0 && Number.isFinite(monthly)) return monthly;
  throw runnerError('RUNNER_USAGE', {
    what: `--growth must be a percentage above 0 for a unit of time, got "${text}"`,
    fix: 'Write 5%/month, or use min, hour, day, week or year.',
  });
}

/**
 * Use at which scaling must start so that the use at its end is at most `useMaxRatio`.
 * @param growthRatio in one unit of time. @param times how many such units it takes to notice and to reshard.
 * @internal
 */
export function startAtRatio(useMaxRatio: number, growthRatio: number, times: number): number {
  return useMaxRatio / (1 + growthRatio) ** times;
}

/** When a stream must grow, for a load that grows evenly. Later counts are in proportion to the load, not simulated. */
export function growthPlan(monthlyRatio: number, shards: number, headroomRatio: number): GrowthPlan {
  const monthsLeft = headroomRatio > 0 ? Math.log1p(headroomRatio) / Math.log1p(monthlyRatio) : 0;
  const later = LATER_MONTHS.map((months) => ({
    months,
    shards: Math.max(shards, Math.ceil((shards * (1 + monthlyRatio) ** months) / (1 + Math.max(0, headroomRatio)))),
  }));
  return {
    monthlyRatio,
    monthsLeft,
    startAtRatio: startAtRatio(USE_MAX_RATIO, monthlyRatio, RESHARD_NS / MONTH_NS),
    later: later.filter(({ shards: count }) => Number.isSafeInteger(count)),
  };
}
