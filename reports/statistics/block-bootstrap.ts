import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Histogram, percentileRank } from '../histogram/histogram.ts';
import { slotHighestNs, slotMedianNs } from '../histogram/slots.ts';
import { normalCdf, tQuantile } from './distributions.ts';
import { meanOf } from './moments.ts';

const RESAMPLES = 1000;

/** With fewer pieces there are too few blocks for their spread to mean anything. */
export const PIECES_MIN = 8;

export interface ResampleOptions {
  /** 0 to 100, ascending. */
  readonly percentiles: readonly number[];
  /** Two runs that are compared need two seeds, or their draws would move together. */
  readonly seed: number;
  readonly resamples?: number;
}

/** One value a resample, in the order in which they were drawn. */
export interface Resampled {
  readonly meansNs: Float64Array;
  /** By position in `percentiles`. */
  readonly percentilesNs: readonly Float64Array[];
  /** Number of blocks that do not overlap: the basis of the spread. */
  readonly blockCount: number;
  /** The pieces depend on each other for longer than a block may be: intervals may be too narrow all the same. */
  readonly isTooShort: boolean;
}

/**
 * Resamples a run's mean and percentiles with the moving-block bootstrap. Blocks of consecutive seconds are drawn, with
 * repetition, until they make a run of the same length, so that a stall stays one stall; drawing single records would count
 * each of its hundreds of slow records as an independent event.
 * @param pieces histograms of equal times that follow each other, at least PIECES_MIN.
 * @returns null with fewer pieces, or when all are empty.
 * Source: Kunsch, "The jackknife and the bootstrap for general stationary observations", 1989.
 */
export function resampleBlocks(pieces: readonly Histogram[], options: ResampleOptions): Resampled | null {
  const { percentiles, seed, resamples = RESAMPLES } = options;
  if (pieces.length < PIECES_MIN || pieces.every(({ count }) => count === 0)) return null;
  const wantedPieces = blockLength(pieces);
  const maxPieces = Math.floor(pieces.length / BLOCKS_MIN);
  const blockPieces = Math.min(wantedPieces, maxPieces);
  const isTooShort = wantedPieces > Math.max(maxPieces, Math.ceil(Math.cbrt(pieces.length)));
  const table = classTable(pieces);
  const draw = blockDrawer(pieces.length, blockPieces, seed);
  const meansNs = new Float64Array(resamples);
  const percentilesNs = percentiles.map(() => new Float64Array(resamples));
  const counts = new Float64Array(table.slots.length);
  for (let index = 0; index < resamples; index++) {
    const total = addPieces(table, draw(), counts);
    meansNs[index] = meanNs(table.slots, counts, total);
    fillPercentiles(table.slots, counts, total, percentiles, (position, ns) => {
      percentilesNs[position]![index] = ns;
    });
  }
  return { meansNs, percentilesNs, blockCount: pieces.length / blockPieces, isTooShort };
}

/**
 * Between which values the middle share of resampled values lies, taken wider for what few blocks make too narrow: as the
 * bootstrap's spread is that of a sample whose size is `blockCount`, without its correction by n - 1 and by Student's t.
 * Source: Hesterberg, "What teachers should know about the bootstrap", 2015, section 5.1.
 */
export function expandedInterval(
  values: Float64Array,
  blockCount: number,
  confidenceRatio = 0.95,
): { readonly lower: number; readonly upper: number } {
  const degrees = Math.max(1, blockCount - 1);
  const reach = Math.sqrt(blockCount / degrees) * tQuantile((1 + confidenceRatio) / 2, degrees);
  const tail = normalCdf(-reach);
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { lower: at(tail), upper: at(1 - tail) };
}

/** Fewer blocks than these would not show a spread, however long they ought to be. */
const BLOCKS_MIN = 4;

/**
 * Blocks grow with the cube root of the series, and with how well a piece predicts the next one: as for a first-order
 * autoregression with the pieces' own correlation, of their means or medians, whichever is higher. It may be more than there is room for.
 * Source: Hall, Horowitz and Jing, "On blocking rules for the bootstrap with dependent data", 1995; Andrews,
 * "Heteroskedasticity and autocorrelation consistent covariance matrix estimation", 1991.
 */
function blockLength(pieces: readonly Histogram[]): number {
  const used = pieces.filter(({ count }) => count > 0);
  const correlation = Math.max(
    lagOneCorrelation(used.map(({ meanNs }) => meanNs)),
    lagOneCorrelation(used.map((piece) => piece.percentileNs(50))),
  );
  const root = Math.cbrt(pieces.length);
  const correlated = root * Math.cbrt((2 * correlation) / (1 - correlation ** 2)) ** 2;
  return Math.ceil(Math.max(root, correlated));
}

const CORRELATION_MAX = 0.95;

/** 0 to CORRELATION_MAX, with what a short series hides of it added. Source: Kendall, "Note on bias in autocorrelation", 1954. */
function lagOneCorrelation(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (!(squares > 0)) return 0;
  const products = values.slice(1).reduce((sum, value, index) => sum + (value - mean) * (values[index]! - mean), 0);
  const correlation = products / squares;
  return Math.min(CORRELATION_MAX, Math.max(0, correlation + (1 + 3 * correlation) / values.length));
}

/** The classes of each piece, by position in the slots that any of them uses. */
interface ClassTable {
  readonly slots: Uint16Array;
  readonly positions: readonly Uint16Array[];
  readonly counts: readonly Float64Array[];
}

function classTable(pieces: readonly Histogram[]): ClassTable {
  const bySlot = new Map<number, number>();
  const used = new Set<number>();
  for (const piece of pieces) piece.forEachSlot((slot) => used.add(slot));
  const slots = Uint16Array.from(used).sort();
  for (const [position, slot] of slots.entries()) bySlot.set(slot, position);
  const positions: Uint16Array[] = [];
  const counts: Float64Array[] = [];
  for (const piece of pieces) {
    const ofPiece: [position: number, count: number][] = [];
    piece.forEachSlot((slot, count) => ofPiece.push([bySlot.get(slot)!, count]));
    positions.push(Uint16Array.from(ofPiece, ([position]) => position));
    counts.push(Float64Array.from(ofPiece, ([, count]) => count));
  }
  return { slots, positions, counts };
}

/** Gives how often each piece is in the next resample. The last block is cut, so that every resample has as many pieces. */
function blockDrawer(pieceCount: number, blockPieces: number, seed: number): () => Uint32Array {
  const generator = xoroshiro128plus(seed);
  const times = new Uint32Array(pieceCount);
  const starts = pieceCount - blockPieces + 1;
  return () => {
    times.fill(0);
    for (let drawn = 0; drawn < pieceCount; drawn += blockPieces) {
      const start = Math.floor(((generator.next() >>> 0) / 2 ** 32) * starts);
      const length = Math.min(blockPieces, pieceCount - drawn);
      for (let piece = start; piece < start + length; piece++) times[piece]! += 1;
    }
    return times;
  };
}

/** @returns the count of all. A resample of nothing but empty pieces counts as all of them once. */
function addPieces({ positions, counts }: ClassTable, times: Uint32Array, sum: Float64Array): number {
  let total = 0;
  sum.fill(0);
  for (const [piece, factor] of times.entries()) {
    if (factor === 0) continue;
    const [ofPiece, countsOfPiece] = [positions[piece]!, counts[piece]!];
    for (let index = 0; index < ofPiece.length; index++) {
      const added = factor * countsOfPiece[index]!;
      sum[ofPiece[index]!]! += added;
      total += added;
    }
  }
  return total > 0 ? total : addPieces({ positions, counts, slots: NO_SLOTS }, times.fill(1), sum);
}

const NO_SLOTS = new Uint16Array(0);

function meanNs(slots: Uint16Array, counts: Float64Array, total: number): number {
  let sum = 0;
  for (let position = 0; position < slots.length; position++) sum += slotMedianNs(slots[position]!) * counts[position]!;
  return sum / total;
}

/** All percentiles in one walk; by the same rule as Histogram.percentileNs. */
function fillPercentiles(
  slots: Uint16Array,
  counts: Float64Array,
  total: number,
  percentiles: readonly number[],
  fill: (position: number, ns: number) => void,
): void {
  let [seen, position] = [0, -1];
  for (const [index, percentile] of percentiles.entries()) {
    const rank = percentileRank(percentile, total);
    while (seen < rank) seen += counts[++position]!;
    fill(index, slotHighestNs(slots[position]!));
  }
}
