import {
  encodeIntoCompressedBase64,
  HistogramLogReader,
  listTags,
  type Histogram as PeerHistogram,
} from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { renderHlog } from '../../../reports/export/hlog.ts';
import { inflateHdr } from '../../../reports/histogram/hdr-codec.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { Cell, Result } from '../../../reports/result/result.ts';
import { exampleResult } from '../example-result.ts';

const EXAMPLE = exampleResult({ shards: 3, latencyMs: (second, index) => 5 + second + (index % 50) ** 2 / 10 });
const log = renderHlog([{ name: 'clicks', result: EXAMPLE }]);

function readAll(text: string): PeerHistogram[] {
  const reader = new HistogramLogReader(text, 64);
  const all: PeerHistogram[] = [];
  for (;;) {
    const next = reader.nextIntervalHistogram();
    if (next === null) return all;
    all.push(next);
  }
}

/** The payload without its header: the encoder of the reader writes two fields of the header wrongly. */
const payload = (base64: string) => inflateHdr(Buffer.from(base64, 'base64')).subarray(40).toString('hex');

describe('an HdrHistogram log', () => {
  test('has the head that readers expect, and a line for each second and tag', () => {
    const lines = log.split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '#[streamgauge 0.1.0: clicks, values in ns, maxima in ms]',
      '#[Histogram log format version 1.3]',
      '#[StartTime: 1795428000.000 (seconds since epoch), 2026-11-23T10:00:00.000Z]',
      '#[BaseTime: 1795428000.000 (seconds since epoch)]',
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ]);
    expect(lines[5]).toMatch(/^Tag=sendDelay\/page-views\/warm-up,0\.000,1\.000,1\.000,HISTFA/);
    // Two producer spans and three spans of two consumers, in each of twelve seconds.
    expect(lines.filter((line) => line.startsWith('Tag='))).toHaveLength(12 * (2 + 3 * 2));
    expect(lines.at(-1)).toBe('');
  });

  test('is read back by hdr-histogram-js with the same times, tags and bytes', () => {
    const read = readAll(log);
    const lines = log.split('\n').filter((line) => line.startsWith('Tag='));
    expect(read).toHaveLength(lines.length);
    for (const [index, histogram] of read.entries()) {
      const [tag, start, length, max, base64 = ''] = lines[index]!.split(',');
      expect(`Tag=${histogram.tag}`).toBe(tag);
      expect(histogram.startTimeStampMsec).toBe(Date.parse(EXAMPLE.startedAt) + Number(start) * 1000);
      expect(histogram.endTimeStampMsec - histogram.startTimeStampMsec).toBe(Number(length) * 1000);
      expect(histogram.maxValue / 1e6).toBeCloseTo(Number(max), 3);
      expect(payload(encodeIntoCompressedBase64(histogram))).toBe(payload(base64));
    }
  });

  test('has offset 0 and ratio 1 in the header of each histogram, unlike the encoder of the library', () => {
    const fields = (base64: string) => {
      const body = inflateHdr(Buffer.from(base64, 'base64'));
      return [body.readInt32BE(8), body.readDoubleBE(32)];
    };
    for (const line of log.split('\n').filter((text) => text.startsWith('Tag='))) {
      expect(fields(line.split(',')[4]!)).toEqual([0, 1]);
    }
    expect(fields(encodeIntoCompressedBase64(readAll(log)[0]!))).toEqual([1, 4.9e-324]);
  });

  test('adds up over its intervals to the totals of the run, bucket by bucket', () => {
    for (const tag of listTags(log)) {
      const [span = '', workload, phase, consumer] = tag.split('/');
      const own = EXAMPLE.cells.filter(
        (cell) =>
          cell.workload === workload &&
          cell.phase === phase &&
          (cell.kind === 'consumer' ? cell.consumer : undefined) === consumer,
      );
      const totals = own.reduce((sum, cell) => sum.merge(histogramOf(cell, span)), new Histogram());
      const lines = log.split('\n').filter((line) => line.startsWith(`Tag=${tag},`));
      const sums = lines.reduce((sum, line) => sum.merge(Histogram.decode(line.split(',')[4]!)), new Histogram());
      expect(totals.count, tag).toBeGreaterThan(0);
      expect(sums.equals(totals), tag).toBe(true);
    }
    expect(listTags(log)).toHaveLength(2 * (2 + 3 * 2));
  });

  test('keeps the times of several results, in order, with the name of a result in each tag', () => {
    const later: Result = { ...EXAMPLE, startedAt: '2026-11-23T10:00:05.500Z' };
    const text = renderHlog([
      { name: 'late, er', result: later },
      { name: 'first', result: EXAMPLE },
    ]);
    const read = readAll(text);
    const stamps = read.map(({ startTimeStampMsec }) => startTimeStampMsec);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(read.find(({ tag }) => tag.startsWith('late%2C%20er/'))?.startTimeStampMsec).toBe(
      Date.parse(later.startedAt),
    );
    expect(read).toHaveLength(2 * 12 * 8);
  });

  test('encodes names that a tag cannot contain, so that different names stay different', () => {
    const name = (workload: string): Result => ({
      ...EXAMPLE,
      series: EXAMPLE.series.map((interval) => ({
        ...interval,
        cells: interval.cells.map((cell) => ({ ...cell, workload })),
      })),
    });
    const tags = ['a b', 'a,b', 'a/b', 'a%20b', 'ä', 'a\nb'].map((workload) => {
      const text = renderHlog([{ name: 'x', result: name(workload) }]);
      expect(readAll(text)).toHaveLength(12 * 8);
      return listTags(text)[0];
    });
    expect(tags).toEqual(
      ['a%20b', 'a%2Cb', 'a%2Fb', 'a%2520b', 'ä', 'a%0Ab'].map((part) => `sendDelay/${part}/warm-up`),
    );
  });
});

function histogramOf(cell: Cell, span: string): Histogram {
  return new Map(Object.entries(cell.histograms)).get(span) ?? new Histogram();
}
