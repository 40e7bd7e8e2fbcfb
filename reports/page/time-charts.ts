import type UPlot from 'uplot';
import type { Column, Mark, PhaseSpan } from '../html/report-data.ts';
import { colour, runColour, runDash } from './colours.ts';
import type { PageRun } from './page-run.ts';
import { makePlot, markIfEmpty, type PlotAxis, type PlotSeries, plotHeightPx } from './plot.ts';
import { drawSilences, labelSilence } from './silence-marks.ts';
import { clock, countText, countTick, durationTick, latencyText, rateText, TIME_STEPS } from './ticks.ts';
import { drawLabels, drawPhases } from './time-marks.ts';
import type { TimeView, Zoom } from './zoom.ts';

declare const uPlot: typeof UPlot;

const NS_PER_MS = 1e6;

/** One line of a chart with its values. */
interface Line extends PlotSeries {
  readonly run: number;
  readonly values: Column;
}

export interface TimeChartSpec {
  readonly name: 'latency' | 'rate' | 'lag' | 'behind';
  readonly lines: (runs: readonly PageRun[]) => Line[];
  readonly y: PlotAxis;
  /** May be drawn on a logarithmic axis. */
  readonly isLatency?: boolean;
}

export const TIME_CHARTS: readonly TimeChartSpec[] = [
  { name: 'latency', isLatency: true, lines: latencyLines, y: { text: durationTick } },
  { name: 'rate', lines: rateLines, y: { text: (rate) => `${countTick(rate)}/s` } },
  { name: 'lag', lines: lagLines, y: { text: countTick } },
  { name: 'behind', lines: behindLines, y: { text: durationTick } },
];

/** Makes lines whose values have one kind of text. */
const lineWith =
  (text: Line['text']) =>
  (run: number, label: string, lineColour: () => string, widthPx: number, values: Column, more = {}): Line => {
    return { run, label, colour: lineColour, widthPx, values, text, ...more };
  };

function latencyLines(runs: readonly PageRun[]): Line[] {
  const line = lineWith(latencyText);
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) {
    return [
      line(0, 'max', () => colour('series-max'), 1, only.time.maxNs),
      line(0, 'p50', () => colour('series-p50'), 1.5, only.time.p50Ns),
      line(0, 'p99', () => colour('accent'), 2, only.time.p99Ns),
    ];
  }
  return runs.flatMap(({ label, time }, i) => [
    line(i, `${label} p99`, () => runColour(i), 2, time.p99Ns, { dash: runDash(i) }),
    line(i, `${label} p50`, () => runColour(i), 1, time.p50Ns, { dash: [2, 3] }),
  ]);
}

function rateLines(runs: readonly PageRun[]): Line[] {
  const line = lineWith(rateText);
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) {
    return [
      line(0, 'achieved', () => colour('accent'), 2, perSecond(only, only.time.acked), { filled: true }),
      line(0, 'throttled', () => colour('bad'), 1.5, perSecond(only, only.time.throttled)),
      line(0, 'intended', () => colour('ink'), 1, only.time.intendedPerSecond, { dash: [5, 4] }),
    ];
  }
  return runs.flatMap((run, i) => [
    line(i, `${run.label} achieved`, () => runColour(i), 2, perSecond(run, run.time.acked), { dash: runDash(i) }),
    line(i, `${run.label} throttled`, () => runColour(i), 1, perSecond(run, run.time.throttled), { dash: [2, 3] }),
  ]);
}

function lagLines(runs: readonly PageRun[]): Line[] {
  const shared = { widthPx: 2, text: countText };
  const [only] = runs;
  if (runs.length === 1 && only !== undefined) {
    return [
      {
        ...shared,
        run: 0,
        label: 'all shards',
        colour: () => colour('accent'),
        values: only.time.lagRecords,
        filled: true,
      },
      {
        ...shared,
        run: 0,
        label: 'worst shard',
        widthPx: 1.5,
        colour: () => colour('series-p50'),
        values: only.time.lagWorstRecords,
      },
    ];
  }
  return runs.map(({ label, time }, i) => {
    return { ...shared, run: i, label, colour: () => runColour(i), dash: runDash(i), values: time.lagRecords };
  });
}

function behindLines(runs: readonly PageRun[]): Line[] {
  if (!runs.some(({ time }) => time.behindMs.some((ms) => ms !== null))) return [];
  return runs.map(({ label, time }, i) => ({
    run: i,
    label: runs.length === 1 ? 'behind the tip' : label,
    colour: () => (runs.length === 1 ? colour('accent') : runColour(i)),
    widthPx: 2,
    values: time.behindMs.map((ms) => (ms === null ? null : ms * NS_PER_MS)),
    text: latencyText,
  }));
}

function perSecond({ time }: PageRun, counts: Column): Column {
  return counts.map((count, i) => (count === null ? null : count / Math.max(1e-9, time.lengthSeconds[i] ?? 1)));
}

/** A chart over time. */
export class TimeChart implements TimeView {
  readonly #host: HTMLElement;
  readonly #spec: TimeChartSpec;
  readonly #zoom: Zoom;
  #runs: readonly PageRun[];
  #isLog = false;
  #plot: UPlot | undefined;

  constructor(host: HTMLElement, spec: TimeChartSpec, runs: readonly PageRun[], zoom: Zoom) {
    this.#host = host;
    this.#spec = spec;
    this.#runs = runs;
    this.#zoom = zoom;
    zoom.add(this);
    host.addEventListener('keydown', (event) => this.#takeKey(event));
  }

  /**
   * Redraws the chart.
   * @param isLog applies only to latencies.
   */
  draw(isLog: boolean): void {
    this.#isLog = isLog && this.#spec.isLatency === true;
    this.#plot?.destroy();
    this.#plot = undefined;
    const lines = this.#spec.lines(this.#runs);
    const isEmpty = this.#spec.isLatency === true && lines.every(({ values }) => values.every((ns) => ns === null));
    markIfEmpty(this.#host, isEmpty);
    if (lines.length === 0 || isEmpty) return;
    this.#plot = makePlot(
      this.#host,
      {
        series: lines,
        x: { label: 'time', text: (at) => clock(at, this.#zoom.range[1]), steps: TIME_STEPS },
        y: { ...this.#spec.y, isLog: this.#isLog },
        xRange: () => this.#zoom.range,
        drawBelow: (plot) => {
          drawPhases(plot, this.#phases, this.#marks);
          drawSilences(plot, this.#runs);
        },
        drawAbove: (plot) => {
          drawLabels(plot, this.#phases, this.#marks);
          labelSilence(plot, this.#runs);
        },
        onRange: (_, from, to) => this.#zoom.show(from, to),
        syncKey: 'time',
      },
      this.#data(lines),
    );
    this.show(...this.#zoom.range);
  }

  /** Shows runs that have grown, and keeps the visible range. */
  update(runs: readonly PageRun[]): void {
    this.#runs = runs;
    if (this.#plot === undefined) this.draw(this.#isLog);
    else {
      this.#plot.setData(this.#data(this.#spec.lines(runs)), false);
      this.show(...this.#zoom.range);
    }
  }

  show(fromSeconds: number, toSeconds: number): void {
    this.#plot?.setScale('x', { min: fromSeconds, max: toSeconds });
  }

  resize(widthPx: number): void {
    this.#plot?.setSize({ width: widthPx, height: plotHeightPx() });
  }

  /** Redraws, because a legend keeps the colours of its creation. */
  recolour(): void {
    if (this.#plot !== undefined) this.draw(this.#isLog);
  }

  /** Returns the phases to draw; an overlay shows them only if all runs have the same. */
  get #phases(): readonly PhaseSpan[] {
    const [first, ...others] = this.#runs;
    if (first === undefined) return [];
    const text = JSON.stringify(first.phases);
    return others.every(({ phases }) => JSON.stringify(phases) === text) ? first.phases : [];
  }

  get #marks(): readonly Mark[] {
    return this.#runs.length === 1 ? this.#runs[0]!.marks : [];
  }

  #data(lines: readonly Line[]): UPlot.AlignedData {
    const tables = this.#runs.map((run, i): UPlot.AlignedData => {
      const own = lines.filter((line) => line.run === i).map(({ values }) => this.#drawable(values));
      return [run.time.startSeconds as number[], ...own];
    });
    return tables.length === 1 ? tables[0]! : uPlot.join(tables);
  }

  /** Removes values at or below zero, which a logarithmic axis cannot show. */
  #drawable(values: Column): (number | null)[] {
    return this.#isLog
      ? values.map((value) => (value !== null && value > 0 ? value : null))
      : (values as (number | null)[]);
  }

  #takeKey(event: KeyboardEvent): void {
    const plot = this.#plot;
    if (plot === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { idx, left } = plot.cursor;
    const at = left === undefined || left < 0 || idx === null || idx === undefined ? undefined : plot.data[0][idx];
    let isTaken = this.#zoom.takeKey(event, at);
    if (!isTaken && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const [from, to] = this.#zoom.range;
      const first = plot.valToIdx(from);
      const next = at === undefined ? first : (idx ?? first) + (event.key === 'ArrowLeft' ? -1 : 1);
      const index = Math.min(plot.valToIdx(to), Math.max(first, next));
      plot.setCursor({ left: plot.valToPos(plot.data[0][index] ?? from, 'x'), top: 1 });
      isTaken = true;
    }
    if (isTaken) event.preventDefault();
  }
}
