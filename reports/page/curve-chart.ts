import type UPlot from 'uplot';
import type { Curve } from '../html/report-data.ts';
import { colour, runColour, runDash } from './colours.ts';
import type { PageRun } from './page-run.ts';
import { makePlot, markIfEmpty, type PlotSeries, plotHeightPx } from './plot.ts';
import { durationTick, latencyText } from './ticks.ts';

declare const uPlot: typeof UPlot;

/** A percentile with fewer records than this above it depends on single records. */
const FEW_RECORDS = 10;
const MEDIAN_LABEL_PX = 34;

interface CurveLine extends PlotSeries {
  readonly curve: Curve;
}

/** Latency over percentile on HdrHistogram's axis: each step to the right is ten times closer to 100%. */
export class CurveChart {
  readonly #host: HTMLElement;
  #runs: readonly PageRun[];
  #isLog = false;
  #plot: UPlot | undefined;

  constructor(host: HTMLElement, runs: readonly PageRun[]) {
    this.#host = host;
    this.#runs = runs;
  }

  draw(isLog: boolean): void {
    this.#isLog = isLog;
    this.#plot?.destroy();
    this.#plot = undefined;
    const lines = curveLines(this.#runs).filter(({ curve }) => curve.count > 0);
    markIfEmpty(this.#host, lines.length === 0);
    if (lines.length === 0) return;
    const most = Math.max(10, ...lines.map(({ curve }) => curve.count));
    const tables = lines.map(({ curve }): UPlot.AlignedData => {
      return [curve.x as number[], isLog ? curve.valueNs.map((ns) => Math.max(1, ns)) : (curve.valueNs as number[])];
    });
    this.#plot = makePlot(
      this.#host,
      {
        series: lines,
        x: { label: 'percentile', text: percentileText, splits: percentileSplits, isLog: true },
        y: { text: durationTick, isLog },
        xRange: () => [1, most],
        drawBelow: (plot) => shadeFew(plot, Math.max(...lines.map(({ curve }) => curve.count))),
      },
      uPlot.join(tables),
    );
  }

  update(runs: readonly PageRun[], isLog: boolean): void {
    const isNew = runs.some(({ corrected }, i) => corrected !== this.#runs[i]?.corrected);
    this.#runs = runs;
    if (isNew) this.draw(isLog);
  }

  resize(widthPx: number): void {
    this.#plot?.setSize({ width: widthPx, height: plotHeightPx() });
  }

  recolour(): void {
    if (this.#plot !== undefined) this.draw(this.#isLog);
  }
}

function curveLines(runs: readonly PageRun[]): CurveLine[] {
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) {
    return [
      { label: 'put-to-get', colour: () => colour('accent'), widthPx: 2, text: latencyText, curve: only.corrected },
      {
        label: 'uncorrected',
        colour: () => colour('series-other'),
        widthPx: 1.5,
        dash: [5, 4],
        text: latencyText,
        curve: only.uncorrected,
      },
    ];
  }
  return runs.flatMap(({ label, corrected, uncorrected }, i): CurveLine[] => [
    { label, colour: () => runColour(i), widthPx: 2, dash: runDash(i), text: latencyText, curve: corrected },
    {
      label: `${label} uncorrected`,
      colour: () => runColour(i),
      widthPx: 1,
      dash: [2, 3],
      text: latencyText,
      curve: uncorrected,
    },
  ]);
}

/** Returns one tick for each nine, and the median if there is room for it. */
function percentileSplits(from: number, to: number, widthPx: number): number[] {
  const medianPx = (Math.log10(2) / Math.log10(to)) * widthPx;
  const splits = medianPx > MEDIAN_LABEL_PX ? [1, 2] : [1];
  for (let at = 10; at <= to * 1.001; at *= 10) splits.push(at);
  return splits.filter((at) => at >= from);
}

export function percentileText(x: number): string {
  if (x <= 1) return '0%';
  const percent = 100 * (1 - 1 / x);
  const digits = Math.max(0, Math.ceil(Math.log10(x) - 1.001) - 1);
  return `${Number(percent.toFixed(x > 9 ? Math.max(1, digits + 1) : 0))}%`;
}

function shadeFew(plot: UPlot, count: number): void {
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(Math.max(1, count / FEW_RECORDS), 'x', true));
  const right = bbox.left + bbox.width;
  if (left >= right) return;
  ctx.save();
  ctx.fillStyle = colour('phase-out');
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.font = `${11 * devicePixelRatio}px ${colour('font')}`;
  ctx.fillStyle = colour('muted');
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  const text = ['fewer than 10 records beyond', 'few records'].find(
    (words) => ctx.measureText(words).width < right - left - 8,
  );
  if (text !== undefined) ctx.fillText(text, left + 4 * devicePixelRatio, bbox.top - 3 * devicePixelRatio);
  ctx.restore();
}
