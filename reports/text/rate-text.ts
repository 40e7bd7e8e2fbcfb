import { formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { RateSummary, Summary } from '../result/result.ts';

/** Rates closer than this count as the same rate, because random arrivals differ by chance. */
const SAME_RATE_RATIO = 0.01;
const PHASE_ROWS_MAX = 12;

type Rates = Pick<Summary, 'rate' | 'phases'>;

/** True if the phases differ in rate, so that the rate of the summary is a mean and no phase had it. */
export function isMeanRate({ rate, phases }: Rates): boolean {
  const { intendedPerSecond } = rate;
  return phases.some((phase) => {
    return Math.abs(phase.intendedPerSecond - intendedPerSecond) > SAME_RATE_RATIO * intendedPerSecond;
  });
}

/** `771/s achieved of 771/s intended (100%), mean of the recorded phases` */
export function rateText(summary: Rates): string {
  const { achievedPerSecond, intendedPerSecond, ratio } = summary.rate;
  const share = ratio === null ? '' : ` (${formatRatio(ratio)})`;
  const mean = isMeanRate(summary) ? ', mean of the recorded phases' : '';
  return `${formatRate(achievedPerSecond)} achieved of ${formatRate(intendedPerSecond)} intended${share}${mean}`;
}

/**
 * Returns one row for each recorded phase if their rates differ: name, achieved rate, intended rate, share and length.
 * @returns rows of texts, and the number of phases without a row.
 */
export function phaseRateRows(summary: Rates): { readonly rows: string[][]; readonly hidden: number } {
  if (!isMeanRate(summary)) return { rows: [], hidden: 0 };
  const hasOneWorkload = new Set(summary.phases.map(({ workload }) => workload)).size === 1;
  const rows = summary.phases
    .slice(0, PHASE_ROWS_MAX)
    .map((phase) => [
      hasOneWorkload ? phase.phase : `${phase.workload}, ${phase.phase}`,
      formatRate(phase.achievedPerSecond),
      `of ${formatRate(phase.intendedPerSecond)}`,
      phase.ratio === null ? '' : `(${formatRatio(phase.ratio)})`,
      `for ${formatDuration(phase.scheduledSeconds * 1e9)}`,
    ]);
  return { rows, hidden: summary.phases.length - rows.length };
}

/** Describes throttling as a share of attempts and as a share of records: a record may be throttled many times. */
export function throttleTexts(rate: RateSummary): string[] {
  const { throttled, throttledRatio, throttledRecords, throttledRecordsRatio, retried } = rate;
  if (throttled === 0 && retried === 0) return [];
  const attempts = `${formatCount(throttled)} throttled (${formatRatio(throttledRatio)} of attempts), ${formatCount(retried)} retried`;
  if (throttledRecords === 0) return [attempts];
  const records = `${formatCount(throttledRecords)} records throttled at least once`;
  return [attempts, `${records} (${formatRatio(throttledRecordsRatio)} of records)`];
}
