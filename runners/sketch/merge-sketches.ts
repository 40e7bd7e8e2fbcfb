import { Histogram } from '../../reports/histogram/histogram.ts';
import { runnerError } from '../errors.ts';
import { DistinctKeys } from './distinct-keys.ts';
import { bySketchOrder, type KeySketch, type SketchKey, STEP_RANGES, STEPS_MAX } from './sketch.ts';
import { tooLong } from './sketch-builder.ts';

/**
 * One sketch of several parts of a load. Sums are sums of whole numbers, a key that a part does not list may have up to that part's
 * `unlistedRecordsMax` records, and every listed key is kept: so the result does not depend on the order or grouping of merges.
 * @param parts at least one
 * @throws RunnerError RUNNER_SKETCH_MISMATCH for steps of different lengths, or parts that lie too far apart.
 */
export function mergeSketches(parts: readonly KeySketch[]): KeySketch {
  const [first] = parts;
  if (first === undefined) throw new RangeError('there is no sketch to merge');
  const { stepSeconds } = first;
  const other = parts.find((part) => part.stepSeconds !== stepSeconds);
  if (other !== undefined) {
    throw runnerError('RUNNER_SKETCH_MISMATCH', {
      what: `the sketches have steps of ${stepSeconds} s and of ${other.stepSeconds} s`,
      where: `${first.sources[0]} and ${other.sources[0]}`,
      fix: 'Sketch all parts with the same --step.',
    });
  }
  const startSeconds = Math.min(...parts.map((part) => part.startSeconds));
  const endSeconds = Math.max(...parts.map((part) => part.startSeconds + part.steps * stepSeconds));
  const steps = (endSeconds - startSeconds) / stepSeconds;
  if (steps > STEPS_MAX) throw tooLong(endSeconds - startSeconds, stepSeconds, 'the merged sketch');
  const byStep = (column: 'recordsByStep' | 'bytesByStep'): Float64Array => {
    const sum = new Float64Array(steps * STEP_RANGES);
    for (const part of parts) {
      const at = ((part.startSeconds - startSeconds) / stepSeconds) * STEP_RANGES;
      addTo(sum, part[column], at);
    }
    return sum;
  };
  const byRange = (column: 'recordsByRange' | 'bytesByRange'): Float64Array => {
    const sum = new Float64Array(first[column].length);
    for (const part of parts) addTo(sum, part[column], 0);
    return sum;
  };
  const distinct = new DistinctKeys();
  for (const part of parts) distinct.merge(part.distinct);
  return {
    sources: parts.flatMap(({ sources }) => sources).sort(),
    stepSeconds,
    startSeconds,
    steps,
    recordsByStep: byStep('recordsByStep'),
    bytesByStep: byStep('bytesByStep'),
    recordsByRange: byRange('recordsByRange'),
    bytesByRange: byRange('bytesByRange'),
    keys: mergeKeys(parts),
    unlistedRecordsMax: parts.reduce((sum, { unlistedRecordsMax }) => sum + unlistedRecordsMax, 0),
    distinct,
    keySizes: Histogram.sumOf(parts.map(({ keySizes }) => keySizes)),
    dataSizes: Histogram.sumOf(parts.map(({ dataSizes }) => dataSizes)),
  };
}

function mergeKeys(parts: readonly KeySketch[]): SketchKey[] {
  const unlistedMax = parts.reduce((sum, part) => sum + part.unlistedRecordsMax, 0);
  const merged = new Map<string, SketchKey>();
  for (const part of parts) {
    for (const key of part.keys) {
      const { md5, recordsMin, recordsMax, weighedRecords, weighedBytes } = key;
      // Before a part lists the key, it may have up to all that the parts do not list.
      const before = merged.get(md5);
      const name = before?.key ?? key.key;
      merged.set(md5, {
        md5,
        ...(name === undefined ? {} : { key: name }),
        recordsMin: (before?.recordsMin ?? 0) + recordsMin,
        recordsMax: (before?.recordsMax ?? unlistedMax) - part.unlistedRecordsMax + recordsMax,
        weighedRecords: (before?.weighedRecords ?? 0) + weighedRecords,
        weighedBytes: (before?.weighedBytes ?? 0) + weighedBytes,
      });
    }
  }
  return [...merged.values()].sort(bySketchOrder);
}

function addTo(sum: Float64Array, values: Float64Array, at: number): void {
  for (let i = 0; i < values.length; i += 1) sum[at + i]! += values[i]!;
}
