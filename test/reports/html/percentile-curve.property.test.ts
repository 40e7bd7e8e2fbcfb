import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { percentileCurve } from '../../../reports/html/percentile-curve.ts';

test('every point of the curve equals the percentile of the histogram', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3_600_000_000_000 }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const { x, valueNs, count } = percentileCurve(histogram);
        expect(count).toBe(values.length);
        expect(x.slice(0, -1).map((at) => histogram.percentileNs(100 * (1 - 1 / at)))).toEqual(valueNs.slice(0, -1));
        expect([x.at(-1), valueNs.at(-1)]).toEqual([values.length, histogram.maxNs]);
      },
    ),
  );
});
