import type { LiveCurves, LiveSecond, LiveStart } from '../html/live-model.ts';
import type { Column, Curve, TimeColumn } from '../html/report-data.ts';
import { silencesOf } from '../summary/silence.ts';
import type { HeatCells, PageRun } from './page-run.ts';

const SHOWN_ROWS = 60;
const NO_CURVE: Curve = { count: 0, x: [], valueNs: [] };

/** An unfinished run in the form of a finished one. Seconds may arrive twice, and out of order. */
export class LiveRun {
  readonly #start: LiveStart;
  readonly #seconds: LiveSecond[] = [];
  #curves: LiveCurves = { corrected: NO_CURVE, uncorrected: NO_CURVE };

  constructor(start: LiveStart) {
    this.#start = start;
  }

  take(second: LiveSecond): void {
    const at = this.#seconds.findLastIndex(({ index }) => index <= second.index);
    if (at >= 0 && this.#seconds[at]!.index === second.index) this.#seconds[at] = second;
    else this.#seconds.splice(at + 1, 0, second);
  }

  takeCurves(curves: LiveCurves): void {
    this.#curves = curves;
  }

  get last(): LiveSecond | undefined {
    return this.#seconds.at(-1);
  }

  get run(): PageRun {
    return {
      ...this.#start,
      ...this.#curves,
      time: columnsOf(this.#seconds),
      rows: columnsOf(this.#seconds.slice(-SHOWN_ROWS)),
      heat: heatOf(this.#seconds),
      silences: silencesOf(this.#seconds.map(({ facts }) => facts)),
    };
  }
}

function columnsOf(seconds: readonly LiveSecond[]): Record<TimeColumn, Column> {
  const column = (name: TimeColumn): Column => seconds.map(({ point }) => point[name]);
  return {
    startSeconds: column('startSeconds'),
    lengthSeconds: column('lengthSeconds'),
    intendedPerSecond: column('intendedPerSecond'),
    acked: column('acked'),
    throttled: column('throttled'),
    received: column('received'),
    p50Ns: column('p50Ns'),
    p99Ns: column('p99Ns'),
    maxNs: column('maxNs'),
    inFlight: column('inFlight'),
    lagRecords: column('lagRecords'),
    lagWorstRecords: column('lagWorstRecords'),
    behindMs: column('behindMs'),
  };
}

function heatOf(seconds: readonly LiveSecond[]): HeatCells {
  return {
    shardCount: seconds.reduce((most, { acked }) => Math.max(most, acked.length), 0),
    pointCount: seconds.length,
    valueOf: (metric, shard, point) => seconds[point]?.[metric === 'p99' ? 'p99Ns' : metric][shard] ?? null,
  };
}
