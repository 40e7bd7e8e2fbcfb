import type { Result, SpanSummary, Summary } from '../result/result.ts';
import { liveStart } from './live-data.ts';
import type { LiveEnd } from './live-model.ts';
import { html, jsonForScript } from './markup.ts';
import { pageAssets } from './page-assets.ts';
import { pageDocument } from './page-template.ts';
import { reportSections } from './render-html.ts';
import { runData } from './run-data.ts';
import { waterfallSection } from './section-waterfall.ts';

/** The description of the target on the page. */
export interface LiveTarget {
  readonly title: string;
  /** Consumers report how far they are behind the tip. */
  readonly reportsBehind: boolean;
}

/** Renders the page of an unfinished run: the charts of a report without numbers, which its server sends. */
export function renderLivePage(scenario: Result['scenario'], target: LiveTarget): string {
  const start = liveStart(scenario);
  return pageDocument(
    {
      title: scenario.name,
      subtitle: `on ${target.title}, seed ${scenario.seed}`,
      before: html`<section class="verdict running"><p class="ruling"><span class="sign" aria-hidden="true">▸</span><strong>RUNNING</strong> <span data-live="phase" aria-live="polite">waiting for the first second</span></p>
<p class="validity" data-live="connection">The verdict follows at the end. Closing this page does not affect the run.</p>
<dl class="tiles">${LIVE_TILES.map(([name, label]) => html`<div><dt>${label}</dt><dd data-live="${name}">-</dd></div>`)}</dl></section>`,
      waterfall: undefined,
      after: undefined,
      phases: start.phases,
      labels: [start.label],
      hasBehind: target.reportsBehind,
      data: jsonForScript({ live: start }),
      footer: 'Served by the run itself, on this machine only.',
    },
    pageAssets(),
    "'self'",
  );
}

const LIVE_TILES = [
  ['p50', 'put-to-get p50, last second'],
  ['p99', 'put-to-get p99, last second'],
  ['rate', 'achieved'],
  ['throttled', 'throttled so far'],
  ['sent', 'acknowledged so far'],
] as const;

export function liveEnd(result: Result): LiveEnd {
  const { before, waterfall, after } = reportSections([{ name: result.scenario.name, result }]);
  return {
    before: html`<p class="note" role="status">The run has ended.</p>${before}`.text,
    waterfall: html`${waterfall}`.text,
    after: html`${after}`.text,
    run: runData(result, result.scenario.name),
  };
}

export function liveWaterfall(spans: Record<keyof Summary['spans'], SpanSummary>): string {
  return waterfallSection([{ summary: { spans } }], ['']).text;
}
