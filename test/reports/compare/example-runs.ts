import { Histogram } from '../../../reports/histogram/histogram.ts';
import { slotMedianNs } from '../../../reports/histogram/slots.ts';
import type { Cell, IntervalCell, Result } from '../../../reports/result/result.ts';
import { measurementsOf, summarise } from '../../../reports/summary/summary.ts';
import { type ExampleOptions, exampleResult } from '../example-result.ts';

/** Returns latencies in ms that vary by record and by second, the same for the same seed. */
export function noisyLatency(seed: number, { scale = 1, tail = 1 } = {}): (second: number, index: number) => number {
  return (second, index) => {
    const record = pseudoRandom(seed + 1000 * second + index);
    const ofSecond = 1 + 0.04 * (pseudoRandom(seed * 7919 + second) - 0.5);
    const slow = record > 0.97 ? tail * 60 * record : 0;
    return scale * ofSecond * (20 + 10 * record + slow);
  };
}

export function exampleRun(
  seed: number,
  latency: { scale?: number; tail?: number } = {},
  options: ExampleOptions = {},
): Result {
  const result = exampleResult({
    recordsPerSecond: 200,
    steadySeconds: 12,
    latencyMs: noisyLatency(seed, latency),
    ...options,
  });
  const elapsedMs = result.series.at(-1)!.endNs / 1e6;
  return { ...result, finishedAt: new Date(Date.parse(result.startedAt) + elapsedMs).toISOString() };
}

/** Returns the result with every latency multiplied, within the precision of a histogram. */
export function scaled(result: Result, factor: number): Result {
  const cells = result.cells.map((cell) => scaledCell(cell, factor));
  const series = result.series.map((interval) => ({
    ...interval,
    cells: interval.cells.map((cell) => scaledCell(cell, factor)),
  }));
  const changed = { ...result, cells, series };
  return { ...changed, summary: summarise(measurementsOf(changed)) };
}

function scaledCell<C extends Cell | IntervalCell>(cell: C, factor: number): C {
  const histograms = Object.fromEntries(
    Object.entries(cell.histograms).map(([name, histogram]) => [name, scaledHistogram(histogram, factor)]),
  );
  return { ...cell, histograms };
}

function scaledHistogram(histogram: Histogram, factor: number): Histogram {
  const changed = new Histogram();
  histogram.forEachSlot((slot, count) => changed.record(slotMedianNs(slot) * factor, count));
  return changed.compact();
}

/** Returns numbers in [0, 1). Source: Steele, Lea and Flood, 2014 (the mixing of SplitMix, in 32 bits). */
function pseudoRandom(seed: number): number {
  let bits = Math.imul(seed + 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
