import type { ConsumerModel, KeyWeight, KeyWeights, Load } from '../../simulation/load.ts';
import { shardShares } from '../../sketch/shard-shares.ts';
import { bytesOf, type KeySketch, recordsOf, SKETCH_RANGES, STEP_RANGES } from '../../sketch/sketch.ts';
import { producerCount, SDK_PRODUCERS } from './sdk-producers.ts';

export interface SketchLoadOptions {
  readonly name: string;
  readonly consumers: readonly ConsumerModel[];
  readonly producers?: number | undefined;
  /** Rate over the sketched one. Default: 1. */
  readonly scale?: number | undefined;
}

/** From this factor on, a part of the hash keys has a peak of its own that the product of rates and shares does not show. */
const OWN_PEAK_FACTOR = 1.5;
const RANGE_HEX_DIGITS = 3;

/** The load that a key sketch shows: its rates by time, and its keys. */
export function loadOfSketch(sketch: KeySketch, options: SketchLoadOptions): Load {
  const { name, consumers, scale = 1 } = options;
  const recordsOfStep = bySteps(sketch.recordsByStep, sketch.steps, scale);
  const bytesOfStep = bySteps(sketch.bytesByStep, sketch.steps, scale);
  const durationNs = sketch.steps * sketch.stepSeconds * 1e9;
  const records = recordsOf(sketch) * scale;
  const count = producerCount(options.producers, { stepNs: sketch.stepSeconds * 1e9, recordsOfStep });
  return {
    name,
    durationNs,
    records,
    bytes: bytesOf(sketch) * scale,
    rates: { stepNs: sketch.stepSeconds * 1e9, recordsOfStep, bytesOfStep, recordsPerBurst: 1 },
    keys: sketchWeights(sketch),
    producers: { ...SDK_PRODUCERS, count },
    consumers,
    notes: notesOf(sketch, scale),
  };
}

/**
 * The weights of the keys of a sketch. Listed keys lie at their places. All others are even inside of 1/4,096 of the hash keys: exact for
 * shard counts that are powers of 2 up to 4,096.
 */
export function sketchWeights(sketch: KeySketch): KeyWeights {
  const totalRecords = recordsOf(sketch);
  const totalBytes = bytesOf(sketch);
  const recordBins = sketch.recordsByRange.slice();
  const byteBins = sketch.bytesByRange.slice();
  const listed = sketch.keys.map(({ md5, key, recordsMin, weighedRecords, weighedBytes }) => {
    const range = Number.parseInt(md5.slice(0, RANGE_HEX_DIGITS), 16);
    const bytes = (recordsMin * weighedBytes) / weighedRecords;
    recordBins[range] = Math.max(0, recordBins[range]! - recordsMin);
    byteBins[range] = Math.max(0, byteBins[range]! - bytes);
    return { name: key ?? md5, hashRatio: ratioOfHex(md5), records: recordsMin, bytes };
  });
  if (16 ** RANGE_HEX_DIGITS !== SKETCH_RANGES) throw new Error('sketch: three hexadecimal digits must name a range');
  return {
    heaviest: listed.map(({ name, hashRatio, records, bytes }): KeyWeight => {
      return { name, hashRatio, recordShare: records / totalRecords, byteShare: bytes / totalBytes };
    }),
    distinctKeys: sketch.unlistedRecordsMax === 0 ? sketch.keys.length : Math.round(sketch.distinct.estimate()),
    recordShares: (shardCount) =>
      shardShares(
        recordBins,
        listed.map(({ hashRatio, records }) => ({ hashRatio, weight: records })),
        shardCount,
      ),
    byteShares: (shardCount) =>
      shardShares(
        byteBins,
        listed.map(({ hashRatio, bytes }) => ({ hashRatio, weight: bytes })),
        shardCount,
      ),
  };
}

/** The 53 most significant bits of an MD5 over 2^128. */
function ratioOfHex(md5: string): number {
  return Number(BigInt(`0x${md5}`) >> 75n) / 2 ** 53;
}

function bySteps(column: Float64Array, steps: number, scale: number): Float64Array {
  const sums = new Float64Array(steps);
  for (let i = 0; i < column.length; i += 1) sums[Math.floor(i / STEP_RANGES)]! += column[i]! * scale;
  return sums;
}

function notesOf(sketch: KeySketch, scale: number): string[] {
  const { steps, stepSeconds, sources, startSeconds } = sketch;
  const start = new Date(startSeconds * 1000).toISOString().replace('.000Z', 'Z');
  const parts = sources.length === 1 ? sources[0]! : `${sources.length} parts`;
  const notes = [
    `The sketch is of ${parts}: ${recordsOf(sketch).toLocaleString('en-US')} records from ${start}, in ${steps.toLocaleString('en-US')} steps of ${stepSeconds} s.`,
    `Traffic counts as even within each ${stepSeconds} s: a sketch shows no shorter bursts.`,
  ];
  if (sketch.unlistedRecordsMax > 0) {
    const most = sketch.unlistedRecordsMax.toLocaleString('en-US');
    notes.push(
      `The sketch lists ${sketch.keys.length.toLocaleString('en-US')} keys; any other key has at most ${most} records.`,
    );
  }
  if (sketch.keySizes.count === 0)
    notes.push('The sketch has no key lengths: records count without the bytes of their keys.');
  const peak = ownPeak(sketch);
  if (peak >= OWN_PEAK_FACTOR) {
    notes.push(
      `A part of the keys has its peak at another time than the load: its busiest step has ${peak.toPrecision(2)} times the records that its share of the whole suggests. Leave headroom for it.`,
    );
  }
  if (steps * stepSeconds < 60) notes.push('The sketch covers less than a minute: it shows no daily or hourly peak.');
  if (scale !== 1)
    notes.push(`The rate is ${scale} times the sketched one; copies keep their keys, so each key is that much busier.`);
  return notes;
}

/**
 * Rates times shares assumes that all keys share the load's peak. Over 1/64 of the hash keys each: the busiest step, over what its share
 * of the records and the load's busiest step give together. Only for busy parts, whose steps have more records than chance explains.
 */
function ownPeak({ recordsByStep, steps }: KeySketch): number {
  const totals = new Float64Array(STEP_RANGES);
  const peaks = new Float64Array(STEP_RANGES);
  let total = 0;
  let peak = 0;
  for (let step = 0; step < steps; step += 1) {
    let ofStep = 0;
    for (let range = 0; range < STEP_RANGES; range += 1) {
      const records = recordsByStep[step * STEP_RANGES + range]!;
      totals[range]! += records;
      peaks[range] = Math.max(peaks[range]!, records);
      ofStep += records;
    }
    total += ofStep;
    peak = Math.max(peak, ofStep);
  }
  let factor = 0;
  for (let range = 0; range < STEP_RANGES; range += 1) {
    const expected = (totals[range]! / total) * peak;
    // Six standard deviations of a Poisson count.
    if (peaks[range]! > expected + 6 * Math.sqrt(expected + 1)) factor = Math.max(factor, peaks[range]! / expected);
  }
  return factor;
}
