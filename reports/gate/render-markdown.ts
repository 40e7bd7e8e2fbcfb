import { metricText } from '../verdict/metric.ts';
import { parseMetric } from '../verdict/threshold-grammar.ts';
import { gateFindings } from './findings.ts';
import type { GateRecord } from './record.ts';
import { falseAlarmText, verdictSentences } from './render-gate.ts';
import { percent } from './render-pairs.ts';

/** A gate as the summary of a CI job, in GitHub's and GitLab's Markdown. */
export function renderGateMarkdown(record: GateRecord): string {
  const findings = gateFindings(record);
  const { scenario, sides, verdict, pairs } = record;
  const [first = '', ...rest] = verdictSentences(record, findings);
  const rows = findings.differences.map((difference, index) => {
    const { name, baseline, candidate, medianRatio, lowRatio, highRatio, finding } = difference;
    const value = (of: number | null) => (of === null ? '-' : metricText(parseMetric(name), of));
    const interval = lowRatio === null || highRatio === null ? '' : `${percent(lowRatio)} to ${percent(highRatio)}`;
    const change = medianRatio === null ? '-' : percent(medianRatio);
    const says = index === 0 ? '**decides**' : finding;
    return `| ${name} | ${value(baseline)} | ${value(candidate)} | ${change} | ${interval} | ${says} |`;
  });
  return [
    `## Gate ${escaped(scenario.name)}: ${verdict.kind.toUpperCase()}`,
    '',
    `**${first}** ${rest.join(' ')}`.trimEnd(),
    '',
    `Baseline ${code(sides.baseline)}, candidate ${code(sides.candidate)}, ${pairs.length} pairs.`,
    '',
    '| metric | baseline | candidate | change | 95% interval | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    '',
    `False alarms: ${falseAlarmText(record)}`,
    '',
  ].join('\n');
}

/** Names come from scenarios and command lines; none may become markup. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~-]/gu, '\\$&');

function code(text: string): string {
  const oneLine = text.replace(/\s+/gu, ' ');
  const longest = Math.max(0, ...(oneLine.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${longest > 0 ? ` ${oneLine} ` : oneLine}${fence}`;
}
