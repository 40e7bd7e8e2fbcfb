import { percentileRank } from '../histogram/histogram.ts';
import { classHighestNs, classOfSlot } from '../histogram/latency-classes.ts';
import { supportOf } from '../histogram/percentile-support.ts';
import { slotOf } from '../histogram/slots.ts';
import {
  type ComposedRecords,
  type Composition,
  type CompositionSummary,
  type RecordsAbout,
  sumOfCompositions,
} from '../result/composition.ts';
import type { Cell } from '../result/result.ts';

/** A mean of fewer records describes them rather than the percentile. */
const RECORDS_MIN = 10;
/** Half an octave to each side: a record of half or twice the percentile's put-to-get is no longer about it. */
const CLASSES_AWAY_MAX = 4;

/** @returns undefined if nothing was received, or if a cell has no composition. */
export function summariseComposition(cells: readonly Cell[]): CompositionSummary | undefined {
  const received = cells.flatMap((cell) => (cell.kind === 'consumer' && cell.counts.received > 0 ? [cell] : []));
  const composition = sumOfCompositions(received.map((cell) => cell.composition));
  if (composition === undefined || composition.count.length === 0) return undefined;
  const classes = composition.fromNs.map((fromNs) => classOfSlot(slotOf(fromNs)));
  const total = sum(composition.count);
  const about = (percentile: number) => {
    if (supportOf(percentile, total) === 'hidden') return null;
    const range = rangeAbout(classes, composition.count, percentileRank(percentile, total));
    return range && recordsIn(composition, classes, range);
  };
  return { all: composedOf(composition, [...classes.keys()]), p50: about(50), p99: about(99) };
}

/** The first and the last latency class of some records. */
type Range = readonly [first: number, last: number];

/**
 * The class of the record at a rank; where it has too few, with the classes beside it, one by one. The side with fewer records
 * comes first: beside a thin tail lies the bulk, of which a single class would outweigh all that is about the percentile.
 * @returns null where there are too few within reach.
 */
function rangeAbout(classes: readonly number[], counts: readonly number[], rank: number): Range | null {
  const centre = classes[placeOf(rank, counts)]!;
  const countOf = (latencyClass: number) => counts[classes.indexOf(latencyClass)] ?? 0;
  let [first, last, records] = [centre, centre, countOf(centre)];
  while (records < RECORDS_MIN) {
    const below = centre - first < CLASSES_AWAY_MAX ? countOf(first - 1) : Number.POSITIVE_INFINITY;
    const above = last - centre < CLASSES_AWAY_MAX ? countOf(last + 1) : Number.POSITIVE_INFINITY;
    if (Math.min(below, above) === Number.POSITIVE_INFINITY) return null;
    if (above <= below) last += 1;
    else first -= 1;
    records += Math.min(below, above);
  }
  return [first, last];
}

function placeOf(rank: number, counts: readonly number[]): number {
  let seen = 0;
  return counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
}

function recordsIn(composition: Composition, classes: readonly number[], [first, last]: Range): RecordsAbout {
  const places = [...classes.keys()].filter((place) => classes[place]! >= first && classes[place]! <= last);
  return {
    ...composedOf(composition, places),
    fromNs: composition.fromNs[places[0]!]!,
    toNs: classHighestNs(classes[places.at(-1)!]!),
  };
}

function composedOf(composition: Composition, places: readonly number[]): ComposedRecords {
  const total = (name: keyof Composition) => sum(places.map((place) => composition[name][place]!));
  const count = total('count');
  const [putToGetNs, afterNs] = [total('putToGetNs'), total('afterNs')];
  return {
    count,
    putToGetNs: putToGetNs / count,
    beforeNs: (putToGetNs - afterNs) / count,
    afterNs: afterNs / count,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
