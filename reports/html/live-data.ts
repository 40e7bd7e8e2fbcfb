import { faultText } from '../format/fault-text.ts';
import { stepText } from '../format/step-text.ts';
import { Histogram } from '../histogram/histogram.ts';
import { type Interval, type Result, SPANS, type Span, type SpanSummary } from '../result/result.ts';
import { clampedIn, mergedHistogram, selectCells } from '../summary/cells.ts';
import { secondFacts } from '../summary/second-facts.ts';
import { summariseSpan } from '../summary/summary.ts';
import { silenceWords } from '../text/silence-text.ts';
import type { LiveCurves, LiveSecond, LiveStart } from './live-model.ts';
import { percentileCurve } from './percentile-curve.ts';
import type { Mark, TimeColumn } from './report-data.ts';
import { phaseSpans } from './run-data.ts';
import { pointOf } from './time-columns.ts';

const NS_PER_SECOND = 1e9;

export function liveStart(scenario: Result['scenario']): LiveStart {
  const endNs = Math.max(...scenario.workloads.flatMap(({ phases }) => phases.map((p) => p.startNs + p.durationNs)));
  const marks = [
    ...(scenario.steps ?? []).map((step) => markOf('step', stepText(step), step.atNs, step.atNs)),
    ...(scenario.faults ?? []).map((fault) => markOf('fault', faultText(fault), fault.fromNs, fault.untilNs ?? endNs)),
  ];
  return {
    label: scenario.name,
    phases: phaseSpans(scenario),
    marks: marks.sort((a, b) => a.fromSeconds - b.fromSeconds),
    silenceWords: silenceWords(scenario),
  };
}

/** @param isRead the run has consumers. */
export function liveSecond(interval: Interval, isRead: boolean): LiveSecond {
  const { shards, startNs } = interval;
  const known = shards.toSorted((a, b) => a.shard - b.shard);
  return {
    index: Math.round(startNs / NS_PER_SECOND),
    point: brief(pointOf(interval)),
    acked: known.map(({ acked }) => acked),
    throttled: known.map(({ throttled }) => throttled),
    p99Ns: known.map(({ putToGet }) => (putToGet.count === 0 ? null : putToGet.p99Ns)),
    facts: secondFacts(interval, isRead),
  };
}

/** Latencies of the recorded phases so far, from seconds that are final. */
export class LiveLatencies {
  readonly #scenario: Result['scenario'];
  readonly #histograms = new Map<Span, Histogram>(SPANS.map((span) => [span, new Histogram()]));
  readonly #clamped = new Map<Span, number>();

  constructor(scenario: Result['scenario']) {
    this.#scenario = scenario;
  }

  add({ cells }: Interval): void {
    const recorded = selectCells(cells, this.#scenario);
    for (const span of SPANS) {
      this.#histograms.get(span)!.merge(mergedHistogram(recorded, span));
      this.#clamped.set(span, (this.#clamped.get(span) ?? 0) + clampedIn(recorded, span));
    }
  }

  get curves(): LiveCurves {
    const curveOf = (span: Span) => percentileCurve(this.#histograms.get(span)!);
    return { corrected: curveOf('putToGet'), uncorrected: curveOf('uncorrected') };
  }

  get spans(): Record<Span, SpanSummary> {
    const summaries = SPANS.map((span) => [
      span,
      summariseSpan(this.#histograms.get(span)!, this.#clamped.get(span) ?? 0),
    ]);
    return Object.fromEntries(summaries) as Record<Span, SpanSummary>;
  }
}

function markOf(kind: Mark['kind'], text: string, fromNs: number, toNs: number): Mark {
  return { kind, text, fromSeconds: fromNs / NS_PER_SECOND, toSeconds: toNs / NS_PER_SECOND };
}

function brief(point: Record<TimeColumn, number | null>): Record<TimeColumn, number | null> {
  const short = Object.entries(point).map(([name, value]) => [
    name,
    value === null || Number.isInteger(value) ? value : Number(value.toPrecision(6)),
  ]);
  return Object.fromEntries(short) as Record<TimeColumn, number | null>;
}
