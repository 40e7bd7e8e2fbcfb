import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { HIGHEST_NS } from '../../../reports/histogram/slots.ts';
import { type Composition, compositionProblem, sumOfCompositions } from '../../../reports/result/composition.ts';
import { compositionOfRecords, type Parts } from '../composed.ts';

const record: fc.Arbitrary<Parts> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: HIGHEST_NS })),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([putToGetNs, share]) => ({ putToGetNs, afterNs: Math.floor(putToGetNs * share) }));
const records = fc.array(record, { maxLength: 60 });

const histogramOf = (all: readonly Parts[]) => {
  const histogram = new Histogram();
  for (const { putToGetNs } of all) histogram.record(putToGetNs);
  return histogram;
};

describe('a composition', () => {
  test('has as many records as the histogram, and belongs to it', () => {
    fc.assert(
      fc.property(records, (all) => {
        const composition = compositionOfRecords(all);
        const histogram = histogramOf(all);
        expect(composition.count.reduce((sum, count) => sum + count, 0)).toBe(histogram.count);
        expect(compositionProblem(composition, histogram)).toBeUndefined();
      }),
    );
  });

  test('compositions of parts add up to that of the whole, in any order', () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), (parts) => {
        const whole = compositionOfRecords(parts.flat());
        const some = parts.map(compositionOfRecords);
        expect(sumOfCompositions(some)).toEqual(whole);
        expect(sumOfCompositions(some.toReversed())).toEqual(whole);
        expect(sumOfCompositions([sumOfCompositions(some.slice(1)), some[0]])).toEqual(whole);
      }),
    );
  });

  test('a composition of the whole is unknown if one part has none', () => {
    expect(sumOfCompositions([compositionOfRecords([{ putToGetNs: 5, afterNs: 1 }]), undefined])).toBeUndefined();
  });

  test('a change of any number of a composition is detected if no records can have it', () => {
    const all = [
      { putToGetNs: 1500, afterNs: 900 },
      { putToGetNs: 1501, afterNs: 100 },
      { putToGetNs: 80e6, afterNs: 70e6 },
    ];
    const { fromNs, count, putToGetNs, afterNs } = compositionOfRecords(all);
    const good = { fromNs, count, putToGetNs, afterNs };
    const changed = (more: Partial<Composition>) => compositionProblem({ ...good, ...more }, histogramOf(all));
    expect(changed({})).toBeUndefined();
    expect(changed({ count: [2, 2] })).toBe('has 2 records from 75497472 ns, and put-to-get 1');
    expect(changed({ fromNs: [1408, 1536] })).toBe('has a class from 1536 ns, and put-to-get one from 75497472 ns');
    expect(changed({ putToGetNs: [3001, 160e6] })).toBe('has 160000000 ns for 1 records from 75497472 ns');
    expect(changed({ putToGetNs: [2000, 80e6] })).toBe('has 2000 ns for 2 records from 1408 ns');
    expect(changed({ afterNs: [1000, 81e6] })).toBe('has 81000000 ns after of 80000000 ns in all');
    const shorter = { fromNs: [1408], count: [2], putToGetNs: [3001], afterNs: [1000] };
    expect(changed(shorter)).toBe('has 1 classes, and put-to-get has 2');
  });
});
