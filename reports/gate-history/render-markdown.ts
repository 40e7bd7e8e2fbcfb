import { code, codeBlock, escapeMarkdown, folded, markdownTable } from '../export/markdown-text.ts';
import { formatRatio } from '../format/numbers.ts';
import { paint } from '../text/render-lines.ts';
import { metricText } from '../verdict/metric.ts';
import type { HistoryReport } from './history-report.ts';
import type { MetricJudgement } from './judge-history.ts';
import { changeText, renderChanges, renderChart, worstOpen } from './render-chart.ts';
import { LATE, reasonOf } from './render-history.ts';

const SIGNS: Readonly<Record<HistoryReport['kind'], string>> = {
  passed: '✅',
  failed: '❌',
  inconclusive: '❔',
  invalid: '⚠️',
};
const STATES: Readonly<Record<MetricJudgement['state'], string>> = {
  holds: '✅',
  worse: '❌',
  'too-soon': '❔',
  'too-few': '❔',
};
const PLAIN = { colours: false, width: 100 };

/** Renders the summary of a CI job: the verdict and its reason, a row for each gated metric, and folded charts. */
export function renderHistoryMarkdown(report: HistoryReport): string {
  const { kind, scenario, judgement, remarks } = report;
  const metrics = judgement?.metrics ?? [];
  const parts = [
    `### ${SIGNS[kind]} ${code(scenario)} against its history: ${kind}`,
    escapeMarkdown(reasonOf(report)),
    ...(metrics.length === 0 ? [] : [table(metrics)]),
    ...metrics.map((metric) => chart(metric, report.options.minMagnitudeRatio)),
    ...[...remarks.map((remark) => `${remark}.`), LATE].map(escapeMarkdown),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function table(metrics: readonly MetricJudgement[]): string {
  const head = ['', 'metric', 'newest', 'open change', 'noise', 'results'];
  const rows = metrics.map((judgement) => {
    const { name, metric, points, state, detection } = judgement;
    const newest = points.at(-1);
    const change = worstOpen(judgement);
    return [
      STATES[state],
      code(name),
      newest === undefined ? '-' : metricText(metric, newest.value),
      change === undefined ? 'none' : changeText(change),
      detection.noiseRatio === null ? '-' : formatRatio(detection.noiseRatio),
      String(points.length),
    ];
  });
  const cells = rows.map((row) => row.map((cell, column) => (column < 2 ? cell : escapeMarkdown(cell))));
  return markdownTable([head, ...cells], ['center', 'left', 'right']);
}

function chart(judgement: MetricJudgement, minMagnitudeRatio: number): string {
  const lines = [...renderChart(judgement, minMagnitudeRatio, PLAIN.width), ...renderChanges(judgement, PLAIN.width)];
  return lines.length === 0 ? '' : folded(judgement.name, codeBlock(paint(lines, PLAIN)));
}
