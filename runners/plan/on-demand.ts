import { MIB } from '../../engine/twin/limits.ts';
import { formatByteRate, formatDuration, formatRate, formatRatio } from '../../reports/format/numbers.ts';
import type { OnDemandPlan } from '../../reports/plan/plan.ts';
import type { RateLoad } from '../simulation/load.ts';
import { peakOf } from './fluid.ts';

/**
 * The capacity of an on-demand stream over time: a new one starts with 4 MB/s, grows to twice the highest traffic that it has seen, and may
 * throttle if traffic more than doubles within 15 minutes. Source: AWS, Kinesis Data Streams Developer Guide, capacity modes. Records
 * a second are documented for shards only; 1,000 for each MB/s is assumed.
 */
const START_BYTES_PER_SECOND = 4 * MIB;
const RECORDS_PER_MIB = 1000;
const GROWTH_RATIO = 2;
const WINDOW_NS = 15 * 60e9;
/** Less than this is the noise of the rates. */
const NONE_RATIO = 0.0005;
/** Grows to 10 GB/s in three large regions, 200 MB/s elsewhere. */
const LARGE_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const BYTES_PER_SECOND_MAX = { large: 10_240 * MIB, other: 200 * MIB };

/**
 * Time in which an on-demand stream grows so many times: it doubles every 15 minutes. @param ratio above 0.
 * @internal
 */
export const growNs = (ratio: number): number => Math.max(0, Math.ceil(Math.log2(ratio) - 1e-9)) * WINDOW_NS;

export function rampOf(rates: RateLoad, region: string): OnDemandPlan['ramp'] {
  const most = LARGE_REGIONS.includes(region) ? BYTES_PER_SECOND_MAX.large : BYTES_PER_SECOND_MAX.other;
  const needed = neededBytesPerSecond(rates);
  const peak = peakOf(needed).bytesPerSecond;
  const newStreamThrottledRatio = throttledRatio(rates, needed, START_BYTES_PER_SECOND, most);
  const grownThrottledRatio = throttledRatio(rates, needed, Math.max(START_BYTES_PER_SECOND, peak), most);
  const grow = growNs(peak / START_BYTES_PER_SECOND);
  const start = `a new stream starts with ${formatByteRate(START_BYTES_PER_SECOND)} and ${formatRate(4 * RECORDS_PER_MIB)}`;
  const needs = `The peak needs ${formatByteRate(peak)} of capacity, and ${start}`;
  const reason =
    newStreamThrottledRatio < NONE_RATIO
      ? `${needs}${grow > 0 ? ' and grows in time' : ''}: its ramp throttles nothing.`
      : `${needs} that doubles in 15 minutes at most: it throttles about ${formatRatio(newStreamThrottledRatio)} of the records, unless the load takes ${formatDuration(Math.max(WINDOW_NS, grow))} to rise or the stream is made with warm throughput.`;
  return { newStreamThrottledRatio, grownThrottledRatio, growNs: grow, reason };
}

/** The load as bytes a second that a stream must provide: small records count by their number. */
function neededBytesPerSecond(rates: RateLoad): RateLoad {
  const bytesOfStep = rates.bytesOfStep.map((bytes, step) =>
    Math.max(bytes, (rates.recordsOfStep[step]! / RECORDS_PER_MIB) * MIB),
  );
  return { ...rates, bytesOfStep };
}

function throttledRatio(
  rates: RateLoad,
  needed: RateLoad,
  startBytesPerSecond: number,
  maxBytesPerSecond: number,
): number {
  const seconds = rates.stepNs / 1e9;
  const window = Math.max(1, Math.round(WINDOW_NS / rates.stepNs));
  let seenPerSecond = 0;
  let throttled = 0;
  let records = 0;
  for (let step = 0; step < needed.bytesOfStep.length; step++) {
    // The capacity follows the traffic that the stream accepted before the last window.
    if (step >= window) seenPerSecond = Math.max(seenPerSecond, needed.bytesOfStep[step - window]! / seconds);
    const capacity = Math.min(maxBytesPerSecond, Math.max(startBytesPerSecond, GROWTH_RATIO * seenPerSecond));
    const perSecond = needed.bytesOfStep[step]! / seconds;
    records += rates.recordsOfStep[step]!;
    if (perSecond > capacity) throttled += rates.recordsOfStep[step]! * (1 - capacity / perSecond);
  }
  return records > 0 ? throttled / records : 0;
}
