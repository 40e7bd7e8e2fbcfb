import type UPlot from 'uplot';
import type { Silence } from '../summary/silence.ts';
import { NS_PER_SECOND, silenceSentence } from '../text/silence-words.ts';
import { colour, runColour } from './colours.ts';
import type { PageRun } from './page-run.ts';
import { edges, hatch, LABEL_FONT_PX, LABEL_GAP_PX } from './time-marks.ts';

const STRIP_PX = 7;
const HATCH_GAP_PX = 5;

type Silent = Pick<PageRun, 'label' | 'silences' | 'silenceWords'>;

/**
 * Draws, below the lines, the seconds in which nothing arrived although records were due: over the whole height for one run,
 * as strips at the bottom in the colours of the runs for several.
 */
export function drawSilences(plot: UPlot, runs: readonly Silent[]): void {
  const { ctx, bbox } = plot;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [index, { silences }] of runs.entries()) {
    const isOnly = runs.length === 1;
    const from = isOnly ? bbox.top : bottom - (runs.length - index) * STRIP_PX * devicePixelRatio;
    const to = isOnly ? bottom : from + (STRIP_PX - 1) * devicePixelRatio;
    for (const silence of silences) {
      const [left, right] = edgesOf(plot, silence);
      if (isOnly) {
        ctx.fillStyle = colour('silence');
        ctx.fillRect(left, from, right - left, to - from);
      }
      hatch(ctx, left, right, from, to, isOnly ? colour('bad') : runColour(index), HATCH_GAP_PX * devicePixelRatio);
    }
  }
  ctx.restore();
}

/** Labels, above the lines, the longest silence of one run. */
export function labelSilence(plot: UPlot, runs: readonly Silent[]): void {
  const [run] = runs;
  if (run === undefined || runs.length > 1) return;
  const { ctx, bbox } = plot;
  const widths = run.silences.map((silence) => edgesOf(plot, silence)).filter(([from, to]) => to > from);
  if (widths.length === 0) return;
  const [left, right] = widths.reduce((most, one) => (one[1] - one[0] > most[1] - most[0] ? one : most));
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${LABEL_FONT_PX * ratio}px ${colour('font')}`;
  const width = ctx.measureText(run.silenceWords).width + 2 * LABEL_GAP_PX * ratio;
  const height = (LABEL_FONT_PX + LABEL_GAP_PX) * ratio;
  // The label is inside if it fits, otherwise on the side that has room.
  const inside = (left + right - width) / 2;
  const beside = right + width <= bbox.left + bbox.width ? right : left - width;
  const x = width <= right - left ? inside : beside;
  const y = bbox.top + (bbox.height - height) / 2;
  ctx.fillStyle = colour('surface');
  ctx.fillRect(x, y, width, height);
  ctx.fillStyle = colour('bad');
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.fillText(run.silenceWords, x + LABEL_GAP_PX * ratio, y + height / 2);
  ctx.restore();
}

/** Fills the key below the charts, which also describes the marks in words. */
export function writeSilenceKeys(runs: readonly Silent[]): void {
  const texts = runs.flatMap(({ label, silences, silenceWords }) => {
    const text = silenceSentence(silences, silenceWords);
    return text === undefined ? [] : `${runs.length > 1 ? `${label}: ` : ''}${text}`;
  });
  for (const key of document.querySelectorAll<HTMLElement>('.silence-key')) {
    key.hidden = texts.length === 0;
    key.textContent = texts.length === 0 ? '' : texts.map(sentenceOf).join(' ');
  }
}

/** Returns both edges in canvas pixels, within the plot; the second is not above the first if the silence is not visible. */
function edgesOf(plot: UPlot, { fromNs, toNs }: Silence): [number, number] {
  const { left, width } = plot.bbox;
  const [from, to] = edges(plot, { fromSeconds: fromNs / NS_PER_SECOND, toSeconds: toNs / NS_PER_SECOND });
  return [Math.max(left, from), Math.min(left + width, Math.max(to, from + devicePixelRatio))];
}

function sentenceOf(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
