import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
} from '../format/numbers.ts';
import type { ConsumerKind, Plan, PlannedConsumer, PlannedCount, PlannedLoad } from './plan.ts';

/** Texts that the terminal, Markdown and the page share. */

/** `4,000/s and 3.20MB/s on average, ...` */
export function loadText(load: PlannedLoad): string {
  const { meanRecordsPerSecond: mean, peakRecordsPerSecond: peak } = load;
  const size = load.records > 0 ? `, records of ${formatBytes(load.bytes / load.records)} on average` : '';
  const isEven = peak <= mean * 1.01;
  const highest = isEven
    ? ''
    : `, ${formatRate(peak)} and ${formatByteRate(load.peakBytesPerSecond)} in the busiest ${formatDuration(load.stepNs)}`;
  const scaled = load.scaleRatio === 1 ? '' : `, already multiplied by ${Number(load.scaleRatio.toPrecision(4))}`;
  return `${formatRate(mean)} and ${formatByteRate(load.meanBytesPerSecond)} on average over ${lengthText(load.durationNs)}${highest}${size}, ${keysText(load.distinctKeys)}${scaled}.`;
}

const HOUR_NS = 3600e9;

/** Formats a long time in hours or days, because 299,000 s is hard to read. */
function lengthText(ns: number): string {
  if (ns >= 48 * HOUR_NS) return `${(ns / (24 * HOUR_NS)).toFixed(1)} days`;
  return ns >= 2 * HOUR_NS ? `${(ns / HOUR_NS).toFixed(1)} hours` : formatDuration(ns);
}

function keysText(distinctKeys: number | null): string {
  if (distinctKeys === null) return 'keys unknown';
  return `${formatCount(distinctKeys)} ${distinctKeys === 1 ? 'key' : 'keys'}`;
}

/** Formats a price per month in whole dollars, because no estimate is exact to cents. */
export const monthText = (usd: number): string => (usd < 10 ? `$${usd.toFixed(2)}` : `$${formatCount(usd)}`);

export function verdictWords({ recommended }: Plan): string {
  const { shards, headroomRatio } = recommended;
  if (shards === null) return 'NO SHARD COUNT';
  const room = headroomRatio === null ? '' : `, headroom ${formatRatio(Math.max(0, headroomRatio))}`;
  return `${formatCount(shards)} ${shards === 1 ? 'SHARD' : 'SHARDS'}${room}`;
}

export const formulaText = (shards: number): string =>
  `The formula of AWS, which uses only averages, gives ${formatCount(shards)} ${shards === 1 ? 'shard' : 'shards'}.`;

export const priceText = ({ region, asOf }: Plan['prices']): string => `prices of ${region}, ${asOf}`;

/** Returns each way to pay for this load, with its price and its drawbacks. */
export function onDemandTexts(plan: Plan): (readonly [name: string, text: string])[] {
  const { counts, recommended, onDemand } = plan;
  const chosen = counts.find(({ shards }) => shards === (recommended.shards ?? recommended.onlyHotKeySuffersFrom));
  const { standard, advantage, ramp, isOneKeyTooHot } = onDemand;
  const oneKey = isOneKeyTooHot ? ' One key also exceeds the limit that on-demand has for a key.' : '';
  return [
    ...(chosen === undefined
      ? []
      : [
          [
            'provisioned',
            `${monthText(chosen.monthlyUsd)} with ${formatCount(chosen.shards)} ${chosen.shards === 1 ? 'shard' : 'shards'}`,
          ] as const,
        ]),
    ['on-demand', `${monthText(standard.monthlyUsd)}. ${ramp.reason}${oneKey}`],
    [
      'on-demand Advantage',
      advantage === null
        ? 'not in the price list'
        : `${monthText(advantage.monthlyUsd)}${advantage.isMinimum ? ', the minimum, which all streams of the account in the region share' : ''}`,
    ],
  ];
}

export function consumerKinds({ consumers }: PlannedLoad): ConsumerKind[] {
  return (['polling', 'fan-out'] as const).filter((kind) => consumers.some((consumer) => consumer.kind === kind));
}

/** Returns the largest value of all consumers of a kind; without a kind, of all consumers. */
export function consumerWorst(
  { consumers }: PlannedCount,
  kind: ConsumerKind | undefined,
  read: (consumer: PlannedConsumer) => number,
): number {
  return Math.max(0, ...consumers.filter((consumer) => kind === undefined || consumer.kind === kind).map(read));
}
