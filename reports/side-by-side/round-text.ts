import { formatDuration, formatRate } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import type { RoundOutcome, SideBySideRecord } from './record.ts';
import type { SideBySide } from './side-by-side.ts';

/** Texts about rounds and their targets, the same in every format. */

/** `4 rounds of 10.0s on each target, in turn, took 3m 5s, seed 1` */
export function roundsText(record: Omit<SideBySideRecord, 'sides'>): string {
  const { rounds, plannedRounds, roundNs, scenario, startedAt, finishedAt } = record;
  const made = Math.max(0, ...rounds.map(({ round }) => round));
  const planned = made === plannedRounds ? '' : ` of ${plannedRounds}`;
  const tookNs = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) * 1e6;
  const noun = made === 1 && planned === '' ? 'round' : 'rounds';
  return `${made}${planned} ${noun} of ${formatDuration(roundNs)} on each target, in turn; took ${formatDuration(tookNs)}, seed ${scenario.seed}`;
}

/** Why there are fewer rounds than planned; undefined if there are not. */
export function endingText({ ending }: Pick<SideBySideRecord, 'ending'>): string | undefined {
  if (ending === 'interrupted') return 'The comparison was interrupted: it covers the rounds until then.';
  if (ending === 'out-of-time') return 'The time limit allowed no further round.';
  return undefined;
}

export function outcomeText(outcome: RoundOutcome): string {
  switch (outcome.kind) {
    case 'valid':
      return 'valid';
    case 'invalid':
      return `INVALID: ${outcome.why}`;
    case 'failed':
      return `FAILED: ${outcome.why}`;
    case 'interrupted':
      return 'interrupted';
  }
}

/** The median, the p99 and the rate of one round. Without consumers, latencies are those of acknowledgements. */
export function roundNumbers({ summary }: Result): [p50: string, p99: string, achieved: string] {
  const { putToGet, ackLatency } = summary.spans;
  const { p50Ns, p99Ns } = putToGet.count > 0 ? putToGet : ackLatency;
  const text = (ns: number | null) => (ns === null ? '-' : formatDuration(ns));
  return [text(p50Ns), text(p99Ns), formatRate(summary.rate.achievedPerSecond)];
}

/** Sentences about sides that have no numbers, and about too few rounds. */
export function numbersNotes({ sides, base }: SideBySide): string[] {
  const without = sides.filter(({ validRounds }) => validRounds === 0).map(({ name }) => name);
  const fewest = Math.min(...sides.filter(({ validRounds }) => validRounds > 0).map(({ validRounds }) => validRounds));
  return [
    ...without.map((name) => `${name} has no valid round, so it has no numbers.`),
    ...(base === null ? ['Fewer than two targets have a valid round: there is nothing to compare.'] : []),
    ...(base !== null && fewest < EXACT_ROUNDS_MIN ? [`Make at least ${EXACT_ROUNDS_MIN} rounds.`] : []),
  ];
}

/** From four rounds of each target on, intervals assume nothing about the distribution. */
const EXACT_ROUNDS_MIN = 4;

/** Returns the sentence about what the intervals cover; undefined without numbers. */
export function intervalNote({ sides, base }: SideBySide): string | undefined {
  if (base === null) return undefined;
  const counts = sides.map(({ validRounds }) => validRounds).filter((count) => count > 0);
  if (counts.every((count) => count === 1)) {
    return 'With one round of each target, intervals are 95% and cover differences within the rounds only.';
  }
  if (counts.includes(1)) return 'A target with one round has no intervals: it does not show how rounds differ.';
  return 'Intervals are 95% and cover differences between rounds: the round is the unit, and values are medians over rounds.';
}

/** The meaning of the mark at a latency; undefined if none has it. */
export function markNote({ latencies }: SideBySide): string | undefined {
  const isMarked = latencies.some(({ values }) => Object.values(values).some((value) => value?.marked === true));
  return isMarked ? '* few records: the value may vary a lot between rounds.' : undefined;
}
