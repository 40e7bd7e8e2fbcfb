import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { HIGHEST_NS } from '../../../reports/histogram/slots.ts';

const valueNs = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((share) => Math.min(HIGHEST_NS, Math.floor(HIGHEST_NS ** share)));
const values = fc.array(valueNs, { maxLength: 200 });
const PERCENTILES = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

type Form = 'open' | 'compact' | 'sealed';
const form = fc.constantFrom<Form>('open', 'compact', 'sealed');

function histogramOf(valuesNs: readonly number[], as: Form = 'open'): Histogram {
  const histogram = new Histogram();
  for (const value of valuesNs) histogram.record(value);
  if (as === 'compact') return histogram.compact();
  return as === 'sealed' ? histogram.seal() : histogram;
}

describe('merging', () => {
  test('does not depend on order or form', () => {
    fc.assert(
      fc.property(values, values, form, form, (a, b, formA, formB) => {
        const ab = histogramOf(a, formA).merge(histogramOf(b, formB));
        const ba = histogramOf(b, formB).merge(histogramOf(a, formA));
        expect(ab.equals(ba)).toBe(true);
        expect(ab.equals(histogramOf([...a, ...b]))).toBe(true);
        expect(ab.count).toBe(a.length + b.length);
      }),
    );
  });

  test('does not depend on grouping', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const left = histogramOf(a).merge(histogramOf(b)).merge(histogramOf(c));
        const right = histogramOf(a).merge(histogramOf(b).merge(histogramOf(c)));
        expect(left.equals(right)).toBe(true);
      }),
    );
  });

  test('does not change the merged histogram', () => {
    fc.assert(
      fc.property(values, values, form, (a, b, as) => {
        const other = histogramOf(b, as);
        const into = new Histogram().merge(other);
        for (const value of a) into.record(value);
        expect(other.equals(histogramOf(b))).toBe(true);
      }),
    );
  });
});

test('a histogram returns the same values in every form', () => {
  fc.assert(
    fc.property(values, form, (a, as) => {
      const open = histogramOf(a);
      const other = histogramOf(a, as);
      expect(other.count).toBe(open.count);
      expect([other.minNs, other.maxNs, other.meanNs]).toEqual([open.minNs, open.maxNs, open.meanNs]);
      for (const p of PERCENTILES) expect(other.percentileNs(p)).toBe(open.percentileNs(p));
      expect(other.encode()).toBe(open.encode());
    }),
  );
});

describe('the V2 format', () => {
  test('decodes the same counts that were encoded', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(valueNs, fc.nat({ max: 2 ** 31 - 1 }))), (counted) => {
        const histogram = new Histogram();
        for (const [value, count] of counted) histogram.record(value, count);
        expect(Histogram.decode(histogram.encode()).equals(histogram)).toBe(true);
        expect(histogram.clone().compact().encode()).toBe(histogram.encode());
      }),
    );
  });

  test('is read by hdr-histogram-js with equal count, mean, max and percentiles', () => {
    fc.assert(
      fc.property(values, (recorded) => {
        fc.pre(recorded.length > 0);
        const ours = histogramOf(recorded);
        const theirs = decodeFromCompressedBase64(ours.encode());
        expect(theirs.totalCount).toBe(ours.count);
        expect(theirs.mean / (ours.meanNs || 1)).toBeCloseTo(ours.meanNs === 0 ? 0 : 1, 9);
        for (const percentile of PERCENTILES) {
          expect(ours.percentileNs(percentile)).toBe(theirs.getValueAtPercentile(percentile));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('reads histograms that hdr-histogram-js writes', () => {
    fc.assert(
      fc.property(values, (recorded) => {
        const theirs = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
          useWebAssembly: false,
        });
        for (const value of recorded) theirs.recordValue(value);
        expect(Histogram.decode(encodeIntoCompressedBase64(theirs)).equals(histogramOf(recorded))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('counting at or below', () => {
  test('agrees with percentiles: at least p percent of the values are at or below the percentile', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 100, noNaN: true }), (recorded, percentile) => {
        fc.pre(recorded.length > 0);
        const histogram = histogramOf(recorded);
        const share = histogram.countAtOrBelow(histogram.percentileNs(percentile)) / histogram.count;
        expect(share).toBeGreaterThanOrEqual(percentile / 100 - 1e-12);
      }),
    );
  });
});
