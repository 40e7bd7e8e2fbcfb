import type { Span } from '../result/result.ts';
import { changeRangeText, changeWords, rangeWords } from './change-text.ts';
import type { Change, MetricComparison, SpanComparison } from './comparison.ts';

/** The headline first, then its replacements if nothing was received. */
const HEADLINE_ORDER: readonly Span[] = ['putToGet', 'ackLatency', 'sendDelay'];
/** Percentiles for the tail, in order of preference: the first for which both sides have enough records. */
const TAIL_ORDER = ['p99', 'p95', 'p90', 'p75'];

/** Returns the span that summarises a comparison. */
export function headlineOf(spans: readonly SpanComparison[]): SpanComparison | undefined {
  return HEADLINE_ORDER.map((span) => spans.find((candidate) => candidate.span === span)).find(
    (candidate) => candidate !== undefined && candidate.countA > 0 && candidate.countB > 0,
  );
}

/**
 * `B is 12% slower at p99 (8 to 16%), the same at the median.` Changes come first, the tail before the median. "The same"
 * needs an interval within the floor; otherwise the sentence states only that no difference was shown.
 * @param base and other: the names of both sides.
 */
export function sentenceOf(base: string, other: string, spans: readonly SpanComparison[], floorRatio: number): string {
  const span = headlineOf(spans);
  const tail = changeIn(span, TAIL_ORDER);
  const median = changeIn(span, ['p50']);
  if (span === undefined || median === undefined) return `${base} and ${other} have too few records to compare.`;
  const changes = tail === undefined ? [median] : [tail, median];
  const isSure = ({ change }: NamedChange) => change.effect === 'same' && isWithinFloor(change, floorRatio);
  const changed = changes.filter(({ change }) => change.effect !== 'same').map(changedClause);
  const same = changes.filter(isSure).map(({ name }) => placeOf(name));
  const open = changes.filter((named) => named.change.effect === 'same' && !isSure(named)).map(openPlace);
  const clauses = [
    ...changed,
    ...(same.length === 0 ? [] : [`the same ${changed.length === 0 ? `as ${base} ` : ''}${same.join(' and ')}`]),
    ...(open.length === 0 ? [] : [`with no difference shown ${open.join(' and ')}`]),
  ];
  const text =
    changed.length + same.length === 0
      ? `${base} and ${other} show no difference ${open.join(' and ')}`
      : `${other} is ${clauses.join(', ')}`;
  return `${text}${SPAN_ENDINGS[span.span] ?? ''}.`;
}

/** Ending of the sentence, which names any span but the headline. */
const SPAN_ENDINGS: Partial<Record<Span, string>> = { ackLatency: ', by ack latency', sendDelay: ', by send delay' };

interface NamedChange {
  readonly name: string;
  readonly change: Change;
}

function changeIn(span: SpanComparison | undefined, names: readonly string[]): NamedChange | undefined {
  const metrics = names.map((name) => span?.metrics.find((metric) => metric.name === name));
  const found = metrics.find((metric): metric is MetricComparison & { change: Change } => metric?.change != null);
  return found === undefined ? undefined : { name: found.name, change: found.change };
}

function placeOf(name: string): string {
  return name === 'p50' ? 'at the median' : `at ${name}`;
}

function changedClause({ name, change: { ratio, interval } }: NamedChange): string {
  const text = `${changeWords(ratio)} ${placeOf(name)}`;
  return interval === null
    ? `${text}, without an interval because of too few runs`
    : `${text} (${rangeWords(ratio, interval)})`;
}

function openPlace({ name, change: { interval } }: NamedChange): string {
  return interval === null ? placeOf(name) : `${placeOf(name)} (${changeRangeText(interval)})`;
}

function isWithinFloor({ interval }: Change, floorRatio: number): boolean {
  return interval !== null && interval.lower > 1 - floorRatio && interval.upper < 1 + floorRatio;
}
