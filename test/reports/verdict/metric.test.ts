import { describe, expect, test } from 'vitest';
import { isBetterHigher, measureMetric, metricText } from '../../../reports/verdict/metric.ts';
import { METRIC_NAMES, parseMetric } from '../../../reports/verdict/threshold-grammar.ts';
import { exampleMeasurements } from '../example-result.ts';

const measure = (name: string, selection = {}) =>
  measureMetric(parseMetric(name), exampleMeasurements({ latencyMs: () => 20, lostByDashboard: 3 }), selection);

describe('a metric by its name', () => {
  test('is measured over the recorded phases, in its own unit', () => {
    expect(measure('putToGet.p50').actual).toBeCloseTo(20e6, -5);
    expect(measure('achieved.rate')).toEqual({ actual: 1000 });
    expect(measure('achieved.ratio')).toEqual({ actual: 1 });
    expect(measure('lost')).toEqual({ actual: 3 });
    expect(measure('lost', { consumer: 'fraud' })).toEqual({ actual: 0 });
  });

  test('a metric is null with a reason if there are too few records', () => {
    expect(measure('ackLatency.p99.99')).toEqual({
      actual: null,
      reason: expect.stringMatching(/^needs 1,000,000 records, there are 10,000$/),
    });
  });

  test('a metric knows its better direction', () => {
    const higher = METRIC_NAMES.filter((name) => isBetterHigher(parseMetric(name)));
    expect(higher).toEqual(['achieved.ratio', 'achieved.rate', 'bytes.rate', 'delivered.ratio']);
  });

  test('a metric is formatted in its unit', () => {
    expect(metricText(parseMetric('putToGet.p99'), 70e6)).toBe('70.0ms');
    expect(metricText(parseMetric('throttled.ratio'), 0.05)).toBe('5%');
    expect(metricText(parseMetric('bytes.rate'), 1.5e6)).toBe('1.50MB/s');
    expect(metricText(parseMetric('lost'), 1200)).toBe('1,200');
  });

  test('a metric that does not exist is rejected with the nearest name', () => {
    expect(() => parseMetric('throttled.ratios')).toThrow(
      'METRIC_UNKNOWN there is no metric "throttled.ratios". Did you mean "throttled.ratio"?',
    );
  });
});
