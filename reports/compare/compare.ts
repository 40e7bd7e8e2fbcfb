import { ReportError } from '../errors.ts';
import { type Result, SPANS, type Span } from '../result/result.ts';
import { comparabilityOf, soundnessOf } from './comparability.ts';
import { compareRates } from './compare-rates.ts';
import { compareRunGroups } from './compare-run-groups.ts';
import { compareSpans } from './compare-spans.ts';
import type { Comparison, Finding, Pair, RunIdentity, Side, SpanComparison } from './comparison.ts';
import { sentenceOf } from './sentence.ts';
import { measureSpan, type SpanMeasure, spanHistogram } from './span-measure.ts';
import { targetText } from './target-text.ts';

export const DEFAULT_FLOOR_RATIO = 0.02;
const CONFIDENCE_RATIO = 0.95;

export interface ReadResult {
  readonly path: string;
  readonly result: Result;
}

export interface CompareOptions {
  /** Changes below it count as none: 0.02 where it is left out. */
  readonly floorRatio?: number;
  /** Compare also what does not belong together; the findings still say so. */
  readonly force?: boolean;
  /** Called before each step that may take a second, with what is being done. */
  readonly onProgress?: (doing: string) => void;
}

/**
 * Compares each further side with the first one. A side is one run, or several of the same thing: then the run is the unit.
 * @param sides two or more, each of one run or more.
 * @throws RESULT_NOT_COMPARABLE with every reason at once, unless forced.
 */
export function compareSides(sides: readonly (readonly ReadResult[])[], options: CompareOptions = {}): Comparison {
  const { floorRatio = DEFAULT_FLOOR_RATIO, force = false } = options;
  const labelled = sides.map((runs, index) => ({ runs, label: labelOf(index) }));
  const [base, ...others] = labelled;
  if (base === undefined) throw new RangeError('there is nothing to compare');
  const findings = others.map((other) => findingsOf(base, other));
  if (!force) refuse(findings.flat());
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

/** Every run of both sides is held against the first one of all. The same thing found in several runs is said once. */
function findingsOf(base: LabelledSide, other: LabelledSide): Finding[] {
  const named = ({ label, runs }: LabelledSide) =>
    runs.map(({ result }, index) => ({ label: runs.length === 1 ? label : `${label}${index + 1}`, result }));
  const [ofBase, ofOther] = [named(base), named(other)];
  const [first] = ofBase;
  const repeats = [ofBase, ofOther].flatMap(([leader, ...rest]) =>
    rest.flatMap((run) =>
      comparabilityOf(leader!, run, { repeats: true }).map((finding) => ({
        ...finding,
        what: `${leader!.label} and ${run.label}, one side: ${finding.what}`,
      })),
    ),
  );
  const all = [...[...ofBase, ...ofOther].flatMap(soundnessOf), ...comparabilityOf(first!, ofOther[0]!), ...repeats];
  return all.filter(({ what }, index) => all.findIndex((finding) => finding.what === what) === index);
}

function refuse(findings: readonly Finding[]): void {
  const refused = findings.filter(({ grade }) => grade === 'refused');
  if (refused.length === 0) return;
  const reasons = [...new Set(refused.map(({ topic, what }) => `${topic}: ${what}`))];
  throw new ReportError('RESULT_NOT_COMPARABLE', {
    what: `${reasons.join('. ')}.`,
    todo: 'Compare whole, valid runs of one scenario; --force compares these all the same.',
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
    return compareSpans(span, measures.of(a.runs[0]!, span), measures.of(b.runs[0]!, span), floorRatio);
  }
  const histograms = ({ runs }: LabelledSide) => runs.map((run) => measures.histogramOf(run, span));
  return compareRunGroups(span, histograms(a), histograms(b), floorRatio);
}

/** The first side is compared again and again, and measured once. */
class Measures {
  readonly #known = new Map<ReadResult, Map<Span, SpanMeasure>>();
  readonly #onProgress: (doing: string) => void;

  constructor(onProgress: (doing: string) => void = () => {}) {
    this.#onProgress = onProgress;
  }

  of(run: ReadResult, span: Span): SpanMeasure {
    const ofRun = this.#known.get(run) ?? new Map<Span, SpanMeasure>();
    this.#known.set(run, ofRun);
    const known = ofRun.get(span);
    if (known !== undefined) return known;
    this.#onProgress(`resampling ${span} of ${run.path}`);
    const measure = measureSpan(run.result, span, this.#known.size);
    ofRun.set(span, measure);
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
    target: targetText(result.scenario.target),
    seed: result.seed,
    startedAt: result.startedAt,
    elapsedNs: result.series.at(-1)?.endNs ?? 0,
  };
}
