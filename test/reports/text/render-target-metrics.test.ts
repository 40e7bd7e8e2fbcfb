import { expect, test } from 'vitest';
import type { TargetMetric } from '../../../reports/result/target-metric.ts';
import { metricText, renderTargetMetrics } from '../../../reports/text/render-target-metrics.ts';

const metric = (name: string, unit: TargetMetric['unit'], more: Partial<TargetMetric> = {}): TargetMetric => ({
  name,
  unit,
  count: 4,
  sum: 8,
  min: 1,
  max: 5,
  ...more,
});

test.each<[TargetMetric, string]>([
  [metric('IncomingRecords', 'Count', { sum: 1500 }), '1,500'],
  [metric('PartitionCount', 'Count'), 'at most 5'],
  [metric('IncomingBytes', 'Bytes', { sum: 2_500_000 }), '2.50MB'],
  [metric('DeliveryToS3.DataFreshness', 'Seconds'), '2.00s on average, at most 5.00s'],
  [metric('ExecuteProcessing.Duration', 'Milliseconds', { max: null }), '2.00ms on average'],
  [metric('DeliveryToS3.Success', 'Ratio', { sum: 3, min: 0 }), '75% on average, at least 0%'],
  [metric('DeliveryToS3.Success', 'Ratio', { sum: 4, min: 1 }), '100% on average'],
])('shows %o as %s', (shown, text) => {
  expect(metricText(shown)).toBe(text);
});

test('shows no metrics of API operations, and none without values', () => {
  const lines = renderTargetMetrics({
    targetMetrics: [
      metric('IncomingRecords', 'Count'),
      metric('PutRecordBatch.Latency', 'Milliseconds'),
      metric('BytesPerSecondLimit', 'Bytes'),
      metric('ThrottledRecords', 'Count', { count: 0, sum: 0 }),
    ],
  });
  const text = lines
    .map((line) => line.map((part) => (typeof part === 'string' ? part : part.text)).join(''))
    .join('\n');
  expect(text).toMatch(/^Target's metrics {2}.*\n {2}IncomingRecords {2}8\n {2}and 3 more, in the result file$/);
  expect(renderTargetMetrics({})).toEqual([]);
});
