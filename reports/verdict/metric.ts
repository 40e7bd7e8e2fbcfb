import { formatByteRate, formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { Histogram } from '../histogram/histogram.ts';
import { samplesToGate } from '../histogram/percentile-support.ts';
import type { Ledger } from '../result/result.ts';
import { mergedHistogram, producerTotals, type Selection, selectCells } from '../summary/cells.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { type Measurements, summariseRate } from '../summary/summary.ts';
import type { LedgerMetric, Metric, Statistic } from './threshold-grammar.ts';

/** A metric's value in its own unit (ns, ratio, records, records or bytes a second), or why there is none. */
export type Measured = { readonly actual: number } | { readonly actual: null; readonly reason: string };

/**
 * One metric over the recorded phases of a run, or over another part of it.
 * @returns null with its reason if too little was measured: percentiles need the records that percentile-support.ts requires.
 */
export function measureMetric(metric: Metric, measurements: Measurements, selection: Selection = {}): Measured {
  if (metric.kind === 'ratio' && metric.subject === 'delivered')
    return measureDelivery(metric, selection.consumer, measurements.ledger);
  if (metric.kind === 'ledger') return measureLedger(metric.subject, selection.consumer, measurements.ledger);
  const cells = selectCells(measurements.cells, measurements.scenario, selection);
  if (metric.kind === 'latency') return measureLatency(mergedHistogram(cells, metric.span), metric.statistic);
  if (metric.kind === 'count') return { actual: producerTotals(cells)[metric.subject] };
  const rate = summariseRate(measurements, selection);
  if (metric.kind === 'ratio' && metric.subject === 'achieved') return orNothing(rate.ratio, 'nothing was due');
  if (metric.kind === 'ratio') {
    return { actual: metric.subject === 'throttled' ? rate.throttledRatio : rate.throttledRecordsRatio };
  }
  return { actual: metric.subject === 'bytes' ? rate.bytesPerSecond : rate.achievedPerSecond };
}

export function measureLatency(histogram: Histogram, statistic: Statistic): Measured {
  const { count } = histogram;
  const needed = statistic.kind === 'percentile' ? samplesToGate(statistic.percentile) : 1;
  if (count < needed) {
    const records = `${formatCount(needed)} ${needed === 1 ? 'record' : 'records'}`;
    return { actual: null, reason: `needs ${records}, there are ${formatCount(count)}` };
  }
  switch (statistic.kind) {
    case 'min':
      return { actual: histogram.minNs };
    case 'mean':
      return { actual: histogram.meanNs };
    case 'max':
      return { actual: histogram.maxNs };
    case 'percentile':
      return { actual: histogram.percentileNs(statistic.percentile) };
  }
}

export function orNothing(actual: number | null, reason: string): Measured {
  return actual === null ? { actual, reason } : { actual };
}

/** True for rates, and for the shares of the intended rate and of the due records that were achieved and delivered. */
export function isBetterHigher(metric: Metric): boolean {
  return (
    metric.kind === 'rate' ||
    (metric.kind === 'ratio' && (metric.subject === 'achieved' || metric.subject === 'delivered'))
  );
}

/** True for the metrics that count undelivered records, whatever the reason. */
export function isDelivery(metric: Metric): boolean {
  return metric.kind !== 'latency' && (metric.subject === 'delivered' || metric.subject === 'undelivered');
}

/** A value in the metric's notation: 70ms, 99%, 1,000/s, 1.5MB/s, 12. */
export function metricText(metric: Metric, actual: number): string {
  switch (metric.kind) {
    case 'latency':
      return formatDuration(actual);
    case 'ratio':
      return formatRatio(actual);
    case 'rate':
      return metric.subject === 'bytes' ? formatByteRate(actual) : formatRate(actual);
    case 'count':
    case 'ledger':
      return formatCount(actual);
  }
}

function measureDelivery({ kind }: Metric, consumer: string | undefined, ledger: Ledger): Measured {
  const delivery = deliveryOf(ledger, consumer);
  if (delivery === undefined) return { actual: null, reason: `the ledger has no consumer "${consumer}"` };
  const { undelivered, ratio } = delivery;
  return ratio === null
    ? { actual: null, reason: 'nothing was due' }
    : { actual: kind === 'ratio' ? ratio : undelivered };
}

/** Records that were not sent can be neither lost nor duplicated: a run that sent nothing must not satisfy `lost == 0`. */
function measureLedger(subject: LedgerMetric, consumer: string | undefined, ledger: Ledger): Measured {
  if (subject === 'undelivered') return measureDelivery({ kind: 'ledger', subject }, consumer, ledger);
  if (ledger.sent === 0) return { actual: null, reason: 'nothing was sent' };
  if (consumer === undefined) return { actual: ledger[subject] };
  const found = ledger.consumers.find(({ name }) => name === consumer);
  return orNothing(found?.[subject] ?? null, `the ledger has no consumer "${consumer}"`);
}
