import { CurveChart } from './curve-chart.ts';
import { HeatMap } from './heat-map.ts';
import type { HeatMetric, PageRun } from './page-run.ts';
import { watchPrinting } from './printing.ts';
import { writeSilenceKeys } from './silence-marks.ts';
import { watchTables } from './tables.ts';
import { watchTheme } from './theme.ts';
import { TIME_CHARTS, TimeChart } from './time-charts.ts';
import { Zoom } from './zoom.ts';

/** Ratio of the maximum to the median above which the axis is logarithmic: on a linear one the median would be flat. */
const LOG_FROM_RATIO = 30;

/** The charts, heat map and tables of a page, and the actions of its buttons. */
export class ReportPage {
  #runs: readonly PageRun[];
  readonly #zoom: Zoom;
  readonly #timeCharts: TimeChart[];
  readonly #curve: CurveChart | undefined;
  readonly #heat: HeatMap | undefined;
  readonly #tables: { refresh(): void };
  #isLog: boolean;
  /** True once the user has chosen the axis; it then no longer changes by itself. */
  #isLogChosen = false;

  constructor(runs: readonly PageRun[]) {
    this.#runs = runs;
    this.#zoom = new Zoom(() => wholeTime(this.#runs), showZoomed);
    this.#timeCharts = TIME_CHARTS.flatMap((spec) => {
      const host = document.getElementById(`chart-${spec.name}`);
      return host === null ? [] : [new TimeChart(host, spec, runs, this.#zoom)];
    });
    const curveHost = document.getElementById('chart-curve');
    this.#curve = curveHost === null ? undefined : new CurveChart(curveHost, runs);
    const heatHost = document.getElementById('heat');
    this.#heat = heatHost === null || runs[0] === undefined ? undefined : new HeatMap(heatHost, runs[0], this.#zoom);
    this.#tables = watchTables(() => this.#runs);
    this.#isLog = wantsLog(runs);
    const theme = watchTheme(() => this.#recolour());
    this.#listen();
    watchPrinting({
      toPaper: (widthPx) => {
        theme.use('light');
        this.#resize(widthPx);
        this.#tables.refresh();
      },
      toScreen: () => {
        theme.use(undefined);
        this.#resize();
      },
    });
  }

  draw(): void {
    for (const chart of this.#timeCharts) chart.draw(this.#isLog);
    this.#curve?.draw(this.#isLog);
    this.#heat?.draw();
    this.#tables.refresh();
    writeSilenceKeys(this.#runs);
  }

  /** Shows new data of an unfinished run. */
  update(runs: readonly PageRun[]): void {
    this.#runs = runs;
    this.#chooseLog(wantsLog(runs));
    for (const chart of this.#timeCharts) chart.update(runs);
    this.#curve?.update(runs, this.#isLog);
    this.#selectHeat();
    this.#tables.refresh();
    writeSilenceKeys(runs);
  }

  #listen(): void {
    const log = document.querySelector<HTMLInputElement>('#log');
    if (log !== null) {
      log.checked = this.#isLog;
      log.addEventListener('change', () => {
        this.#isLogChosen = true;
        this.#setLog(log.checked);
      });
    }
    document.querySelector('#whole')?.addEventListener('click', () => this.#zoom.reset());
    for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-from]')) {
      button.addEventListener('click', () => this.#zoom.show(Number(button.dataset.from), Number(button.dataset.to)));
    }
    for (const input of document.querySelectorAll('#heat input, #heat select')) {
      input.addEventListener('change', () => this.#selectHeat());
    }
    let widthPx = innerWidth;
    addEventListener('resize', () => {
      // Phones change the height whenever their address bar appears or disappears.
      if (innerWidth === widthPx) return;
      widthPx = innerWidth;
      this.#resize();
    });
  }

  #chooseLog(isLog: boolean): void {
    // A logarithmic axis stays logarithmic, because the charts of a live run must not jump between the two.
    if (this.#isLogChosen || !isLog || this.#isLog) return;
    const log = document.querySelector<HTMLInputElement>('#log');
    if (log !== null) log.checked = isLog;
    this.#setLog(isLog);
  }

  #setLog(isLog: boolean): void {
    this.#isLog = isLog;
    for (const chart of this.#timeCharts) chart.draw(isLog);
    this.#curve?.draw(isLog);
  }

  #selectHeat(): void {
    const metric = document.querySelector<HTMLInputElement>('#heat input:checked')?.value ?? 'acked';
    const index = Number(document.querySelector<HTMLSelectElement>('#heat select')?.value ?? 0);
    const run = this.#runs[index];
    if (run !== undefined) this.#heat?.select(run, metric as HeatMetric);
  }

  #recolour(): void {
    for (const chart of this.#timeCharts) chart.recolour();
    this.#curve?.recolour();
    this.#heat?.draw();
  }

  #resize(widthPx?: number): void {
    const widthOf = (id: string) => widthPx ?? document.getElementById(id)?.clientWidth ?? innerWidth;
    for (const [i, chart] of this.#timeCharts.entries()) chart.resize(widthOf(`chart-${TIME_CHARTS[i]!.name}`));
    this.#curve?.resize(widthOf('chart-curve'));
    this.#heat?.draw();
  }
}

function wholeTime(runs: readonly PageRun[]): [number, number] {
  const starts = runs.map(({ time }) => time.startSeconds[0] ?? 0);
  const ends = runs.map(({ time }) => (time.startSeconds.at(-1) ?? 0) + (time.lengthSeconds.at(-1) ?? 1));
  return [Math.min(...starts), Math.max(1, ...ends)];
}

/** Several runs are judged by the fastest median and the slowest maximum, because they share one axis. */
function wantsLog(runs: readonly PageRun[]): boolean {
  const medians = runs.map(({ corrected: { x, valueNs } }) => valueNs[x.findIndex((at) => at >= 2)] ?? 0);
  const least = Math.min(...medians.filter((ns) => ns > 0));
  const most = Math.max(...runs.map(({ corrected }) => corrected.valueNs.at(-1) ?? 0));
  return Number.isFinite(least) && most / least > LOG_FROM_RATIO;
}

function showZoomed(isZoomed: boolean): void {
  document.documentElement.classList.toggle('zoomed', isZoomed);
  const button = document.querySelector<HTMLButtonElement>('#whole');
  if (button !== null) button.disabled = !isZoomed;
}
