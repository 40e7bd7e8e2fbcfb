import { describe, expect, test } from 'vitest';
import { parseResult } from '../../reports/reading/read-result.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { mergedHistogram, producerTotals } from '../../reports/summary/cells.ts';
import { hourResult } from './hour-result.ts';

const SMALL = { seconds: 40, shards: 3, workloads: 2, consumers: 2, recordsPerSecond: 300 } as const;

describe('a made-up long result', () => {
  test('a made-up long result is read without an error, and is valid', () => {
    const result = hourResult(SMALL);
    expect(parseResult([...resultLines(result)].join('\n'), 'made').summary).toEqual(result.summary);
    expect(result.validity.reasons).toEqual([]);
  });

  test('has a series that adds up to its cells', () => {
    const { cells, series } = hourResult(SMALL);
    const ofSeries = series.flatMap((interval) => interval.cells);
    for (const name of ['sendDelay', 'ackLatency', 'scheduleLag', 'residence', 'putToGet', 'uncorrected'] as const) {
      expect(mergedHistogram(ofSeries, name).equals(mergedHistogram(cells, name))).toBe(true);
    }
  });

  test('is the same for the same options, and differs for another seed', () => {
    const text = (seed: number) => JSON.stringify(hourResult({ seconds: 20, shards: 2, seed }));
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  test('shows its stall and its throttling', () => {
    const { summary, series } = hourResult(SMALL);
    expect(summary.spans.putToGet.maxNs).toBeGreaterThan(1e9);
    expect(series.some(({ cells }) => producerTotals(cells).acked === 0)).toBe(true);
    expect(summary.rate.throttled).toBeGreaterThan(0);
  });
});
