import { code, escapeMarkdown, folded, markdownTable } from '../export/markdown-text.ts';
import { formatCount, formatDuration, formatRatio } from '../format/numbers.ts';
import type { Plan } from './plan.ts';
import { consumerKinds, consumerWorst, loadText, onDemandTexts, priceText, verdictWords } from './plan-text.ts';
import { growthText, readLeft } from './render-plan.ts';
import { sloText, valueText, verificationWords } from './render-verification.ts';

/** Renders Markdown for a pull request or a wiki: the number first, then the table. */
export function renderPlanMarkdown(plan: Plan): string {
  const { recommended, slo, verification, aggregation, growth } = plan;
  const rows = [
    ...onDemandTexts(plan).map(([name, text]) => [name, escapeMarkdown(text)]),
    ...(aggregation === null ? [] : [['aggregation', escapeMarkdown(aggregation.reason)]]),
    ...(growth === null ? [] : [['growth', escapeMarkdown(growthText(growth))]]),
  ];
  const sections = [
    `### ${recommended.shards === null ? '❌' : '✅'} ${verdictWords(plan)}: ${code(plan.load.name)}`,
    escapeMarkdown(recommended.reason),
    escapeMarkdown(recommended.certainty),
    escapeMarkdown(loadText(plan.load)),
    `SLO: ${slo.thresholds.map(code).join(', ')}${slo.isDefault ? ' (default)' : ''}`,
    ...slo.notes.map(escapeMarkdown),
    countsTable(plan),
    ...(plan.hotKeys.length === 0 ? [] : [hotKeysTable(plan)]),
    markdownTable([['', escapeMarkdown(priceText(plan.prices))], ...rows], ['left']),
    ...(verification === null ? [] : [verificationText(verification)]),
    folded('Assumptions', plan.assumptions.map((text) => `- ${escapeMarkdown(text)}`).join('\n')),
  ];
  return `${sections.join('\n\n')}\n`;
}

function countsTable({ counts, recommended, load }: Plan): string {
  const kinds = consumerKinds(load);
  const head = [
    '',
    'shards',
    'throttled',
    'put p50',
    'put p99',
    ...kinds.map((kind) => `put-to-get p99, ${kind}`),
    'busiest shard',
    'spare reads',
    '$/month',
  ];
  const rows = counts.map((planned) => {
    const shards = formatCount(planned.shards);
    return [
      planned.isHeld ? '✓' : '✗',
      planned.shards === recommended.shards ? `**${shards}**` : shards,
      formatRatio(planned.throttledRecordsRatio),
      formatDuration(planned.ackLatency.p50Ns),
      formatDuration(planned.ackLatency.p99Ns),
      ...kinds.map((kind) => formatDuration(consumerWorst(planned, kind, ({ putToGet }) => putToGet.p99Ns))),
      formatRatio(planned.busiestPeakRatio),
      planned.consumers.length === 0 ? '-' : formatRatio(readLeft(planned)),
      formatCount(planned.monthlyUsd),
    ];
  });
  return markdownTable(
    [head, ...rows.map((row) => row.map((cell) => cell.replace(/^</u, '&lt;').replace(/^>/u, '&gt;')))],
    ['left', 'right'],
  );
}

function hotKeysTable({ hotKeys }: Plan): string {
  const rows = hotKeys.map(({ name, recordShare, shardRatio, splitOver }) => [
    code(name),
    formatRatio(recordShare),
    formatRatio(shardRatio),
    splitOver > 1 ? `split over at least ${splitOver}` : '',
  ]);
  return markdownTable([['hot key', 'records', 'of one shard', ''], ...rows], ['left', 'right', 'right', 'left']);
}

function verificationText(verification: NonNullable<Plan['verification']>): string {
  const texts = verification.runs.map(({ shards, outcome, why, isSloHeld, metrics }) => {
    if (outcome === 'invalid') return `${formatCount(shards)} shards: invalid run. ${escapeMarkdown(why ?? '')}`;
    const rows = metrics.map((metric) => [
      metric.name,
      valueText(metric, metric.predicted).replace(/^</u, '&lt;'),
      valueText(metric, metric.measured).replace(/^</u, '&lt;'),
      metric.isHeld ? '✓' : '✗',
    ]);
    return `${formatCount(shards)} shards: ${sloText(isSloHeld)}.\n\n${markdownTable([['', 'predicted', 'measured', ''], ...rows], ['left', 'right', 'right', 'left'])}`;
  });
  return [`Verified on the engine: the prediction is **${verificationWords(verification)}**.`, ...texts].join('\n\n');
}
