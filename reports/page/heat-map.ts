import { NS_PER_SECOND } from '../text/silence-words.ts';
import { colour, colourRamp } from './colours.ts';
import type { HeatMetric, PageRun } from './page-run.ts';
import { AXIS_WIDTH_PX, RIGHT_PADDING_PX } from './plot.ts';
import { clock, countText, latencyText, rateText, TIME_STEPS } from './ticks.ts';
import { hatch } from './time-marks.ts';
import type { TimeView, Zoom } from './zoom.ts';

const TIME_AXIS_PX = 26;
const ROWS_TOP_PX = 4;
const HEIGHT_PX_MIN = 120;
const HEIGHT_PX_MAX = 420;
const ROW_PX = 22;
const ROW_LABEL_PX = 13;
const DRAG_PX_MIN = 4;
const SILENCE_GAP_PX = 5;

interface Scale {
  readonly least: number;
  readonly most: number;
}

/** Heat map with one row per shard and time to the right. If several points share a pixel, it shows the highest. */
export class HeatMap implements TimeView {
  readonly #canvas: HTMLCanvasElement;
  readonly #readout: HTMLElement;
  readonly #scaleText: HTMLElement;
  readonly #zoom: Zoom;
  #run: PageRun;
  #metric: HeatMetric = 'acked';
  /** One pixel for each row, and one for each column of the screen. */
  #cells: OffscreenCanvas | undefined;
  #place: { shard: number; point: number } | undefined;
  #dragFromPx: number | undefined;

  constructor(host: HTMLElement, run: PageRun, zoom: Zoom) {
    this.#canvas = host.querySelector('canvas')!;
    this.#readout = host.querySelector('[data-readout]')!;
    this.#scaleText = host.querySelector('[data-scale]')!;
    this.#run = run;
    this.#zoom = zoom;
    zoom.add(this);
    this.#listen();
  }

  select(run: PageRun, metric: HeatMetric): void {
    this.#run = run;
    this.#metric = metric;
    this.draw();
  }

  show(): void {
    this.draw();
  }

  /** Redraws after a change of the run, the metric, the time, the size or the colours. */
  draw(): void {
    const { shardCount, pointCount } = this.#run.heat;
    const canvas = this.#canvas;
    const widthPx = Math.max(200, canvas.parentElement!.clientWidth);
    const heightPx = Math.min(HEIGHT_PX_MAX, Math.max(HEIGHT_PX_MIN, shardCount * ROW_PX)) + TIME_AXIS_PX + ROWS_TOP_PX;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
    canvas.width = Math.round(widthPx * devicePixelRatio);
    canvas.height = Math.round(heightPx * devicePixelRatio);
    this.#cells = undefined;
    if (shardCount === 0 || pointCount === 0) return;
    const scale = this.#scale();
    this.#cells = this.#image(scale, Math.round(this.#plotWidth * devicePixelRatio));
    this.#paint();
    if (this.#metric === 'p99' && scale.most === 0) {
      // There is no latency at all, which differs from a latency of 0.
      this.#scaleText.replaceChildren();
      return;
    }
    const zero = this.#metric === 'p99' ? this.#textOf(scale.least) : '0';
    this.#scaleText.replaceChildren(zero, rampBar(), this.#textOf(scale.most));
  }

  /** Paints the existing cells, the axes, and the place under the pointer. */
  #paint(): void {
    if (this.#cells === undefined) return;
    const { width, height } = this.#canvas;
    const ctx = this.#canvas.getContext('2d')!;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.scale(devicePixelRatio, devicePixelRatio);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.#cells, AXIS_WIDTH_PX, ROWS_TOP_PX, this.#plotWidth, this.#plotHeight);
    if (this.#metric === 'p99') this.#drawSilences(ctx);
    this.#drawAxes(ctx);
    this.#drawPlace(ctx);
  }

  get #plotWidth(): number {
    return this.#canvas.clientWidth - AXIS_WIDTH_PX - RIGHT_PADDING_PX;
  }

  get #plotHeight(): number {
    return this.#canvas.clientHeight - TIME_AXIS_PX - ROWS_TOP_PX;
  }

  /** Returns the scale of the whole run, so that a colour means the same when zoomed in. */
  #scale(): Scale {
    const { shardCount, pointCount } = this.#run.heat;
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let shard = 0; shard < shardCount; shard++) {
      for (let point = 0; point < pointCount; point++) {
        const value = this.#valueAt(shard, point);
        if (value === null) continue;
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
    return { least: Number.isFinite(least) ? least : 0, most };
  }

  /** Returns counts divided by the length of the point, and latencies unchanged. */
  #valueAt(shard: number, point: number): number | null {
    const value = this.#run.heat.valueOf(this.#metric, shard, point);
    if (value === null || this.#metric === 'p99') return value;
    return value / Math.max(1e-9, this.#run.time.lengthSeconds[point] ?? 1);
  }

  #image({ least, most }: Scale, columns: number): OffscreenCanvas {
    const { shardCount } = this.#run.heat;
    const [from, to] = this.#zoom.range;
    const [first, last] = [this.#pointAt(from), this.#pointAt(to - 1e-6)];
    const width = Math.max(1, columns);
    const image = new ImageData(width, shardCount);
    const ramp = colourRamp();
    const shade = this.#metric === 'p99' ? logShade(least, most) : (value: number) => (most > 0 ? value / most : 0);
    // The points under each column of pixels are the same for all shards.
    const bounds = Array.from({ length: width + 1 }, (_, x) => this.#pointAt(from + ((to - from) * x) / width));
    for (let shard = 0; shard < shardCount; shard++) {
      for (let x = 0; x < width; x++) {
        const start = Math.max(first, bounds[x]!);
        const end = Math.min(last, Math.max(start, bounds[x + 1]! - 1));
        let value: number | null = null;
        for (let point = start; point <= end; point++) {
          const own = this.#valueAt(shard, point);
          if (own !== null && (value === null || !(own <= value))) value = own;
          if (Number.isNaN(value)) break;
        }
        if (value === null || Number.isNaN(value)) continue;
        const step = Math.max(value > 0 ? 1 : 0, Math.min(255, Math.round(255 * shade(value))));
        const at = (shard * width + x) * 4;
        image.data[at] = ramp[step * 3]!;
        image.data[at + 1] = ramp[step * 3 + 1]!;
        image.data[at + 2] = ramp[step * 3 + 2]!;
        image.data[at + 3] = 255;
      }
    }
    const cells = new OffscreenCanvas(width, shardCount);
    cells.getContext('2d')!.putImageData(image, 0, 0);
    return cells;
  }

  /** Hatches silences. Seconds without received records have no colour of their own, which would hide the worst ones. */
  #drawSilences(ctx: CanvasRenderingContext2D): void {
    const [from, to] = this.#zoom.range;
    const xOf = (ns: number) => {
      const share = Math.min(1, Math.max(0, (ns / NS_PER_SECOND - from) / (to - from)));
      return AXIS_WIDTH_PX + share * this.#plotWidth;
    };
    for (const { fromNs, toNs } of this.#run.silences) {
      hatch(ctx, xOf(fromNs), xOf(toNs), ROWS_TOP_PX, ROWS_TOP_PX + this.#plotHeight, colour('bad'), SILENCE_GAP_PX);
    }
  }

  #drawAxes(ctx: CanvasRenderingContext2D): void {
    const { shardCount } = this.#run.heat;
    const [width, height] = [this.#plotWidth, this.#plotHeight];
    const [from, to] = this.#zoom.range;
    ctx.font = `11px ${colour('font')}`;
    ctx.fillStyle = colour('muted');
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    const every = Math.ceil((ROW_LABEL_PX * shardCount) / height);
    for (let shard = 0; shard < shardCount; shard += every) {
      ctx.fillText(
        `${shard === 0 ? 'shard ' : ''}${shard}`,
        AXIS_WIDTH_PX - 8,
        ROWS_TOP_PX + ((shard + 0.5) * height) / shardCount,
      );
    }
    ctx.textAlign = 'center';
    const step = TIME_STEPS.find((seconds) => (seconds / (to - from)) * width >= 64) ?? to - from;
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      ctx.fillText(clock(at, to), AXIS_WIDTH_PX + ((at - from) / (to - from)) * width, ROWS_TOP_PX + height + 14);
    }
    if (shardCount > 40) return;
    ctx.strokeStyle = colour('surface');
    ctx.lineWidth = 1;
    for (let shard = 1; shard < shardCount; shard++) {
      const y = Math.round(ROWS_TOP_PX + (shard * height) / shardCount) + 0.5;
      ctx.beginPath();
      ctx.moveTo(AXIS_WIDTH_PX, y);
      ctx.lineTo(AXIS_WIDTH_PX + width, y);
      ctx.stroke();
    }
  }

  #drawPlace(ctx: CanvasRenderingContext2D): void {
    if (this.#place === undefined) return;
    const { startSeconds, lengthSeconds } = this.#run.time;
    const { shard, point } = this.#place;
    const [from, to] = this.#zoom.range;
    const start = startSeconds[point] ?? 0;
    const left = AXIS_WIDTH_PX + ((start - from) / (to - from)) * this.#plotWidth;
    const width = Math.max(2, ((lengthSeconds[point] ?? 1) / (to - from)) * this.#plotWidth);
    const rowPx = this.#plotHeight / this.#run.heat.shardCount;
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1.5;
    ctx.strokeRect(left, ROWS_TOP_PX + shard * rowPx, width, rowPx);
  }

  #pointAt(seconds: number): number {
    const { startSeconds } = this.#run.time;
    let [low, high] = [0, startSeconds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((startSeconds[middle] ?? 0) <= seconds) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerleave', () => this.#look(undefined));
    canvas.addEventListener('pointerdown', (event) => {
      this.#dragFromPx = event.offsetX;
      this.#point(event);
    });
    canvas.addEventListener('pointerup', (event) => {
      const fromPx = this.#dragFromPx;
      this.#dragFromPx = undefined;
      if (fromPx === undefined || event.pointerType !== 'mouse' || Math.abs(event.offsetX - fromPx) < DRAG_PX_MIN)
        return;
      const [left, right] = [fromPx, event.offsetX].map((px) => this.#secondsAt(px)).sort((a, b) => a - b);
      this.#zoom.show(left!, right!);
    });
    canvas.addEventListener('dblclick', () => this.#zoom.reset());
    canvas.addEventListener('keydown', (event) => this.#takeKey(event));
    canvas.addEventListener('blur', () => this.#look(undefined));
  }

  #secondsAt(px: number): number {
    const [from, to] = this.#zoom.range;
    return from + Math.min(1, Math.max(0, (px - AXIS_WIDTH_PX) / this.#plotWidth)) * (to - from);
  }

  #point({ offsetX, offsetY }: PointerEvent): void {
    const { shardCount } = this.#run.heat;
    const shard = Math.floor(((offsetY - ROWS_TOP_PX) / this.#plotHeight) * shardCount);
    const isInside = shard >= 0 && shard < shardCount && offsetX >= AXIS_WIDTH_PX;
    this.#look(isInside ? { shard, point: this.#pointAt(this.#secondsAt(offsetX)) } : undefined);
  }

  #takeKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { startSeconds } = this.#run.time;
    const at = this.#place === undefined ? undefined : (startSeconds[this.#place.point] ?? undefined);
    if (!this.#zoom.takeKey(event, at) && !this.#move(event.key)) return;
    event.preventDefault();
  }

  #move(key: string): boolean {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
    if (step === undefined) return false;
    const [from, to] = this.#zoom.range;
    const place = this.#place ?? { shard: 0, point: this.#pointAt(from) };
    const { shardCount } = this.#run.heat;
    const shard = Math.min(shardCount - 1, Math.max(0, place.shard + step[0]!));
    const point = Math.min(this.#pointAt(to - 1e-6), Math.max(this.#pointAt(from), place.point + step[1]!));
    this.#look({ shard, point });
    return true;
  }

  #look(place: { shard: number; point: number } | undefined): void {
    if (place?.shard === this.#place?.shard && place?.point === this.#place?.point) return;
    this.#place = place;
    this.#paint();
    if (place === undefined) {
      this.#readout.textContent = '';
      return;
    }
    const { startSeconds } = this.#run.time;
    const end = startSeconds.at(-1) ?? 0;
    const value = this.#valueAt(place.shard, place.point);
    const valueText =
      value === null
        ? 'nothing received'
        : Number.isNaN(value)
          ? 'unknown, because parts were merged'
          : `${this.#metric === 'p99' ? '≈ ' : ''}${this.#textOf(value)}`;
    this.#readout.textContent = `shard ${place.shard} at ${clock(startSeconds[place.point] ?? 0, end)}: ${valueText}`;
  }

  #textOf(value: number): string {
    if (this.#metric === 'p99') return latencyText(Number(value.toPrecision(2)));
    return Number.isInteger(value) ? `${countText(value)}/s` : rateText(value);
  }
}

function logShade(least: number, most: number): (value: number) => number {
  const [low, high] = [Math.log(Math.max(1, least)), Math.log(Math.max(1, most))];
  return (value) => (high > low ? (Math.log(Math.max(1, value)) - low) / (high - low) : 1);
}

function rampBar(): HTMLElement {
  const bar = document.createElement('span');
  bar.className = 'ramp';
  return bar;
}
