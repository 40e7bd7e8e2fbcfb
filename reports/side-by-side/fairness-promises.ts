import { formatByteRate, formatRate, formatRatio } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import type { TargetFacts } from '../result/target-facts.ts';
import { scheduledTime } from '../summary/measured-time.ts';
import { shardSums } from '../summary/shard-sums.ts';
import { differ, each, type FairnessCheck, factsOf, factText, fixOf, type SideData } from './side-data.ts';

/** Checks of what the targets promise: numbers of different promises are not one quantity. */

export const durability: FairnessCheck = (sides) => {
  if (!differ(sides.map((side) => factText(side, copiesText)))) return undefined;
  const copies = (side: SideData) => factsOf(side)?.copies ?? Number.NaN;
  const most = Math.max(...sides.map(copies).filter((count) => !Number.isNaN(count)));
  const weaker = sides.filter((side) => !(copies(side) === most));
  const found = `An acknowledgement waits for different copies of a record. ${each(sides, (side) => factText(side, copiesText))}.`;
  return { topic: 'durability', found, fix: fixOf(weaker, 'durability', 'Use the same number of copies.') };
};

function copiesText({ copies }: TargetFacts): string {
  if (copies === null) return 'not known from its settings';
  if (copies === 0) return 'none outside this process';
  return copies === 1 ? 'one machine' : `${copies} machines or zones`;
}

export const model: FairnessCheck = (sides) => {
  const modelled = sides.filter((side) => factsOf(side)?.model !== undefined);
  if (modelled.length === 0) return undefined;
  const text = (side: SideData) => {
    const source = factsOf(side)?.model;
    return source === undefined ? 'its own latencies' : `simulated, ${source}`;
  };
  const found = `Not every latency was measured on a service. ${each(sides, text)}.`;
  return { topic: 'simulation', found, fix: fixOf(modelled, 'model', 'Use the service itself.') };
};

export const limits: FairnessCheck = (sides) => {
  const limited = sides.filter((side) => factsOf(side)?.limits != null);
  if (!differ(sides.map((side) => factText(side, limitText)))) return undefined;
  const text = (side: SideData) => {
    const used = usedRatio(side);
    return `${factText(side, limitText)}${used === undefined ? '' : `, of which the busiest shard used ${formatRatio(used)}`}`;
  };
  const found = `A shard is limited by different things. ${each(sides, text)}.`;
  return { topic: 'limits', found, fix: fixOf(limited, 'limits', 'Use a load far below the limits of a shard.') };
};

function limitText({ limits: rates }: TargetFacts): string {
  if (rates === null) return 'its hardware';
  return `a contract of ${formatRate(rates.recordsPerSecond)} and ${formatByteRate(rates.bytesPerSecond)}`;
}

/** Mean use of the busiest shard in the recorded phases; the larger share of records and bytes. */
function usedRatio(side: SideData): number | undefined {
  const rates = factsOf(side)?.limits ?? null;
  if (rates === null) return undefined;
  const used = side.results.map((result) => busiest(result, rates));
  return Math.max(...used);
}

function busiest(result: Result, rates: NonNullable<TargetFacts['limits']>): number {
  const seconds = scheduledTime(result.scenario, result.series);
  const shares = shardSums(result).map(({ acked, bytes }) =>
    Math.max(acked / rates.recordsPerSecond, bytes / rates.bytesPerSecond),
  );
  return seconds > 0 ? Math.max(0, ...shares) / seconds : 0;
}

export const throttling: FairnessCheck = (sides) => {
  const throttled = ({ results }: SideData) => results.some(({ summary }) => summary.rate.throttled > 0);
  if (!sides.some(throttled) || !differ(sides.map((side) => factText(side, throttleText)))) return undefined;
  const text = (side: SideData) => {
    const ratio = Math.max(...side.results.map(({ summary }) => summary.rate.throttledRatio));
    return `${factText(side, throttleText)}${ratio > 0 ? `, ${formatRatio(ratio)} of attempts` : ''}`;
  };
  const found = `Throttling shows in different numbers. ${each(sides, text)}.`;
  return { topic: 'throttling', found, fix: 'Compare put-to-get, which contains both, or lower the rate.' };
};

const THROTTLE_TEXTS = {
  rejects: 'rejects, and the producer retries',
  delays: 'delays its responses, which is in the ack latency',
  none: 'does not throttle',
} as const;
const throttleText = ({ throttling: way }: TargetFacts): string => THROTTLE_TEXTS[way];

export const clocks: FairnessCheck = (sides) => {
  const start = ({ results }: SideData) => results[0].target?.residenceStart ?? 'not stated';
  if (!differ(sides.map(start))) return undefined;
  const found = `Residence starts at different times. ${each(sides, (side) => RESIDENCE_TEXTS[start(side)])}.`;
  const fix = 'Compare put-to-get and ack latency, which one clock of this machine measures on every target.';
  return { topic: 'clocks', found, fix };
};

const RESIDENCE_TEXTS = {
  'hand-over': 'at the hand-over',
  acknowledgement: 'at the acknowledgement',
  'target-time': "at the target's own time of storing",
  'not stated': 'not stated',
} as const;
