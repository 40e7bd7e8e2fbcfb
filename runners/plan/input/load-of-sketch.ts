import type { ConsumerModel, KeyWeight, KeyWeights, Load } from '../../simulation/load.ts';
import { type HashPoint, shardShares } from '../../sketch/shard-shares.ts';
import { bytesOf, type KeySketch, recordsOf, SKETCH_RANGES, STEP_RANGES } from '../../sketch/sketch.ts';
import { producerCount, SDK_PRODUCERS } from './sdk-producers.ts';
import { withCopies } from './trace/trace-weights.ts';

export interface SketchLoadOptions {
  readonly name: string;
  readonly consumers: readonly ConsumerModel[];
  readonly producers?: number | undefined;
  /** Rate over the sketched one. Default: 1. */
  readonly scale?: number | undefined;
  /** Keys of the additional records: their own (more users), or those of the sketched ones (busier users). Default: new. */
  readonly copyKeys?: 'same' | 'new' | undefined;
}

/** Copies have the same keys in each plan of a sketch. */
const COPY_SEED = 1;

/** From this factor on, a part of the hash keys has a peak of its own that the product of rates and shares does not show. */
const OWN_PEAK_FACTOR = 1.5;
const RANGE_HEX_DIGITS = 3;

/** The load that a key sketch shows: its rates by time, and its keys. */
export function loadOfSketch(sketch: KeySketch, options: SketchLoadOptions): Load {
  const { name, consumers, scale = 1, copyKeys = 'new' } = options;
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
    keys: sketchWeights(sketch, copyKeys === 'new' ? Math.max(1, scale) : 1),
    producers: { ...SDK_PRODUCERS, count },
    consumers,
    notes: notesOf(sketch, scale, copyKeys),
  };
}

/**
 * The weights of the keys of a sketch. Listed keys lie at their places. All others are even inside of 1/4,096 of the hash keys: exact for
 * shard counts that are powers of 2 up to 4,096.
 * @param copies keys that each key becomes, itself included: 1 or more. They share its weight.
 */
export function sketchWeights(sketch: KeySketch, copies = 1): KeyWeights {
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
  const shares = (ranges: Float64Array, points: readonly HashPoint[]) => {
    const spread = copies > 1 ? withCopies(ranges, points, copies, COPY_SEED) : { bins: ranges, points };
    return (shardCount: number) => shardShares(spread.bins, spread.points, shardCount);
  };
  const distinct = sketch.unlistedRecordsMax === 0 ? sketch.keys.length : sketch.distinct.estimate();
  return {
    heaviest: listed.map(({ name, hashRatio, records, bytes }): KeyWeight => {
      return { name, hashRatio, recordShare: records / totalRecords / copies, byteShare: bytes / totalBytes / copies };
    }),
    distinctKeys: Math.round(distinct * copies),
    recordShares: shares(
      recordBins,
      listed.map(({ hashRatio, records }) => ({ hashRatio, weight: records })),
    ),
    byteShares: shares(
      byteBins,
      listed.map(({ hashRatio, bytes }) => ({ hashRatio, weight: bytes })),
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

function notesOf(sketch: KeySketch, scale: number, copyKeys: 'same' | 'new'): string[] {
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
  if (scale !== 1) {
    const how =
      copyKeys === 'new'
        ? 'copies have keys of their own, so there are more keys and none is busier (--copy-keys same makes busier keys)'
        : 'copies keep their keys, so each key is that much busier (--copy-keys new makes more keys instead)';
    notes.push(`The rate is ${scale.toLocaleString('en-US')} times the sketched one: ${how}.`);
  }
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
