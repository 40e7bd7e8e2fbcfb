import { Histogram } from '../../reports/histogram/histogram.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { DistinctKeys } from './distinct-keys.ts';
import { HeavyKeys, hexOf } from './heavy-keys.ts';
import {
  bySketchOrder,
  type KeySketch,
  LISTED_KEYS_MAX,
  SKETCH_RANGES,
  type SketchKey,
  STEP_RANGES,
  STEPS_MAX,
} from './sketch.ts';

export interface SketchOptions {
  readonly source: string;
  /** A whole number. Default: 1. */
  readonly stepSeconds?: number | undefined;
  /** Stores the listed keys in clear. Default: only their MD5. */
  readonly keepKeys?: boolean | undefined;
}

/** Counters of keys; 64 times as many as are listed, so that the listed ones are exact or nearly so. */
const COUNTED_KEYS = 65_536;
const RANGE_SHIFT = 32 - Math.log2(SKETCH_RANGES);
const STEP_RANGE_SHIFT = 32 - Math.log2(STEP_RANGES);
if (SKETCH_RANGES % STEP_RANGES !== 0) throw new Error('sketch: the ranges of a step must divide all ranges');

/** Builds a sketch from records in any order, in memory that depends on the time they cover only: 1 KiB a step. */
export class SketchBuilder {
  readonly #options: SketchOptions;
  readonly #stepSeconds: number;
  /** Records by range and then bytes by range, for each step that has a record. */
  readonly #steps = new Map<number, Float64Array>();
  readonly #recordsByRange = new Float64Array(SKETCH_RANGES);
  readonly #bytesByRange = new Float64Array(SKETCH_RANGES);
  readonly #heavy = new HeavyKeys(COUNTED_KEYS);
  readonly #distinct = new DistinctKeys();
  readonly #keySizes = new Histogram();
  readonly #dataSizes = new Histogram();
  #firstStep = Number.POSITIVE_INFINITY;
  #lastStep = Number.NEGATIVE_INFINITY;
  #recentStep = Number.NaN;
  #recent: Float64Array = new Float64Array(0);
  records = 0;

  constructor(options: SketchOptions) {
    this.#options = options;
    this.#stepSeconds = options.stepSeconds ?? 1;
  }

  /**
   * @param seconds since 1970
   * @param hash MD5 of the key as four words, most significant first
   * @param keyBytes 0 if only the hash is known
   * @param name gives the key; only called if keys are kept
   * @throws RunnerError RUNNER_SKETCH_MISMATCH if the records cover more than 100,000 steps
   */
  add(seconds: number, hash: Uint32Array, keyBytes: number, dataBytes: number, name: () => string): void {
    const bytes = keyBytes + dataBytes;
    const step = this.#stepAt(Math.floor(seconds / this.#stepSeconds));
    const stepRange = hash[0]! >>> STEP_RANGE_SHIFT;
    step[stepRange]! += 1;
    step[STEP_RANGES + stepRange]! += bytes;
    const range = hash[0]! >>> RANGE_SHIFT;
    this.#recordsByRange[range]! += 1;
    this.#bytesByRange[range]! += bytes;
    this.#distinct.add(hash);
    if (keyBytes > 0) this.#keySizes.record(keyBytes);
    this.#dataSizes.record(dataBytes);
    if (this.#heavy.add(hash, bytes) && this.#options.keepKeys === true) this.#heavy.nameNewest(name());
    this.records += 1;
  }

  /**
   * @throws RunnerError RUNNER_INPUT_EMPTY without a record
   */
  finish(): KeySketch {
    if (this.records === 0) {
      throw runnerError('RUNNER_INPUT_EMPTY', {
        what: 'there is no record to sketch',
        where: this.#options.source,
        fix: 'Read for longer, or from an earlier position.',
      });
    }
    const steps = this.#lastStep - this.#firstStep + 1;
    const recordsByStep = new Float64Array(steps * STEP_RANGES);
    const bytesByStep = new Float64Array(steps * STEP_RANGES);
    for (const [step, counts] of this.#steps) {
      const at = (step - this.#firstStep) * STEP_RANGES;
      recordsByStep.set(counts.subarray(0, STEP_RANGES), at);
      bytesByStep.set(counts.subarray(STEP_RANGES), at);
    }
    return {
      sources: [this.#options.source],
      stepSeconds: this.#stepSeconds,
      startSeconds: this.#firstStep * this.#stepSeconds,
      steps,
      recordsByStep,
      bytesByStep,
      recordsByRange: this.#recordsByRange,
      bytesByRange: this.#bytesByRange,
      ...this.#keys(),
      distinct: this.#distinct,
      keySizes: this.#keySizes.compact(),
      dataSizes: this.#dataSizes.compact(),
    };
  }

  #keys(): Pick<KeySketch, 'keys' | 'unlistedRecordsMax'> {
    const missed = this.#heavy.recordsMissedMax;
    const found = this.#heavy.heaviest(LISTED_KEYS_MAX + 1);
    const keys = found.slice(0, LISTED_KEYS_MAX).map(
      ({ hash, records, weighedRecords, weighedBytes, name }): SketchKey => ({
        md5: hexOf(hash),
        ...(name === undefined ? {} : { key: name }),
        recordsMin: records,
        recordsMax: records + missed,
        weighedRecords,
        weighedBytes,
      }),
    );
    const heaviestUnlisted = found[LISTED_KEYS_MAX]?.records ?? 0;
    return { keys: keys.sort(bySketchOrder), unlistedRecordsMax: heaviestUnlisted + missed };
  }

  #stepAt(step: number): Float64Array {
    if (step === this.#recentStep) return this.#recent;
    const first = Math.min(step, this.#firstStep);
    const last = Math.max(step, this.#lastStep);
    if (last - first + 1 > STEPS_MAX)
      throw tooLong((last - first + 1) * this.#stepSeconds, this.#stepSeconds, this.#options.source);
    this.#firstStep = first;
    this.#lastStep = last;
    let counts = this.#steps.get(step);
    if (counts === undefined) {
      counts = new Float64Array(2 * STEP_RANGES);
      this.#steps.set(step, counts);
    }
    this.#recentStep = step;
    this.#recent = counts;
    return counts;
  }
}

const STEP_TEXTS = [
  [60, '1m'],
  [3600, '1h'],
  [86_400, '24h'],
] as const;

/** @param seconds that the sketch would cover at least */
export function tooLong(seconds: number, stepSeconds: number, where: string): RunnerError {
  const days = Number((seconds / 86_400).toPrecision(3));
  const longer = STEP_TEXTS.find(([step]) => step > stepSeconds && seconds / step <= STEPS_MAX);
  return runnerError('RUNNER_SKETCH_MISMATCH', {
    what: `the records cover ${days} days or more, which are more than ${STEPS_MAX.toLocaleString('en-US')} steps of ${stepSeconds} s`,
    where,
    fix: longer === undefined ? 'Sketch a shorter time.' : `Sketch with longer steps: --step ${longer[1]}.`,
  });
}
