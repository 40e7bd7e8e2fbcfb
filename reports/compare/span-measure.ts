import { Histogram } from '../histogram/histogram.ts';
import type { IntervalCell, Result, Span } from '../result/result.ts';
import { type Resampled, resampleBlocks } from '../statistics/block-bootstrap.ts';
import { SHIFT_PERCENTILES } from '../statistics/shift-function.ts';
import { mergedHistogram, selectCells } from '../summary/cells.ts';
import { COMPARED_PERCENTILES } from './comparison.ts';

/**
 * Longer series are joined into this many pieces. Blocks of a series of an hour are minutes long in any case, and resampling
 * takes one step for each piece.
 */
const PIECES_MAX = 120;

/** Every percentile that a comparison needs, ascending. */
export const RESAMPLED_PERCENTILES = [...new Set<number>([...SHIFT_PERCENTILES, ...COMPARED_PERCENTILES])].sort(
  (a, b) => a - b,
);

/** One span of one run: all recorded values, and resampled ones. */
export interface SpanMeasure {
  readonly histogram: Histogram;
  /** null if there are too few seconds. Percentiles are those of RESAMPLED_PERCENTILES. */
  readonly resampled: Resampled | null;
}

/** @param seed seed of the resampling, a different one for each run of a comparison. */
export function measureSpan(result: Result, span: Span, seed: number): SpanMeasure {
  const histogram = spanHistogram(result, span);
  const resampled = resampleBlocks(piecesOf(result, span), { percentiles: RESAMPLED_PERCENTILES, seed });
  return { histogram, resampled };
}

/** Returns all values of the recorded phases. */
export function spanHistogram({ cells, scenario }: Result, span: Span): Histogram {
  return mergedHistogram(selectCells(cells, scenario), span);
}

/** Returns histograms by seconds, from the first to the last second with values of the recorded phases. */
function piecesOf({ series, scenario }: Result, span: Span): Histogram[] {
  const used = series.map(({ cells }) => hasValues(selectCells(cells, scenario), span));
  const first = Math.max(0, used.indexOf(true));
  const count = used.lastIndexOf(true) + 1 - first;
  const perPiece = Math.max(1, Math.ceil(count / PIECES_MAX));
  return Array.from({ length: Math.ceil(count / perPiece) }, (_, index) => {
    const from = first + index * perPiece;
    const seconds = series.slice(from, Math.min(from + perPiece, first + count));
    return Histogram.sumOf(seconds.map(({ cells }) => mergedHistogram(selectCells(cells, scenario), span)));
  });
}

function hasValues(cells: readonly IntervalCell[], span: Span): boolean {
  return cells.some((cell) => mergedHistogram([cell], span).count > 0);
}
