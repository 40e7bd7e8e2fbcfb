import type { Span } from '../result/result.ts';
import { changeRangeText, changeWords, rangeWords } from './change-text.ts';
import type { Change, MetricComparison, SpanComparison } from './comparison.ts';

/** The headline first; what comes after it stands in where nothing was received. */
const HEADLINE_ORDER: readonly Span[] = ['putToGet', 'ackLatency', 'sendDelay'];
/** The tail that is spoken of: the furthest that both sides have the records for, up to p99. */
const TAIL_ORDER = ['p99', 'p95', 'p90', 'p75'];

/** The span that a comparison is summed up by. */
export function headlineOf(spans: readonly SpanComparison[]): SpanComparison | undefined {
  return HEADLINE_ORDER.map((span) => spans.find((candidate) => candidate.span === span)).find(
    (candidate) => candidate !== undefined && candidate.countA > 0 && candidate.countB > 0,
  );
}

/**
 * `B is 12% slower at p99 (8 to 16%), the same at the median.` The greater of both changes comes first.
 * @param base and other: how both sides are called.
 */
export function sentenceOf(base: string, other: string, spans: readonly SpanComparison[], floorRatio: number): string {
  const span = headlineOf(spans);
  const median = changeIn(span, ['p50']);
  const tail = changeIn(span, TAIL_ORDER);
  if (span === undefined || median === undefined) return `${base} and ${other} have too few records to be compared.`;
  const of = span.span === 'putToGet' ? '' : `, by ${span.span === 'ackLatency' ? 'ack latency' : 'send delay'}`;
  if (tail === undefined) return `${other} is ${clause(median, floorRatio)}${of}.`;
  const [first, second] = isChanged(median) && !isChanged(tail) ? [median, tail] : [tail, median];
  if (first.change.effect === 'same' && second.change.effect === 'same') {
    return `${other} is the same as ${base} at the median${within(median, floorRatio)} and at ${tail.name}${within(tail, floorRatio)}${of}.`;
  }
  return `${other} is ${clause(first, floorRatio)}, ${clause(second, floorRatio)}${of}.`;
}

interface NamedChange {
  readonly name: string;
  readonly change: Change;
}

function changeIn(span: SpanComparison | undefined, names: readonly string[]): NamedChange | undefined {
  const metrics = names.map((name) => span?.metrics.find((metric) => metric.name === name));
  const found = metrics.find((metric): metric is MetricComparison & { change: Change } => metric?.change != null);
  return found === undefined ? undefined : { name: found.name, change: found.change };
}

function isChanged({ change }: NamedChange): boolean {
  return change.effect === 'slower' || change.effect === 'faster';
}

function clause(named: NamedChange, floorRatio: number): string {
  const { change } = named;
  const at = named.name === 'p50' ? 'at the median' : `at ${named.name}`;
  switch (change.effect) {
    case 'slower':
    case 'faster':
      return `${changeWords(change.ratio)} ${at}${change.interval === null ? '' : ` (${rangeWords(change.ratio, change.interval)})`}`;
    case 'same':
      return `the same ${at}${within(named, floorRatio)}`;
    case 'unknown':
      return `${changeWords(change.ratio)} ${at} as far as so few runs can say`;
  }
}

/** No difference shown is not the same as none: an interval that reaches beyond the floor is told. */
function within({ change: { interval } }: NamedChange, floorRatio: number): string {
  if (interval === null) return '';
  const isNarrow = interval.lower > 1 - floorRatio && interval.upper < 1 + floorRatio;
  return isNarrow ? '' : ` (${changeRangeText(interval)})`;
}
