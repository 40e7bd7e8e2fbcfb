import { reportError } from '../errors.ts';
import { type Result, SPANS, type Span } from '../result/result.ts';
import { targetPlaceText } from '../text/target-text.ts';
import { comparabilityOf, soundnessOf } from './comparability.ts';
import { compareRates } from './compare-rates.ts';
import { compareRunGroups } from './compare-run-groups.ts';
import { compareSpans } from './compare-spans.ts';
import type { Comparison, Finding, Pair, RunIdentity, Side, SpanComparison } from './comparison.ts';
import { sentenceOf } from './sentence.ts';
import { measureSpan, type SpanMeasure, spanHistogram } from './span-measure.ts';

export const DEFAULT_FLOOR_RATIO = 0.02;
const CONFIDENCE_RATIO = 0.95;

export interface ReadResult {
  readonly path: string;
  readonly result: Result;
}

export interface CompareOptions {
  /** Changes below this ratio count as none (default 0.02). */
  readonly floorRatio?: number;
  /** Compares incomparable results too; the findings still report it. */
  readonly force?: boolean;
  /** Names of the sides (default A, B, C). */
  readonly labels?: readonly string[];
  /** Called before each step that may take a second, with a description of the step. */
  readonly onProgress?: (step: string) => void;
}

/**
 * Compares each further side with the first one. A side is one run or several runs of the same thing; with several, the run
 * is the unit.
 * @param sides two or more, each of one run or more.
 * @throws RESULT_NOT_COMPARABLE with all reasons at once, unless forced.
 */
export function compareSides(sides: readonly (readonly ReadResult[])[], options: CompareOptions = {}): Comparison {
  const { floorRatio = DEFAULT_FLOOR_RATIO, force = false } = options;
  const labelled = sides.map((runs, index) => ({ runs, label: options.labels?.[index] ?? labelOf(index) }));
  const [base, ...others] = labelled;
  if (base === undefined) throw new RangeError('compareSides needs at least one side');
  const findings = others.map((other) => findingsOf(base, other));
  if (!force) rejectIncomparable(findings.flat());
  const measures = new Measures(options.onProgress);
  return {
    confidenceRatio: CONFIDENCE_RATIO,
    floorRatio,
    base: sideOf(base),
    pairs: others.map((other, index): Pair => {
      const spans = SPANS.map((span) => compareSpan(span, base, other, measures, floorRatio));
      return {
        side: sideOf(other),
        findings: findings[index]!,
        spans,
        rates: compareRates(resultsOf(base), resultsOf(other)),
        sentence: sentenceOf(base.label, other.label, spans, floorRatio),
      };
    }),
  };
}

interface LabelledSide {
  readonly label: string;
  readonly runs: readonly ReadResult[];
}

function labelOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function resultsOf({ runs }: LabelledSide): Result[] {
  return runs.map(({ result }) => result);
}

/** Compares every run of both sides with the very first one. A finding of several runs is reported once. */
function findingsOf(base: LabelledSide, other: LabelledSide): Finding[] {
  const named = ({ label, runs }: LabelledSide) =>
    runs.map(({ result }, index) => ({ label: runs.length === 1 ? label : `${label}${index + 1}`, result }));
  const [baseRuns, otherRuns] = [named(base), named(other)];
  const [first] = baseRuns;
  const repeats = [baseRuns, otherRuns].flatMap(([leader, ...rest]) =>
    rest.flatMap((run) =>
      comparabilityOf(leader!, run, { repeats: true }).map((finding) => ({
        ...finding,
        what: `${leader!.label} and ${run.label}, one side: ${finding.what}`,
      })),
    ),
  );
  const all = [
    ...[...baseRuns, ...otherRuns].flatMap(soundnessOf),
    ...comparabilityOf(first!, otherRuns[0]!),
    ...repeats,
  ];
  return all.filter(({ what }, index) => all.findIndex((finding) => finding.what === what) === index);
}

function rejectIncomparable(findings: readonly Finding[]): void {
  const rejected = findings.filter(({ grade }) => grade === 'rejected');
  if (rejected.length === 0) return;
  const reasons = [...new Set(rejected.map(({ topic, what }) => `${topic}: ${what}`))];
  throw reportError('RESULT_NOT_COMPARABLE', {
    what: `${reasons.join('. ')}.`,
    fix: 'Compare whole, valid runs of one scenario, or use --force.',
  });
}

function compareSpan(
  span: Span,
  a: LabelledSide,
  b: LabelledSide,
  measures: Measures,
  floorRatio: number,
): SpanComparison {
  if (a.runs.length === 1 && b.runs.length === 1) {
    return compareSpans(span, measures.measureOf(a.runs[0]!, span), measures.measureOf(b.runs[0]!, span), floorRatio);
  }
  const histograms = ({ runs }: LabelledSide) => runs.map((run) => measures.histogramOf(run, span));
  return compareRunGroups(span, histograms(a), histograms(b), floorRatio);
}

/** Caches measures, because the first side takes part in every comparison. */
class Measures {
  readonly #known = new Map<ReadResult, Map<Span, SpanMeasure>>();
  readonly #onProgress: (step: string) => void;

  constructor(onProgress: (step: string) => void = () => {}) {
    this.#onProgress = onProgress;
  }

  measureOf(run: ReadResult, span: Span): SpanMeasure {
    const spansOfRun = this.#known.get(run) ?? new Map<Span, SpanMeasure>();
    this.#known.set(run, spansOfRun);
    const known = spansOfRun.get(span);
    if (known !== undefined) return known;
    this.#onProgress(`resampling ${span} of ${run.path}`);
    const measure = measureSpan(run.result, span, this.#known.size);
    spansOfRun.set(span, measure);
    return measure;
  }

  histogramOf({ path, result }: ReadResult, span: Span) {
    this.#onProgress(`adding up ${span} of ${path}`);
    return spanHistogram(result, span);
  }
}

function sideOf({ label, runs }: LabelledSide): Side {
  return { label, runs: runs.map(identityOf) };
}

function identityOf({ path, result }: ReadResult): RunIdentity {
  return {
    path,
    scenario: result.scenario.name,
    target: targetPlaceText(result),
    seed: result.seed,
    startedAt: result.startedAt,
    elapsedNs: result.series.at(-1)?.endNs ?? 0,
  };
}
