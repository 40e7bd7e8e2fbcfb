import type { Result } from '../result/result.ts';
import { formatDuration } from '../text/format.ts';
import { jsonForScript } from './markup.ts';
import { pageAssets } from './page-assets.ts';
import { pageDocument } from './page-template.ts';
import type { ReportData } from './report-data.ts';
import { phaseSpans, runData } from './run-data.ts';
import { environmentSection, targetText } from './section-environment.ts';
import { eventsSection, ledgerSection } from './section-ledger.ts';
import { thresholdsSection, verdictSection } from './section-verdict.ts';
import { waterfallSection } from './section-waterfall.ts';

export interface HtmlOptions {
  /** What the results are called, in their order; by default their scenarios' names. */
  readonly labels?: readonly string[];
}

/**
 * A report for a browser: one page that needs nothing else, of one result or of several laid over each other.
 * Pure over its results; what it reads besides are the package's own page files, once.
 */
export function renderHtml(results: Result | readonly Result[], options: HtmlOptions = {}): string {
  const all: readonly Result[] = 'cells' in results ? [results] : results;
  const labels = labelsOf(all, options.labels);
  const data: ReportData = { runs: all.map((result, i) => runData(result, labels[i]!)) };
  const isOverlay = all.length > 1;
  const [first] = all;
  return pageDocument(
    {
      title: isOverlay ? labels.join(', ') : (first?.scenario.name ?? 'no result'),
      subtitle: isOverlay ? `${all.length} results laid over each other` : all.map(subtitleOf).join(''),
      before: [
        ...all.map((result, i) => verdictSection(result, isOverlay ? labels[i] : undefined)),
        thresholdsSection(all, labels),
      ],
      waterfall: waterfallSection(all, labels),
      after: [eventsSection(all, labels), ledgerSection(all, labels), environmentSection(all, labels)],
      phases: first === undefined ? [] : phaseSpans(first.scenario),
      labels,
      hasBehind: all.some(({ series }) => series.some(({ gauges }) => gauges.behindMs !== undefined)),
      data: jsonForScript(data),
      footer: `Made by streamgauge ${[...new Set(all.map(({ tool }) => tool.version))].join(', ')} from ${all.length === 1 ? 'one result file' : `${all.length} result files`}. Nothing was loaded from anywhere.`,
    },
    pageAssets(),
    "'none'",
  );
}

function subtitleOf(result: Result): string {
  const ran = formatDuration(result.series.at(-1)?.endNs ?? 0);
  return `on ${targetText(result)}, ${result.partial ? 'cut at' : 'ran'} ${ran}, seed ${result.seed}, ${result.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Names that tell the results apart: those that are alike get a number. */
function labelsOf(results: readonly Result[], given: readonly string[] = []): string[] {
  const names = results.map(({ scenario }, i) => given[i] ?? scenario.name);
  return names.map((name, i) => {
    if (names.indexOf(name) === names.lastIndexOf(name)) return name;
    return `${name} (${names.slice(0, i + 1).filter((other) => other === name).length})`;
  });
}
