import { expect, test } from 'vitest';
import { compareSpans } from '../../../reports/compare/compare-spans.ts';
import { RESAMPLED_PERCENTILES, type SpanMeasure } from '../../../reports/compare/span-measure.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { resampleBlocks } from '../../../reports/statistics/block-bootstrap.ts';
import { normalQuantile } from '../../../reports/statistics/distributions.ts';
import { quantileInterval } from '../../../reports/statistics/quantile-interval.ts';
import { RandomStream } from '../../../workloads/random.ts';

const COMPARISONS = 60;
const SECONDS = 20;
const RECORDS_PER_SECOND = 100;
/** Correlation of a second with the previous one, on logarithms. */
const CORRELATION = 0.5;
const SECOND_SPREAD = 0.1;
const RECORD_SPREAD = 0.5;

/** Creates a run whose slow and fast seconds come in groups, like those of real runs. */
function simulatedRun(seed: number): SpanMeasure {
  const random = new RandomStream(seed, 'coverage');
  const normal = () => normalQuantile(Math.max(random.uniform(), 1e-12));
  const pieces: Histogram[] = [];
  let level = SECOND_SPREAD * normal();
  for (let second = 0; second < SECONDS; second++) {
    level = CORRELATION * level + Math.sqrt(1 - CORRELATION ** 2) * SECOND_SPREAD * normal();
    const piece = new Histogram();
    for (let record = 0; record < RECORDS_PER_SECOND; record++)
      piece.record(5e6 * Math.exp(level + RECORD_SPREAD * normal()));
    pieces.push(piece.compact());
  }
  const histogram = pieces.reduce((all, piece) => all.merge(piece), new Histogram()).compact();
  return { histogram, resampled: resampleBlocks(pieces, { percentiles: RESAMPLED_PERCENTILES, seed }) };
}

test('nine in ten intervals of self-comparisons contain no change, unlike intervals from records', () => {
  let [held, heldByRecords] = [0, 0];
  for (let index = 0; index < COMPARISONS; index++) {
    const [a, b] = [simulatedRun(2 * index + 1), simulatedRun(2 * index + 2)];
    const { interval } = compareSpans('putToGet', a, b, 0.02).metrics.find(({ name }) => name === 'p50')!.change!;
    if (interval!.lower <= 1 && interval!.upper >= 1) held += 1;
    const [ofA, ofB] = [a, b].map(({ histogram }) => quantileInterval(histogram, 0.5)) as [RecordBounds, RecordBounds];
    if (ofA.lowerNs! <= ofB.upperNs! && ofB.lowerNs! <= ofA.upperNs!) heldByRecords += 1;
  }
  // The nominal coverage is 95%. The seeds are fixed, so the bound allows for the small information in twenty dependent
  // seconds, not for chance.
  expect(held / COMPARISONS).toBeGreaterThanOrEqual(0.88);
  expect(heldByRecords / COMPARISONS).toBeLessThan(0.8);
});

type RecordBounds = ReturnType<typeof quantileInterval>;
