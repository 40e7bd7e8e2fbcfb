import { formatDuration } from '../format/numbers.ts';
import type { NamedResult } from '../result/named-result.ts';
import type { Result } from '../result/result.ts';
import { targetText } from '../text/target-text.ts';
import { jsonForScript } from './markup.ts';
import { pageAssets } from './page-assets.ts';
import { type PageParts, pageDocument } from './page-template.ts';
import type { ReportData } from './report-data.ts';
import { phaseSpans, runData } from './run-data.ts';
import { environmentSection } from './section-environment.ts';
import { errorsSection, eventsSection, ledgerSection } from './section-ledger.ts';
import { ratesSection } from './section-rates.ts';
import { thresholdsSection, verdictSection } from './section-verdict.ts';
import { waterfallSection } from './section-waterfall.ts';

/**
 * Renders a report for a browser: one self-contained page of one result, or of several results overlaid. It is pure over its
 * results; the only files that it reads are the package's own page files, once.
 */
export function renderHtml(named: readonly NamedResult[]): string {
  const results = named.map(({ result }) => result);
  const labels = named.map(({ name }) => name);
  const data: ReportData = { runs: named.map(({ name, result }) => runData(result, name)) };
  const isOverlay = named.length > 1;
  const [first] = results;
  return pageDocument(
    {
      title: isOverlay ? labels.join(', ') : (first?.scenario.name ?? 'no result'),
      subtitle: isOverlay ? `${named.length} results overlaid` : results.map(subtitleOf).join(''),
      ...reportSections(named),
      phases: first === undefined ? [] : phaseSpans(first.scenario),
      labels,
      hasBehind: results.some(({ series }) => series.some(({ gauges }) => gauges.behindMs !== undefined)),
      data: jsonForScript(data),
      footer: `Created by streamgauge ${[...new Set(results.map(({ tool }) => tool.version))].join(', ')} from ${results.length === 1 ? 'one result file' : `${results.length} result files`}. This page loads nothing from the network.`,
    },
    pageAssets(),
    "'none'",
  );
}

/** Renders the sections around the charts: text that is readable without a script. */
export function reportSections(named: readonly NamedResult[]): Pick<PageParts, 'before' | 'waterfall' | 'after'> {
  const results = named.map(({ result }) => result);
  const labels = named.map(({ name }) => name);
  return {
    before: [
      ...results.map((result, i) => verdictSection(result, results.length > 1 ? labels[i] : undefined)),
      thresholdsSection(results, labels),
      ratesSection(results, labels),
    ],
    waterfall: waterfallSection(results, labels),
    after: [
      eventsSection(results, labels),
      ledgerSection(results, labels),
      errorsSection(results, labels),
      environmentSection(results, labels),
    ],
  };
}

function subtitleOf(result: Result): string {
  const ran = formatDuration(result.series.at(-1)?.endNs ?? 0);
  return `on ${targetText(result)}, ${result.partial ? 'stopped at' : 'ran'} ${ran}, seed ${result.seed}, ${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
}
