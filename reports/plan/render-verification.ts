import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import { hanging, type Line, type Segment, styled } from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import type { Plan, VerifiedMetric, VerifiedRun } from './plan.ts';

/** Renders predictions and measurements, one table for each run. */
export function renderVerification(verification: Plan['verification'], width: number): Line[] {
  if (verification === null) return [];
  const words = verificationWords(verification);
  const word = styled(words === 'HELD' ? 'good' : 'bad', words);
  return [
    [styled('bold', 'Verification'), '  on the engine, with the limits of AWS: ', word],
    ...verification.runs.flatMap((run) => renderRun(run, width)),
  ];
}

/** Returns the outcome of the verification. An invalid run proves nothing. */
export function verificationWords({ isHeld, runs }: NonNullable<Plan['verification']>): string {
  if (!isHeld) return 'NOT HELD';
  return runs.some(({ outcome }) => outcome === 'invalid') ? 'UNPROVEN' : 'HELD';
}

function renderRun({ shards, outcome, why, isSloHeld, metrics }: VerifiedRun, width: number): Line[] {
  const title = `  ${formatCount(shards)} ${shards === 1 ? 'shard' : 'shards'}`;
  if (outcome === 'invalid')
    return hanging(`${title}  `, `invalid run, which proves nothing: ${why ?? ''}`, width, 'bad');
  const head = ['', 'predicted', 'measured', 'tolerance', ''].map((text) => styled('dim', text));
  const rows = metrics.map((metric): Segment[] => [
    metric.name,
    valueText(metric, metric.predicted),
    valueText(metric, metric.measured),
    `±${valueText(metric, metric.tolerance)}`,
    metric.isHeld ? styled('good', '✓') : styled('bad', '✗'),
  ]);
  return [
    [`${title}: ${sloText(isSloHeld)}`],
    ...renderTable([head, ...rows], { align: ['left', 'right', 'right', 'right', 'left'], indent: 4 }),
  ];
}

export function sloText({ predicted, measured }: VerifiedRun['isSloHeld']): string {
  const outcomeText = (isHeld: boolean) => (isHeld ? 'holds' : 'fails');
  if (measured === null)
    return `the SLO ${outcomeText(predicted)} in the prediction, and could not be judged in the run`;
  return predicted === measured
    ? `the SLO ${outcomeText(predicted)}, as predicted`
    : `the SLO ${outcomeText(measured)}, but the prediction was that it ${outcomeText(predicted)}`;
}

export function valueText({ unit }: Pick<VerifiedMetric, 'unit'>, value: number | null): string {
  if (value === null) return '-';
  return unit === 'ratio' ? formatRatio(value) : formatDuration(value);
}
