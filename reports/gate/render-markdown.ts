import { type Alignment, code, escapeMarkdown, markdownTable } from '../export/markdown-text.ts';
import { metricText } from '../verdict/metric.ts';
import { parseMetric } from '../verdict/threshold-grammar.ts';
import { gateFindings } from './findings.ts';
import type { GateResult } from './gate-result.ts';
import { deliveryWord, falseAlarmText, shareText, verdictSentences } from './render-gate.ts';
import { percent } from './render-pairs.ts';

const ALIGN: readonly Alignment[] = ['left', 'right', 'right', 'right', 'right', 'left'];

/** Renders a gate as the summary of a CI job, in the Markdown of GitHub and GitLab. */
export function renderGateMarkdown(result: GateResult): string {
  const findings = gateFindings(result);
  const { scenario, sides, verdict, pairs } = result;
  const [first = '', ...rest] = verdictSentences(result, findings);
  const rows = findings.differences.map((difference, index) => {
    const { name, baseline, candidate, medianRatio, lowRatio, highRatio, finding } = difference;
    const value = (measured: number | null) => (measured === null ? '-' : metricText(parseMetric(name), measured));
    const interval = lowRatio === null || highRatio === null ? '' : `${percent(lowRatio)} to ${percent(highRatio)}`;
    const change = medianRatio === null ? '-' : percent(medianRatio);
    const remark = index === 0 ? '**decides**' : finding;
    return [name, value(baseline), value(candidate), change, interval, remark];
  });
  const { delivery } = findings;
  rows.push([
    'undelivered',
    shareText(delivery.baseline),
    shareText(delivery.candidate),
    '',
    '',
    deliveryWord(delivery),
  ]);
  return [
    `## Gate ${escapeMarkdown(scenario.name)}: ${verdict.kind.toUpperCase()}`,
    '',
    `**${first}** ${rest.join(' ')}`.trimEnd(),
    '',
    `Baseline ${code(sides.baseline)}, candidate ${code(sides.candidate)}, ${pairs.length} pairs.`,
    '',
    markdownTable([['metric', 'baseline', 'candidate', 'change', '95% interval', ''], ...rows], ALIGN),
    '',
    `False alarms: ${falseAlarmText(result)}`,
    '',
  ].join('\n');
}
