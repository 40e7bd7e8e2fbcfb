import { describe, expect, test } from 'vitest';
import { decodeHdr, inflateHdr } from '../../../reports/histogram/hdr-codec.ts';
import { hdrLayout } from '../../../reports/histogram/hdr-layout.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { expectedIntervalCorrection } from '../../../reports/histogram/interval-correction.ts';
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

describe('HDR parameters', () => {
  test.each([
    [3.6e9, 1, 3, 2048, 22, 23_552],
    [3.6e9, 1, 2, 256, 25, 3_328],
    [6e7, 1, 3, 2048, 16, 17_408],
    [6e7, 1, 2, 256, 19, 2_560],
    [3.6e12, 1, 3, 2048, 32, SLOT_COUNT],
    [3.6e12, 1000, 3, 2048, 23, 24_576],
    [3.6e9, 1, 4, 32_768, 18, 311_296],
    [3.6e9, 1, 5, 262_144, 15, 2_097_152],
  ])('H=%d L=%d d=%d has %d sub-buckets, %d buckets, %d classes', (highest, lowest, digits, sub, buckets, classes) => {
    expect(hdrLayout({ highest, lowest, digits })).toMatchObject({
      subBucketCount: sub,
      bucketCount: buckets,
      classCount: classes,
    });
  });

  test('two digits give the published classes', () => {
    const layout = hdrLayout({ highest: 3.6e9, lowest: 1, digits: 2 })!;
    const classOf = (value: number) => {
      const index = layout.indexOf(value);
      return [layout.lowestOf(index), layout.highestOf(index), layout.widthOf(index)];
    };
    expect(classOf(128)[2]).toBe(1);
    expect(classOf(256)[2]).toBe(2);
    expect(classOf(1000)[2]).toBe(4);
    expect(classOf(12_345)).toEqual([12_288, 12_351, 64]);
  });
});

describe('percentiles', () => {
  test('are the value at the rank, never between two values', () => {
    expect(histogramOf(1, 2).percentileNs(50)).toBe(1);
    expect(histogramOf(1, 2).percentileNs(50.0000000000001)).toBe(2);
    expect(histogramOf(1, 2, 2, 2, 2).percentileNs(25)).toBe(2);
    expect(histogramOf(1, 2, 2, 2, 2).percentileNs(30)).toBe(2);
    expect(histogramOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).percentileNs(90)).toBe(9);
  });

  test('report the upper edge of the class, and the lower edge for 0', () => {
    const histogram = histogramOf(10_007);
    expect(histogram.percentileNs(0)).toBe(10_000);
    expect(histogram.percentileNs(50)).toBe(10_007);
    expect([histogram.minNs, histogram.maxNs]).toEqual([10_000, 10_007]);
  });

  test('of nothing are 0', () => {
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

  test('counts the wait that the uncorrected latency leaves out', () => {
    expect([from(sent).meanNs, from(sent).percentileNs(90)]).toEqual([5.4, 1]);
    expect([from(intended).meanNs, from(intended).percentileNs(90)]).toEqual([14, 36]);
  });
});

describe('expected-interval correction', () => {
  test.each([
    [35, [35, 25, 15]],
    [20, [20, 10]],
    [10, [10]],
    [9, [9]],
    [100, [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]],
  ])('of %d with an interval of 10 is %j (vector B)', (value, expected) => {
    expect(expectedIntervalCorrection(value, 10)).toEqual(expected);
  });

  test('with an interval of 0 adds nothing', () => {
    expect(expectedIntervalCorrection(35, 0)).toEqual([35]);
  });

  test('shows one stall of 100 s as half of all latencies (vector C)', () => {
    const raw = new Histogram();
    raw.record(1_000, 10_000);
    raw.record(100_000_000);
    const corrected = new Histogram();
    corrected.record(1_000, 10_000);
    for (const value of expectedIntervalCorrection(100_000_000, 10_000)) corrected.record(value);

    expect(raw.count).toBe(10_001);
    expect(raw.meanNs / 10_998.9).toBeCloseTo(1, 3);
    expect(raw.percentileNs(99.99)).toBe(1_000);
    expect(raw.percentileNs(99.999) / 100_000_000).toBeCloseTo(1, 3);
    expect((raw.countAtOrBelow(5_000) / raw.count) * 100).toBeCloseTo(99.99, 2);

    expect(corrected.count).toBe(20_000);
    expect(corrected.meanNs / 25_003_000).toBeCloseTo(1, 3);
    expect(corrected.percentileNs(50)).toBe(1_000);
    expect([75, 90, 99].map((p) => corrected.percentileNs(p))).toEqual([50_003_967, 80_019_455, 98_041_855]);
    expect(corrected.percentileNs(99.99) / 99_980_000).toBeCloseTo(1, 3);
    expect(corrected.countAtOrBelow(5_000) / corrected.count).toBe(0.5);
  });

  test('is only near the truth on a queue (vector A)', () => {
    expect(expectedIntervalCorrection(45, 10)).toEqual([45, 35, 25, 15]);
  });
});

describe('the V2 format', () => {
  test('of one value of 42 is the published bytes (vector D)', () => {
    expect(inflateHdr(bytesOf(VECTOR_D)).toString('hex')).toBe(
      '1c8493130000000200000000000000030000000000000001000000000000000' + '23ff00000000000005302',
    );
    const read = Histogram.decode(VECTOR_D);
    expect([read.count, read.meanNs]).toEqual([1, 42]);
    expect(inflateHdr(bytesOf(read.encode())).subarray(40).toString('hex')).toBe('5302');
  });

  test('of 1, 2, 2, 5, 1000 is the published payload and header (vector E)', () => {
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

  test('is read with its own parameters (vector F)', () => {
    const { layout, classes } = decodeHdr(bytesOf(VECTOR_F));
    expect([layout.digits, layout.lowest, layout.highest]).toEqual([2, 20_000, 3.6e12]);
    const count = classes.reduce((sum, [, n]) => sum + n, 0);
    const mean = classes.reduce((sum, [index, n]) => sum + layout.medianOf(index) * n, 0) / count;
    expect(count).toBe(741);
    expect(mean).toBeCloseTo(301_998.4669, 4);
    const at = (percentile: number) => {
      let seen = 0;
      const found = classes.find(([, n]) => {
        seen += n;
        return seen >= Math.ceil((percentile / 100) * count);
      });
      return layout.highestOf(found![0]);
    };
    expect([50, 90, 99, 100].map(at)).toEqual([344_063, 376_831, 409_599, 2_768_895]);
  });

  test('with other parameters is re-recorded at the lowest value of each class', () => {
    const { layout, classes } = decodeHdr(bytesOf(VECTOR_F));
    const expected = new Histogram();
    for (const [index, count] of classes) expected.record(layout.lowestOf(index), count);
    const read = Histogram.decode(VECTOR_F);
    expect(read.count).toBe(741);
    expect(read.equals(expected)).toBe(true);
    expect(read.maxNs).toBeLessThan(2_768_895);
  });

  test.each([
    ['nothing', '', 'too few'],
    ['text', 'aGVsbG8gd29ybGQ=', 'cookie'],
    ['a V1 histogram', Buffer.from('1c8493020000000000000000', 'hex').toString('base64'), 'V0 or V1'],
    ['a cut histogram', VECTOR_F.slice(0, 60), 'damaged'],
  ])('refuses %s with a code and a reason', (_, base64, reason) => {
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
  test.each([-1, Number.NaN, 3.6e12 + 1, Number.POSITIVE_INFINITY])('refuses the value %d', (value) => {
    expect(() => new Histogram().record(value)).toThrow(expect.objectContaining({ code: 'HISTOGRAM_OUT_OF_RANGE' }));
  });

  test.each([
    [-1, 1],
    [SLOT_COUNT, 1],
    [0, -1],
    [0, 1.5],
  ])('refuses slot %d with count %d', (slot, count) => {
    expect(() => new Histogram().addSlot(slot, count)).toThrow(
      expect.objectContaining({ code: 'HISTOGRAM_OUT_OF_RANGE' }),
    );
  });

  test('takes over counts from shared memory', () => {
    const counts = new Int32Array(new SharedArrayBuffer(4 * SLOT_COUNT));
    counts[7] = 3;
    counts[SLOT_COUNT - 1] = 1;
    const histogram = Histogram.fromCounts(counts);
    expect([histogram.count, histogram.minNs, histogram.percentileNs(75)]).toEqual([4, 7, 7]);
  });

  test('does not change with what was cloned from it', () => {
    const original = histogramOf(1, 2);
    const copy = original.compact().clone();
    copy.record(3);
    original.record(4, 5);
    expect([original.count, copy.count]).toEqual([7, 3]);
  });

  test('can be merged into itself', () => {
    for (const histogram of [histogramOf(1, 9, 9), histogramOf(1, 9, 9).compact()]) {
      histogram.merge(histogram);
      expect([histogram.count, histogram.countAtOrBelow(1), histogram.countAtOrBelow(9)]).toEqual([6, 2, 6]);
    }
  });
});
