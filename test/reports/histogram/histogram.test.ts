import { describe, expect, test } from 'vitest';
import { inflateHdr } from '../../../reports/histogram/hdr-codec.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { SLOT_COUNT } from '../../../reports/histogram/slots.ts';

const bytesOf = (base64: string) => Buffer.from(base64, 'base64');

const VECTOR_D = 'HISTFAAAAB542pNpmSzMwMDAxAABzFCaEUoz2X+AMIKZAEARAtM=';
const VECTOR_E = 'HISTFAAAACd4nJNpmSzMwMDAwQABzFCaEURcm7yEwf4DVISJhZnpMD8TAHkABW4=';
const VECTOR_F =
  'HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=';

function histogramOf(...valuesNs: number[]): Histogram {
  const histogram = new Histogram();
  for (const value of valuesNs) histogram.record(value);
  return histogram;
}

describe('percentiles', () => {
  test('percentiles are the value at the rank, never between two values', () => {
    expect(histogramOf(1, 2).percentileNs(50)).toBe(1);
    expect(histogramOf(1, 2).percentileNs(50.0000000000001)).toBe(2);
    expect(histogramOf(1, 2, 2, 2, 2).percentileNs(25)).toBe(2);
    expect(histogramOf(1, 2, 2, 2, 2).percentileNs(30)).toBe(2);
    expect(histogramOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).percentileNs(90)).toBe(9);
  });

  test('report the upper edge of the class, and for 0 the lower edge', () => {
    const histogram = histogramOf(10_007);
    expect(histogram.percentileNs(0)).toBe(10_000);
    expect(histogram.percentileNs(50)).toBe(10_007);
    expect([histogram.minNs, histogram.maxNs]).toEqual([10_000, 10_007]);
  });

  test('percentiles are 0 without values', () => {
    const empty = new Histogram();
    expect([empty.count, empty.minNs, empty.meanNs, empty.maxNs, empty.percentileNs(99)]).toEqual([0, 0, 0, 0, 0]);
    expect(Histogram.decode(empty.encode()).count).toBe(0);
  });
});

describe('latency from the intended start (vector A)', () => {
  const intended = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90];
  const sent = [0, 10, 20, 65, 66, 67, 68, 70, 80, 90];
  const done = [1, 11, 65, 66, 67, 68, 69, 71, 81, 91];
  const from = (starts: number[]) => histogramOf(...done.map((at, index) => at - starts[index]!));

  test('includes the wait that the uncorrected latency omits', () => {
    expect([from(sent).meanNs, from(sent).percentileNs(90)]).toEqual([5.4, 1]);
    expect([from(intended).meanNs, from(intended).percentileNs(90)]).toEqual([14, 36]);
  });
});

describe('the V2 format', () => {
  test('encodes one value of 42 in the published bytes (vector D)', () => {
    expect(inflateHdr(bytesOf(VECTOR_D)).toString('hex')).toBe(
      '1c8493130000000200000000000000030000000000000001000000000000000' + '23ff00000000000005302',
    );
    const read = Histogram.decode(VECTOR_D);
    expect([read.count, read.meanNs]).toEqual([1, 42]);
    expect(inflateHdr(bytesOf(read.encode())).subarray(40).toString('hex')).toBe('5302');
  });

  test('encodes 1, 2, 2, 5, 1000 in the published payload and header (vector E)', () => {
    const written = inflateHdr(bytesOf(histogramOf(1, 2, 2, 5, 1000).encode()));
    expect(written.subarray(40).toString('hex')).toBe('0002040302c30f02');
    expect(written.readInt32BE(8)).toBe(0);
    expect(written.readDoubleBE(32)).toBe(1);
    expect(written.readBigInt64BE(24)).toBe(3_600_000_000_000n);
    const published = inflateHdr(bytesOf(VECTOR_E));
    expect(published.subarray(40).equals(written.subarray(40))).toBe(true);
    expect(published.subarray(24, 32).toString('hex')).toBe('00000000d693a400');
    const read = Histogram.decode(VECTOR_E);
    expect([read.meanNs, read.percentileNs(50), read.percentileNs(80), read.percentileNs(81)]).toEqual([
      202, 2, 5, 1000,
    ]);
  });

  test('is rejected with two digits, because re-recording would not be exact (vector F)', () => {
    expect(() => Histogram.decode(VECTOR_F)).toThrow(
      expect.objectContaining({ code: 'HISTOGRAM_NOT_READABLE', what: expect.stringContaining('digits=2') }),
    );
  });

  test.each([
    ['nothing', '', 'too few'],
    ['text', 'aGVsbG8gd29ybGQ=', 'cookie'],
    ['a V1 histogram', Buffer.from('1c8493020000000000000000', 'hex').toString('base64'), 'V0 or V1'],
    ['a cut histogram', VECTOR_F.slice(0, 60), 'damaged'],
  ])('rejects %s with a code and a reason', (_, base64, reason) => {
    expect(() => Histogram.decode(base64)).toThrow(
      expect.objectContaining({ code: 'HISTOGRAM_NOT_READABLE', what: expect.stringContaining(reason) }),
    );
  });

  test('carries counts beyond 32 bits', () => {
    const histogram = new Histogram();
    histogram.record(5, 2 ** 40 + 3);
    expect(Histogram.decode(histogram.encode()).count).toBe(2 ** 40 + 3);
  });
});

describe('a histogram', () => {
  test.each([-1, Number.NaN, 3.6e12 + 1, Number.POSITIVE_INFINITY])('rejects the value %d', (value) => {
    expect(() => new Histogram().record(value)).toThrow(expect.objectContaining({ code: 'HISTOGRAM_OUT_OF_RANGE' }));
  });

  test.each([
    [-1, 1],
    [SLOT_COUNT, 1],
    [0, -1],
    [0, 1.5],
  ])('rejects slot %d with count %d', (slot, count) => {
    expect(() => new Histogram().addSlot(slot, count)).toThrow(
      expect.objectContaining({ code: 'HISTOGRAM_OUT_OF_RANGE' }),
    );
  });

  test('copies counts from shared memory', () => {
    const counts = new Int32Array(new SharedArrayBuffer(4 * SLOT_COUNT));
    counts[7] = 3;
    counts[SLOT_COUNT - 1] = 1;
    const histogram = Histogram.fromCounts(counts);
    expect([histogram.count, histogram.minNs, histogram.percentileNs(75)]).toEqual([4, 7, 7]);
  });

  test('does not change when its clone changes', () => {
    const original = histogramOf(1, 2);
    const copy = original.compact().clone();
    copy.record(3);
    original.record(4, 5);
    expect([original.count, copy.count]).toEqual([7, 3]);
  });

  test('is empty and can be used again after it was cleared', () => {
    for (const histogram of [histogramOf(1, 9, 9), histogramOf(1, 9, 9).compact(), histogramOf(1, 9, 9).seal()]) {
      const copy = histogram.clone();
      histogram.clear();
      expect([histogram.count, histogram.maxNs, histogram.percentileNs(50)]).toEqual([0, 0, 0]);
      histogram.record(5);
      expect(histogram.equals(histogramOf(5))).toBe(true);
      expect(copy.equals(histogramOf(1, 9, 9))).toBe(true);
    }
  });

  test('can be merged into itself', () => {
    for (const histogram of [histogramOf(1, 9, 9), histogramOf(1, 9, 9).compact()]) {
      histogram.merge(histogram);
      expect([histogram.count, histogram.countAtOrBelow(1), histogram.countAtOrBelow(9)]).toEqual([6, 2, 6]);
    }
  });
});
