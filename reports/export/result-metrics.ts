import type { Histogram } from '../histogram/histogram.ts';
import { supportOf } from '../histogram/percentile-support.ts';
import type { NamedResult } from '../result/named-result.ts';
import { type Result, SPANS, VERDICT_KINDS } from '../result/result.ts';
import { mergedHistogram, producerTotals, selectCells } from '../summary/cells.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { thresholdText } from '../text/delivery-text.ts';
import { type Labels, type MetricFamily, type MetricSample, type Quantiles, samplesOf } from './metric-family.ts';
import { METRIC_HEADS, type MetricHead } from './metric-heads.ts';

const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;
const SHARD_QUANTILES = [0.5, 0.99] as const;
const NS_PER_SECOND = 1e9;

/**
 * The metrics of results for Prometheus, OpenMetrics and OTLP. Latencies are summaries, not buckets: a result has percentiles
 * that are exact within 0.1 %, which fixed buckets cannot give, and adding up buckets of different runs makes no sense.
 * The scenario bounds the values of all labels (`run`, `span`, `consumer`, `shard`, `threshold`, `verdict`); a key is never a
 * label.
 */
export function resultMetrics(results: readonly NamedResult[]): MetricFamily[] {
  return FAMILIES.map(({ samplesOf: samples, ...family }) => ({
    ...family,
    samples: results.flatMap(({ name, result }) => samples(result, { run: name })),
  }));
}

interface ResultFamily extends MetricHead {
  readonly samplesOf: (result: Result, labels: Labels) => MetricSample[];
}

/** Counts of the ledger and of producers cover the whole run. Rates and latencies cover its recorded phases. */
const FAMILIES: readonly ResultFamily[] = [
  {
    ...METRIC_HEADS.run,
    samplesOf: ({ scenario, scenarioHash, seed, tool }, labels) => [
      {
        labels: {
          ...labels,
          scenario: scenario.name,
          scenario_hash: scenarioHash,
          seed: String(seed),
          target: scenario.target.kind,
          version: tool.version,
        },
        value: 1,
      },
    ],
  },
  plain(METRIC_HEADS.startTime, ({ startedAt }) => Date.parse(startedAt) / 1e3),
  plain(METRIC_HEADS.elapsed, ({ series }) => (series.at(-1)?.endNs ?? 0) / NS_PER_SECOND),
  plain(METRIC_HEADS.finished, () => 1),
  {
    name: 'streamgauge_run_verdict',
    kind: 'gauge',
    help: '1 for the verdict of the run, 0 for the others.',
    samplesOf: ({ verdict }, labels) =>
      VERDICT_KINDS.map((kind) => ({
        labels: { ...labels, verdict: kind },
        value: verdict.kind === kind ? 1 : 0,
      })),
  },
  gauge('run_valid', '1 when the numbers describe the target, 0 when they do not (INVALID).', (result) =>
    result.validity.kind === 'valid' ? 1 : 0,
  ),
  {
    name: 'streamgauge_threshold_holds',
    kind: 'gauge',
    help: '1 when the threshold holds, 0 when it does not, NaN when it could not be judged or the run is invalid.',
    samplesOf: ({ verdict }, labels) => {
      const byText = new Map(verdict.thresholds.map((threshold) => [thresholdText(threshold), threshold.holds]));
      return [...byText].map(([threshold, holds]) => ({
        labels: { ...labels, threshold },
        value: holds === null ? Number.NaN : holds ? 1 : 0,
      }));
    },
  },
  {
    name: 'streamgauge_latency_seconds',
    kind: 'summary',
    help: 'Latency of the recorded phases by span; percentiles that too few records support are omitted.',
    samplesOf: ({ cells, scenario }, labels) => {
      const recorded = selectCells(cells, scenario);
      return SPANS.map((span) => {
        const histogram = mergedHistogram(recorded, span);
        return { labels: { ...labels, span: snakeCase(span) }, value: quantilesOf(histogram, QUANTILES) };
      });
    },
  },
  {
    name: 'streamgauge_consumer_put_to_get_seconds',
    kind: 'summary',
    help: 'Put-to-get latency of the recorded phases by consumer.',
    samplesOf: ({ cells, scenario }, labels) =>
      scenario.consumers.map(({ name, kind }) => {
        const own = selectCells(cells, scenario, { consumer: name });
        const value = quantilesOf(mergedHistogram(own, 'putToGet'), QUANTILES);
        return { labels: { ...labels, consumer: name, kind }, value };
      }),
  },
  gauge('intended_records_per_second', 'Records due per second in the recorded phases.', ({ summary }) => {
    return summary.rate.intendedPerSecond;
  }),
  gauge('achieved_records_per_second', 'Records acknowledged per second in the recorded phases.', ({ summary }) => {
    return summary.rate.achievedPerSecond;
  }),
  gauge('achieved_bytes_per_second', 'Bytes acknowledged per second in the recorded phases.', ({ summary }) => {
    return summary.rate.bytesPerSecond;
  }),
  gauge('achieved_ratio', 'Achieved rate divided by the intended rate.', ({ summary }) => summary.rate.ratio),
  plain(METRIC_HEADS.acknowledged, ({ cells }) => producerTotals(cells).acked),
  counter(
    'acknowledged_bytes',
    'Bytes of keys and payloads of acknowledged records.',
    ({ cells }) => producerTotals(cells).bytes,
  ),
  plain(METRIC_HEADS.throttled, ({ cells }) => producerTotals(cells).throttled),
  counter('throttled_once_records', 'Records that were throttled at least once.', ({ cells }) => {
    return producerTotals(cells).throttledRecords;
  }),
  counter('overtime_records', 'Acknowledged records that were sent after the end of their phase.', ({ cells }) => {
    return producerTotals(cells).overtime;
  }),
  plain(METRIC_HEADS.retried, ({ cells }) => producerTotals(cells).retried),
  plain(METRIC_HEADS.dropped, ({ summary }) => summary.ledger.dropped),
  gauge('undelivered_records', 'Records due and not received, summed over consumers.', ({ summary }) => {
    return deliveryOf(summary.ledger)?.undelivered ?? null;
  }),
  gauge('delivered_ratio', 'Share of the due records that consumers received.', ({ summary }) => {
    return deliveryOf(summary.ledger)?.ratio ?? null;
  }),
  counter(
    'failed_records',
    'Records whose last attempt failed and that no consumer received.',
    ({ summary }) => summary.ledger.failed,
  ),
  counter('unacknowledged_records', 'Records without a response that no consumer received.', ({ summary }) => {
    return summary.ledger.unacknowledged;
  }),
  byConsumer('received_records', 'Distinct records received.', 'received'),
  byConsumer('lost_records', 'Records sent and never received.', 'lost'),
  byConsumer('duplicated_records', 'Repeated receptions of the same record.', 'duplicated'),
  byConsumer('reordered_records', 'Records received after a later one of the same key.', 'reordered'),
  byShard('acknowledged_records', 'Records that a shard acknowledged.', 'acked'),
  byShard('throttled_records', 'Rejections for rate by a shard.', 'throttled'),
  {
    name: 'streamgauge_shard_put_to_get_seconds',
    kind: 'summary',
    help: 'Put-to-get latency of the recorded phases by shard.',
    samplesOf: ({ cells, scenario }, labels) => {
      const recorded = selectCells(cells, scenario);
      return shardsIn(recorded).map(({ shard, own }) => {
        const histogram = mergedHistogram(own, 'putToGet');
        return { labels: { ...labels, shard: String(shard) }, value: quantilesOf(histogram, SHARD_QUANTILES) };
      });
    },
  },
];

function plain(head: MetricHead, measure: (result: Result) => number | null): ResultFamily {
  return { ...head, samplesOf: (result, labels) => samplesOf(labels, measure(result)) };
}

function gauge(name: string, help: string, measure: (result: Result) => number | null): ResultFamily {
  return plain({ name: `streamgauge_${name}`, kind: 'gauge', help }, measure);
}

function counter(name: string, help: string, measure: (result: Result) => number): ResultFamily {
  return plain({ name: `streamgauge_${name}`, kind: 'counter', help }, measure);
}

function byConsumer(name: string, help: string, field: 'received' | 'lost' | 'duplicated' | 'reordered'): ResultFamily {
  return {
    name: `streamgauge_${name}`,
    kind: 'counter',
    help,
    samplesOf: ({ summary }, labels) =>
      summary.ledger.consumers.map((consumer) => ({
        labels: { ...labels, consumer: consumer.name },
        value: consumer[field],
      })),
  };
}

function byShard(name: string, help: string, field: 'acked' | 'throttled'): ResultFamily {
  return {
    name: `streamgauge_shard_${name}`,
    kind: 'counter',
    help,
    samplesOf: ({ cells }, labels) =>
      shardsIn(cells).map(({ shard, own }) => ({
        labels: { ...labels, shard: String(shard) },
        value: producerTotals(own)[field],
      })),
  };
}

function shardsIn(cells: Result['cells']): { readonly shard: number; readonly own: Result['cells'] }[] {
  const byShardNumber = Map.groupBy(
    cells.filter(({ shard }) => shard !== null),
    ({ shard }) => shard ?? 0,
  );
  return [...byShardNumber].sort(([a], [b]) => a - b).map(([shard, own]) => ({ shard, own }));
}

function quantilesOf(histogram: Histogram, quantiles: readonly number[]): Quantiles {
  const { count, meanNs } = histogram;
  const shown = quantiles.filter((quantile) => count > 0 && supportOf(quantile * 100, count) !== 'hidden');
  return {
    count,
    sum: (meanNs * count) / NS_PER_SECOND,
    quantiles: shown.map((quantile) => [quantile, histogram.percentileNs(quantile * 100) / NS_PER_SECOND] as const),
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
