import { samplesToGate } from '../../reports/histogram/percentile-support.ts';
import { SPANS } from '../../reports/result/result.ts';
import { isBetterHigher } from '../../reports/verdict/metric.ts';
import { METRIC_MEANINGS, SPAN_MEANINGS } from '../../reports/verdict/metric-meanings.ts';
import { METRIC_NAMES, type Metric, parseMetric, unitsOf } from '../../reports/verdict/threshold-grammar.ts';
import { ABORT_AFTER_INTERVALS } from '../../reports/verdict/thresholds.ts';
import { code, page, table } from './markdown.ts';

const OPERATORS = ['<', '<=', '>', '>=', '=='];

export function metricsPage(): string {
  const metrics = METRIC_NAMES.map((name) => ({ name, metric: parseMetric(name) }));
  const latencies = metrics.filter(({ metric }) => metric.kind === 'latency');
  const others = metrics.filter(({ metric }) => metric.kind !== 'latency');
  return page(
    'Metrics and thresholds',
    'A threshold is a metric, an operator and a value with its unit. Scenarios have a list of them, `report --threshold` and ' +
      '`cut --threshold` judge a saved run by others, and `--slo` of `knee` and `plan` takes the same form.',
    '```\nputToGet.p99 < 70ms in phase steady over 10s abort\nachieved.ratio >= 99%\nlost == 0\n```',
    '## Latencies',
    `A latency metric is a span, a dot and a statistic: ${code('putToGet.p99')}.`,
    table(
      ['span', 'what it measures'],
      SPANS.map((span) => [code(span), SPAN_MEANINGS[span]]),
    ),
    table(['statistic', 'records that it needs'], statisticsRows(latencies)),
    'A threshold on a percentile of fewer records is not judged, and the verdict is INVALID.',
    '## Other metrics',
    table(
      ['metric', 'unit', 'better', 'meaning'],
      others.map(({ name, metric }) => [
        code(name),
        unitText(metric),
        isBetterHigher(metric) ? 'higher' : 'lower',
        meaningOf(name),
      ]),
    ),
    '## Operators and values',
    `Operators are ${OPERATORS.map(code).join(', ')}. Digits may be grouped by underscores, as in ${code('achieved.rate >= 10_000/s')}.`,
    table(['value', 'units'], [...new Map(metrics.map(({ metric }) => [unitText(metric), unitNames(metric)]))]),
    '## Qualifiers',
    'Qualifiers follow the value, in any order, each at most once. A name with spaces needs quotes.',
    table(
      ['qualifier', 'meaning'],
      [
        [code('in phase NAME'), 'Judges this phase only. Without it, all recorded phases count.'],
        [code('of workload NAME'), 'Judges this workload only.'],
        [code('by consumer NAME'), 'Judges this consumer only. For latencies of reading and for delivery.'],
        [code('over 10s'), 'Must hold in every window of this length. A pause ends a window.'],
        [
          code('abort'),
          `Ends the run as soon as the threshold fails. Without ${code('over')} it is judged after ${ABORT_AFTER_INTERVALS} seconds.`,
        ],
      ],
    ),
  );
}

type Named = { readonly name: string; readonly metric: Metric };

/** The statistics of one span, which are the same for all spans. */
function statisticsRows(latencies: readonly Named[]): string[][] {
  return latencies
    .filter(({ name }) => name.startsWith(`${SPANS[0]}.`))
    .map(({ name, metric }) => {
      const statistic = metric.kind === 'latency' ? metric.statistic : undefined;
      const needed = statistic?.kind === 'percentile' ? samplesToGate(statistic.percentile) : 1;
      return [code(name.slice(SPANS[0].length + 1)), needed.toLocaleString('en-US')];
    });
}

function unitText(metric: Metric): string {
  switch (metric.kind) {
    case 'latency':
      return 'duration';
    case 'ratio':
      return 'ratio';
    case 'rate':
      return metric.subject === 'bytes' ? 'bytes per second' : 'records per second';
    case 'count':
    case 'ledger':
      return 'records';
  }
}

function unitNames(metric: Metric): string {
  const names = Object.keys(unitsOf(metric));
  return names
    .map((name) => (name === '' ? `none${metric.kind === 'ratio' ? ' (0 to 1)' : ''}` : code(name)))
    .join(', ');
}

/** @throws Error for a metric without a meaning, so that a new one is documented before it is released. */
function meaningOf(name: string): string {
  const meaning = METRIC_MEANINGS[name];
  if (meaning === undefined) throw new Error(`metric-meanings.ts has no text for ${name}`);
  return meaning;
}
