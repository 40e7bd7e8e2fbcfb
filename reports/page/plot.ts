import type UPlot from 'uplot';
import { colour } from './colours.ts';

declare const uPlot: typeof UPlot;

/** The axes of all charts begin and end at the same places, so that times line up. */
export const AXIS_WIDTH_PX = 62;
export const RIGHT_PADDING_PX = 26;
const TOP_PADDING_PX = 20;
const AXIS_HEIGHT_PX = 30;
const FINE_DECADES_MAX = 3;

export interface PlotSeries {
  readonly label: string;
  readonly colour: () => string;
  readonly widthPx: number;
  readonly dash?: readonly number[];
  readonly filled?: boolean;
  readonly text: (value: number | null) => string;
}

export interface PlotAxis {
  readonly text: (value: number) => string;
  readonly steps?: readonly number[];
  readonly splits?: (from: number, to: number, widthPx: number) => number[];
  readonly isLog?: boolean;
}

export interface PlotOptions {
  readonly series: readonly PlotSeries[];
  readonly x: PlotAxis & { readonly label: string; readonly text: (value: number) => string };
  readonly y: PlotAxis;
  readonly xRange: () => [number, number];
  readonly drawBelow?: (plot: UPlot) => void;
  readonly drawAbove?: (plot: UPlot) => void;
  /** Called when the x scale has new limits. */
  readonly onRange?: (plot: UPlot, from: number, to: number) => void;
  /** Charts with the same key show the same place under the pointer. */
  readonly syncKey?: string;
}

export function plotHeightPx(): number {
  return matchMedia('(max-width: 640px)').matches ? 220 : 280;
}

/** Creates one chart with its axes and its legend, which is also the read-out at the pointer. */
export function makePlot(host: HTMLElement, options: PlotOptions, data: UPlot.AlignedData): UPlot {
  const font = `11px ${colour('font')}`;
  const axis = { font, stroke: () => colour('muted'), ticks: { show: false } };
  const grid = { stroke: () => colour('grid'), width: 1 };
  const plot = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: plotHeightPx(),
      padding: [TOP_PADDING_PX, RIGHT_PADDING_PX, 0, 0],
      scales: { x: xScale(options), y: yScale(options.y) },
      axes: [
        {
          ...axis,
          size: AXIS_HEIGHT_PX,
          grid: { show: options.x.isLog === true, ...grid },
          ...(options.x.steps === undefined ? {} : { incrs: [...options.x.steps] }),
          ...splitsOf(options.x),
          filter: (_, splits) => splits,
          space: 64,
          values: (_, splits) => splits.map((at) => (at === null ? '' : options.x.text(at))),
        },
        {
          ...axis,
          size: AXIS_WIDTH_PX,
          grid,
          space: 32,
          filter: (self, splits) => (options.y.isLog === true ? roundOnes(self, splits) : splits),
          values: (_, splits) => splits.map((at) => (at === null ? '' : options.y.text(at))),
        },
      ],
      series: [
        { label: options.x.label, value: (_, at) => (at === null ? '' : options.x.text(at)) },
        ...options.series.map(seriesOf),
      ],
      legend: { markers: { width: 1, dash: (_, i) => (options.series[i - 1]?.dash?.length ? 'dashed' : 'solid') } },
      cursor: {
        y: false,
        points: { size: 7 },
        drag: { x: options.onRange !== undefined, y: false, setScale: options.onRange !== undefined },
        ...(options.syncKey === undefined ? {} : { sync: { key: options.syncKey, setSeries: false } }),
      },
      hooks: {
        drawClear: [(self) => options.drawBelow?.(self)],
        draw: [(self) => options.drawAbove?.(self)],
        setScale: [
          (self, key) => {
            const { min, max } = self.scales.x ?? {};
            if (key === 'x' && typeof min === 'number' && typeof max === 'number') options.onRange?.(self, min, max);
          },
        ],
      },
    },
    data,
    host,
  );
  return plot;
}

function xScale({ x, xRange }: PlotOptions): UPlot.Scale {
  return {
    time: false,
    distr: x.isLog === true ? 3 : 1,
    range: (_, from, to) => {
      const [least, most] = xRange();
      return from === null || to === null || from === to ? [least, most] : [from, to];
    },
  };
}

/** Starts at zero, so that heights can be compared; a logarithmic scale has no zero. */
function yScale({ isLog }: PlotAxis): UPlot.Scale {
  if (isLog === true) return { distr: 3, range: (_, from, to) => uPlot.rangeLog(from || 1, to || 10, 10, false) };
  return { distr: 1, range: (_, __, to) => [0, to > 0 ? to * 1.08 : 1] };
}

/** Keeps the ticks of a logarithmic axis at 1, and if there is room, at 2 and 5. */
function roundOnes({ scales }: UPlot, splits: readonly number[]): (number | null)[] {
  const decades = Math.log10((scales.y?.max ?? 10) / (scales.y?.min ?? 1));
  const shown = decades > FINE_DECADES_MAX ? [1] : [1, 2, 5];
  return splits.map((at) => (shown.includes(Math.round(at / 10 ** Math.floor(Math.log10(at) + 1e-9))) ? at : null));
}

function splitsOf({ splits }: PlotAxis): { splits?: UPlot.Axis.Splits } {
  return splits === undefined
    ? {}
    : { splits: (self, _, from, to) => splits(from, to, self.bbox.width / devicePixelRatio) };
}

function seriesOf({ label, colour: of, widthPx, dash, filled, text }: PlotSeries): UPlot.Series {
  return {
    label,
    stroke: of,
    width: widthPx,
    ...(dash === undefined ? {} : { dash: [...dash] }),
    ...(filled === true ? { fill: () => `${of()}1f` } : {}),
    // Between two gaps a line has no length: without a point, a single second would be invisible.
    points: { show: false, size: widthPx + 3, fill: of, filter: lonePoints },
    value: (_, value) => text(value),
  };
}

/** Returns the indexes of values between two gaps; null if there are none. */
function lonePoints(plot: UPlot, series: number): number[] | null {
  const values = plot.data[series] ?? [];
  const isKnown = (index: number) => values[index] !== null && values[index] !== undefined;
  const lone = [...values.keys()].filter((i) => isKnown(i) && !isKnown(i - 1) && !isKnown(i + 1));
  return lone.length === 0 ? null : lone;
}

/** Shows a text instead of an empty chart, which would look like a failed one. */
export function markIfEmpty(host: HTMLElement, isEmpty: boolean): void {
  if (isEmpty) host.dataset.empty = 'Nothing was received.';
  else delete host.dataset.empty;
}
