import { formatBytes, formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import type { TargetMetric } from '../result/target-metric.ts';
import { type Line, printable, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

const ROWS_MAX = 24;
/** Metrics of single API operations, and quotas: the result file has them. */
const HIDDEN = /^(?:Put|Describe|List|Update)\w*\.|Limit$/;
/** Counts of what there is, not of what happened: they do not add up. */
const STATES = /^PartitionCount/;
const NS_OF = { Seconds: 1e9, Milliseconds: 1e6 } as const;

/** Renders the metrics that the target counted; nothing if it counts none. */
export function renderTargetMetrics({ targetMetrics = [] }: Pick<Result, 'targetMetrics'>): Line[] {
  const shown = targetMetrics.filter(({ name, count }) => count > 0 && !HIDDEN.test(name)).slice(0, ROWS_MAX);
  if (shown.length === 0) return [];
  const hidden = targetMetrics.length - shown.length;
  return [
    [styled('bold', "Target's metrics"), styled('dim', '  by their CloudWatch names, of the whole run')],
    ...renderTable(
      shown.map((metric) => [printable(metric.name), metricText(metric)]),
      { align: ['left', 'left'] },
    ),
    ...(hidden > 0 ? [[styled('dim', `  and ${hidden} more, in the result file`)]] : []),
  ];
}

/** The statistic of a metric that is usual for its unit: the sum of counts and bytes, the average of anything else. @internal */
export function metricText({ name, unit, count, sum, min, max }: TargetMetric): string {
  const average = sum / count;
  if (STATES.test(name)) return max === null ? `${formatCount(average)} on average` : `at most ${formatCount(max)}`;
  switch (unit) {
    case 'Count':
      return formatCount(sum);
    case 'Bytes':
      return formatBytes(sum);
    case 'Ratio':
      return `${formatRatio(average)} on average${min === null || min === average ? '' : `, at least ${formatRatio(min)}`}`;
    default: {
      const ns = (value: number) => formatDuration(value * NS_OF[unit]);
      return `${ns(average)} on average${max === null ? '' : `, at most ${ns(max)}`}`;
    }
  }
}
