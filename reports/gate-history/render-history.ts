import { formatCount, formatRatio } from '../format/numbers.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  type RenderOptions,
  type Style,
  styled,
} from '../text/render-lines.ts';
import { metricText } from '../verdict/metric.ts';
import type { HistoryReport } from './history-report.ts';
import { type HistoryJudgement, LASTING_RESULTS, type MetricJudgement } from './judge-history.ts';
import type { Outage } from './outages.ts';
import { changeText, renderChanges, renderChart, worstOpen } from './render-chart.ts';

const STYLES: Record<HistoryReport['kind'], Style> = {
  passed: 'good',
  failed: 'bad',
  inconclusive: 'warn',
  invalid: 'warn',
};

/** Printed with every verdict, because a history detects a change only some results later. */
export const LATE =
  'A change shows 4 to 5 results after it happened, a small one later; before a merge use the paired gate (--baseline, --candidate).';

/** Renders the verdict and its reason, a chart for each gated metric, and notes on skipped results. */
export function renderHistory(report: HistoryReport, options: RenderOptions): string {
  const { width } = options;
  const sections: Line[][] = [
    [
      headLine(report),
      ...hanging(styled(STYLES[report.kind], `${report.kind.toUpperCase()}  `), reasonOf(report), width),
    ],
    ...(report.judgement?.metrics ?? []).map((metric) => renderMetric(metric, report, width)),
    renderRemarks(report, width),
  ];
  return paint(joinSections(sections), options);
}

function headLine({ scenario, folder, judgement }: HistoryReport): Line {
  const { resultCount } = judgement ?? { resultCount: 0 };
  const results = judgement === undefined ? '' : `, ${resultCount} ${resultCount === 1 ? 'result' : 'results'}`;
  return [styled('bold', scenario), `  against its history in ${folder}${results}`];
}

/** The reason of the verdict, in one or two sentences. */
export function reasonOf({ kind, judgement, outage, invalidReasons }: HistoryReport): string {
  if (kind === 'invalid' || judgement === undefined) {
    return `The numbers of the result do not describe the target (${invalidReasons.join(', ')}). It was not added.`;
  }
  if (outage !== undefined) {
    const worse = judgement.kind === 'failed' ? [failedText(judgement)] : [];
    return [outageText(outage), ...worse].join(' ');
  }
  switch (judgement.kind) {
    case 'failed':
      return failedText(judgement);
    case 'inconclusive':
      return inconclusiveText(judgement);
    case 'passed':
      return `No lasting change for the worse in ${judgement.metrics.map(({ name }) => name).join(', ')}.`;
  }
}

function outageText({ undelivered, undeliveredRatio, limitRatio }: Outage): string {
  const records = `${formatCount(undelivered)} ${undelivered === 1 ? 'record' : 'records'}`;
  const usual = limitRatio === 0 ? 'usually all are delivered' : `up to ${formatRatio(limitRatio)} is usual`;
  return `The result has ${records} undelivered (${formatRatio(undeliveredRatio)}); ${usual}. It counts as an outage, not as a point of the series. If this is intended, run history accept.`;
}

function failedText({ metrics }: HistoryJudgement): string {
  return metrics
    .flatMap((judgement) => {
      const change = judgement.state === 'worse' ? worstOpen(judgement) : undefined;
      if (change === undefined) return [];
      const { name, metric, points } = judgement;
      const { commit, startedAt } = points[change.index]!;
      const since = `since result ${change.index + 1} of ${points.length} (${startedAt.slice(0, 10)}${commit === undefined ? '' : `, ${commit.slice(0, 7)}`})`;
      return [
        `${name} is worse ${since}: ${metricText(metric, change.before)} to ${metricText(metric, change.after)}, ${changeText(change)}.`,
      ];
    })
    .concat('If this is intended, run history accept.')
    .join(' ');
}

function inconclusiveText(judgement: HistoryJudgement): string {
  const soon = judgement.metrics.flatMap((metric) => (metric.state === 'too-soon' ? [tooSoonText(metric)] : []));
  const few = judgement.metrics.some(({ state }) => state === 'too-few') ? [tooFewText(judgement)] : [];
  return [...soon, ...few].join(' ');
}

function tooSoonText({ name, points, changes }: MetricJudgement): string {
  const since = points.length - (changes.find(({ state }) => state === 'open')?.index ?? points.length);
  const missing = LASTING_RESULTS - since;
  const newest = since === 1 ? 'The newest result is' : `The newest ${since} results are`;
  return `${newest} worse in ${name}. Needs ${missing} more ${missing === 1 ? 'result' : 'results'} to decide if this is a lasting change or an outlier.`;
}

function tooFewText({ metrics, resultsNeeded }: HistoryJudgement): string {
  const lacking = metrics.filter(({ state }) => state === 'too-few');
  const fewest = Math.min(...lacking.map(({ points }) => points.length));
  const missing = Math.max(0, resultsNeeded - fewest);
  const names = lacking.map(({ name }) => name).join(', ');
  if (missing === 0)
    return `The newest result has too few records for ${names}. Make the run longer, or gate another metric.`;
  return `Needs ${missing} more ${missing === 1 ? 'result' : 'results'}: a change of three times the noise is detected only with ${resultsNeeded / 2} results before and ${resultsNeeded / 2} after it, and ${names} ${lacking.length === 1 ? 'has' : 'have'} ${fewest} in all.`;
}

function renderMetric(judgement: MetricJudgement, { options }: HistoryReport, width: number): Line[] {
  const { name, points, metric, betterHigher } = judgement;
  const newest = points.at(-1);
  const state = {
    holds: styled('good', '✓'),
    worse: styled('bad', '✗'),
    'too-soon': styled('warn', '?'),
    'too-few': styled('warn', '?'),
  }[judgement.state];
  const value = newest === undefined ? 'in no result' : metricText(metric, newest.value);
  const head: Line = [
    '  ',
    state,
    '  ',
    styled('bold', name),
    `  ${value}`,
    styled('dim', betterHigher ? ', more is better' : ''),
  ];
  return [
    head,
    ...renderChart(judgement, options.minMagnitudeRatio, width),
    ...renderChanges(judgement, width),
    ...detectionLines(judgement, options.minMagnitudeRatio, width),
  ];
}

function detectionLines({ detection, points }: MetricJudgement, minMagnitudeRatio: number, width: number): Line[] {
  const { noiseRatio, resultsToSee, afterFiveRatio, afterHalfWindowRatio } = detection;
  if (noiseRatio === null || afterFiveRatio === null || afterHalfWindowRatio === null || points.length < 5) return [];
  const noise = `noise ${formatRatio(noiseRatio)};`;
  const magnitude = formatRatio(minMagnitudeRatio);
  if (resultsToSee === null) {
    const from = formatRatio(afterHalfWindowRatio);
    return hanging(
      '    ',
      `${noise} it hides a change of ${magnitude}; a lasting change shows from ${from} on`,
      width,
      'dim',
    );
  }
  const after = `${resultsToSee} ${resultsToSee === 1 ? 'result' : 'results'}`;
  return hanging('    ', `${noise} a lasting change of ${magnitude} shows after ${after}`, width, 'dim');
}

function renderRemarks({ remarks, added }: HistoryReport, width: number): Line[] {
  const lines = [
    ...remarks.map((remark) => `${remark}.`),
    ...(added === undefined ? [] : [`Added to ${added}.`]),
    LATE,
  ];
  return lines.flatMap((line) => hanging('', line, width, 'dim'));
}
