import { formatCount, formatRate, formatRatio } from '../format/numbers.ts';
import type { Ledger, Result } from '../result/result.ts';
import { type Delivery, deliveryOf } from '../summary/delivery.ts';
import { ACHIEVED_LIMIT_RATIO, TARGET_LIMIT_RATIO } from '../verdict/validity.ts';
import type { Style } from './render-lines.ts';

/** Text of a threshold, the same in every format. The default expectation is marked, because no scenario names it. */
export function thresholdText({ text, default: isDefault }: Result['verdict']['thresholds'][number]): string {
  return isDefault === true ? `${text} (default)` : text;
}

/** A fact that the reader of a run without thresholds must know. */
export interface Remark {
  readonly style: Extract<Style, 'bad' | 'warn'> | undefined;
  readonly text: string;
}

/** Returns the remarks on a run without thresholds, the worst first; none if thresholds judged it. */
export function remarksOn({ summary: { rate, ledger }, verdict, cut }: Result): Remark[] {
  if (verdict.kind !== 'measured') return [];
  return [...(cut === undefined ? [deliveryRemark(ledger)] : []), achievedRemark(rate), ...throttledRemark(rate)];
}

export const HOW_TO_JUDGE = 'To judge the run, add thresholds to the scenario or use report --threshold.';

/** `30 of 300: failed 30` */
function undeliveredText(ledger: Ledger): string {
  const { owed, undelivered } = deliveryOf(ledger) as Delivery;
  const causes = undeliveredCauses(ledger);
  return `${formatCount(undelivered)} of ${formatCount(owed)}${causes.length === 0 ? '' : `: ${causes.join(', ')}`}`;
}

/** Lists why records were not delivered. A record that was not sent is missing at each consumer. */
export function undeliveredCauses({ consumers, lost, dropped, failed, unacknowledged }: Ledger): string[] {
  const before = Object.entries({ dropped, failed, unacknowledged })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${formatCount(count)}`);
  const each = consumers.length > 1 ? ` for each of ${consumers.length} consumers` : '';
  const trimmed = consumers.reduce((sum, { trimmedRecords }) => sum + trimmedRecords, 0);
  const trimming = trimmed > 0 ? ` (${formatCount(trimmed)} trimmed)` : '';
  return [
    ...(before.length === 0 ? [] : [`${before.join(', ')}${each}`]),
    ...(lost > 0 ? [`lost ${formatCount(lost)}${trimming}`] : []),
  ];
}

function deliveryRemark(ledger: Ledger): Remark {
  const { due, undelivered } = deliveryOf(ledger) as Delivery;
  if (due === 0) return { style: 'bad', text: 'No records were due.' };
  if (undelivered === 0) return { style: undefined, text: `All ${formatCount(due)} records were delivered.` };
  return { style: 'bad', text: `Undelivered: ${undeliveredText(ledger)}.` };
}

function achievedRemark({ achievedPerSecond, intendedPerSecond, ratio }: Result['summary']['rate']): Remark {
  if (ratio === null) return { style: 'warn', text: 'No records were due in the recorded phases.' };
  const text = `Achieved ${formatRatio(ratio)} of the intended rate: ${formatRate(achievedPerSecond)} of ${formatRate(intendedPerSecond)}.`;
  return { style: ratio < ACHIEVED_LIMIT_RATIO ? 'bad' : undefined, text };
}

function throttledRemark({ throttledRatio, throttledRecordsRatio }: Result['summary']['rate']): Remark[] {
  if (throttledRatio === 0) return [];
  const style = throttledRatio > TARGET_LIMIT_RATIO ? 'warn' : undefined;
  return [
    {
      style,
      text: `Throttled ${formatRatio(throttledRatio)} of the attempts, ${formatRatio(throttledRecordsRatio)} of the records.`,
    },
  ];
}
