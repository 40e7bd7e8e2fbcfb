import { decodeFromCompressedBase64, HistogramLogWriter, JsHistogram } from 'hdr-histogram-js';
import { Histogram } from '../../reports/histogram/histogram.ts';
import { lognormalQuantile } from '../../workloads/quantiles.ts';
import { RandomStream } from '../../workloads/random.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';

const REPEATS = 9;
const P50_NS = 6e6;
const P99_NS = 25e6;
/** Values of a histogram, and how often each operation runs in a repeat. */
const SIZES = [
  { name: 'second', values: 1000, times: 200 },
  { name: 'total', values: 1_000_000, times: 50 },
] as const;

/** The library's types do not declare this method. */
const PLAIN_DECODER = JsHistogram as unknown as { decode(bytes: Uint8Array, bitsOfCount: 64): JsHistogram };

/** Our histograms and those of hdr-histogram-js with counts of 64 bits, in turn, on the same bytes. */
export const hdrHistogram: Benchmark = {
  name: 'hdr-histogram',
  title: 'decode, add, p99 and encode: histograms of 1,000 and of 1,000,000 latencies',
  run: () => Promise.resolve(SIZES.flatMap(rowsOf)),
};

function rowsOf({ name, values, times }: (typeof SIZES)[number]): BenchmarkRow[] {
  const random = new RandomStream(1, name);
  const ours = new Histogram();
  for (let i = 0; i < values; i++) ours.record(Math.floor(lognormalQuantile(P50_NS, P99_NS, random.uniform() || 0.5)));
  ours.compact();
  const plain = ours.encodePlain();
  const compressed = ours.encode();
  const theirs = decodeFromCompressedBase64(compressed, 64);
  holds(theirs.totalCount === values && theirs.getValueAtPercentile(99) === ours.percentileNs(99), 'the two disagree');
  const sum = decodeFromCompressedBase64(compressed, 64);
  const pairs = Array.from({ length: times }, () => ours);
  const writer = new HistogramLogWriter(() => {});
  const operations: readonly [string, () => void, () => void][] = [
    // The library reverses bytes of its input in place, so it gets a copy.
    [
      'decode-plain',
      () => void Histogram.decode(plain),
      () => void PLAIN_DECODER.decode(Uint8Array.from(Buffer.from(plain, 'base64')), 64),
    ],
    [
      'decode-compressed',
      () => void Histogram.decode(compressed),
      () => void decodeFromCompressedBase64(compressed, 64),
    ],
    ['p99', () => void ours.percentileNs(99), () => void theirs.getValueAtPercentile(99)],
    ['encode-compressed', () => void ours.encode(), () => writer.outputIntervalHistogram(theirs, 0, 1, 1e6)],
  ];
  const rows = operations.flatMap(([operation, our, their]) =>
    compare(`hdr-histogram-${name}-${operation}`, [repeat(times, our), repeat(times, their)], times),
  );
  const adding = [() => void Histogram.sumOf(pairs), repeat(times, () => sum.add(theirs as JsHistogram))] as const;
  return [...rows, ...compare(`hdr-histogram-${name}-add`, adding, times)];
}

const repeat = (times: number, operation: () => void) => () => {
  for (let i = 0; i < times; i++) operation();
};

function compare(name: string, [our, their]: readonly [() => void, () => void], times: number): BenchmarkRow[] {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < REPEATS; i++) {
    ours.push(usOf(our) / times);
    theirs.push(usOf(their) / times);
  }
  return [rowOf(name, 'us', ours, medianOf(ours) / medianOf(theirs)), rowOf(`${name}-library`, 'us', theirs)];
}

function usOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) * 1000;
}
