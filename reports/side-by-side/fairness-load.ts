import { formatBytes, formatDuration, formatRatio } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import { medianOf } from '../statistics/moments.ts';
import { shardSums } from '../summary/shard-sums.ts';
import { differ, each, type FairnessCheck, factText, type SideData } from './side-data.ts';

/** Checks of the load: one scenario does not make the same load on every target. */

/** Differences of a mean record below this ratio are not listed. */
const SIZE_RATIO = 0.01;
/** Differences of the busiest shard's share below this ratio are not listed. */
const SHARE_RATIO = 0.1;
const ACHIEVED_MIN = 0.95;
/** Fewer rounds can rise by chance: four rise one after another in one of 24 cases. */
const DRIFT_ROUNDS_MIN = 4;
const DRIFT_RATIO = 0.05;

export const recordSize: FairnessCheck = (sides) => {
  const sizes = sides.map(meanBytes);
  if (!(Math.max(...sizes) > (1 + SIZE_RATIO) * Math.min(...sizes))) return undefined;
  const found = `Records have different sizes, keys included. ${each(sides, (side) => `${formatBytes(meanBytes(side))} on average`)}.`;
  const fix = 'Set payload.size: it includes what the harness adds to a payload. Templates and recordings do not.';
  return { topic: 'record size', found, fix };
};

function meanBytes({ results }: SideData): number {
  return medianOf(results.map(({ summary: { rate } }) => rate.bytesPerSecond / Math.max(1e-9, rate.achievedPerSecond)));
}

export const shards: FairnessCheck = (sides) => {
  const count = (side: SideData) => shardSums(side.results[0]).length;
  if (!differ(sides.map(count))) return undefined;
  const found = `Records go to different numbers of shards or partitions. ${each(sides, (side) => String(count(side)))}.`;
  return { topic: 'shards', found, fix: 'Use the same number, and more keys than that.' };
};

export const keys: FairnessCheck = (sides) => {
  const routing = (side: SideData) => factText(side, (facts) => facts.routing);
  const shares = sides.map(busiestShare);
  const isUneven = Math.max(...shares) > (1 + SHARE_RATIO) * Math.min(...shares);
  if (!differ(sides.map(routing)) || !isUneven || differ(sides.map(({ results }) => shardSums(results[0]).length))) {
    return undefined;
  }
  const text = (side: SideData) =>
    `${routing(side)}, ${formatRatio(busiestShare(side))} of records in the busiest shard`;
  const found = `One set of keys makes different hot spots. ${each(sides, text)}.`;
  return { topic: 'keys', found, fix: 'Use more keys, so that every function spreads them evenly.' };
};

function busiestShare({ results }: SideData): number {
  return medianOf(
    results.map((result) => {
      const acked = shardSums(result).map((shard) => shard.acked);
      return (
        Math.max(0, ...acked) /
        Math.max(
          1,
          acked.reduce((sum, records) => sum + records, 0),
        )
      );
    }),
  );
}

export const overload: FairnessCheck = (sides) => {
  const achieved = ({ results }: SideData) => medianOf(results.map(({ summary }) => summary.rate.ratio ?? 1));
  if (sides.every((side) => achieved(side) >= ACHIEVED_MIN)) return undefined;
  const found = `Not every target keeps up, and latencies of one that does not are those of its backlog. ${each(sides, (side) => `achieved ${formatRatio(achieved(side))} of the intended rate`)}.`;
  return { topic: 'overload', found, fix: 'Lower the rate until every target achieves it, or compare knees.' };
};

export const events: FairnessCheck = (sides) => {
  const [{ results }] = sides as [SideData];
  const { steps = [], faults = [] } = results[0].scenario;
  const kinds = sides.map((side) => side.results[0].scenario.target.kind);
  if (steps.length + faults.length === 0 || !differ(kinds)) return undefined;
  const what = [...(steps.length > 0 ? ['steps'] : []), ...(faults.length > 0 ? ['faults'] : [])].join(' and ');
  const found = `The ${what} of the scenario mean something else on each target.`;
  return { topic: what, found, fix: `Compare without ${what}, and look at them in one run of each target.` };
};

export const drift: FairnessCheck = (sides) => {
  const drifting = sides.filter(({ results }) => isMonotone(mediansOf(results)));
  if (drifting.length === 0) return undefined;
  const text = ({ results }: SideData) => {
    const medians = mediansOf(results);
    return isMonotone(medians) ? `${formatDuration(medians[0]!)} to ${formatDuration(medians.at(-1)!)}` : 'no drift';
  };
  const found = `The median drifted in one direction from round to round. ${each(sides, text)}.`;
  return { topic: 'drift', found, fix: 'Make more rounds, and find what changes on the machine meanwhile.' };
};

const mediansOf = (results: readonly Result[]): number[] =>
  results.map(({ summary }) => summary.spans.putToGet.p50Ns ?? summary.spans.ackLatency.p50Ns ?? 0);

function isMonotone(values: readonly number[]): boolean {
  if (values.length < DRIFT_ROUNDS_MIN) return false;
  const [first, last] = [values[0]!, values.at(-1)!];
  const isRising = values.every((value, i) => i === 0 || value > values[i - 1]!);
  const isFalling = values.every((value, i) => i === 0 || value < values[i - 1]!);
  return (isRising || isFalling) && Math.abs(last / Math.max(1, first) - 1) > DRIFT_RATIO;
}
