import type { Histogram } from '../histogram/histogram.ts';
import type { Result, Span } from '../result/result.ts';
import { type Resampled, resampleBlocks } from '../statistics/block-bootstrap.ts';
import { SHIFT_PERCENTILES } from '../statistics/shift-function.ts';
import { mergedHistogram, selectCells } from '../summary/cells.ts';
import { COMPARED_PERCENTILES } from './comparison.ts';

/**
 * Longer series are put together into so many pieces: blocks of an hour's series are minutes long in any case, and resampling
 * takes as many steps as there are pieces.
 */
const MOST_PIECES = 120;

/** Every percentile that anything here asks for, ascending. */
export const RESAMPLED_PERCENTILES = [...new Set<number>([...SHIFT_PERCENTILES, ...COMPARED_PERCENTILES])].sort(
  (a, b) => a - b,
);

/** One span of one run: all of its recorded values, and what they could have been. */
export interface SpanMeasure {
  readonly histogram: Histogram;
  /** null: too few seconds. Percentiles are those of RESAMPLED_PERCENTILES. */
  readonly resampled: Resampled | null;
}

/** @param seed of the resampling; another one for each run of a comparison. */
export function measureSpan(result: Result, span: Span, seed: number): SpanMeasure {
  const histogram = spanHistogram(result, span);
  const resampled = resampleBlocks(piecesOf(result, span), { percentiles: RESAMPLED_PERCENTILES, seed });
  return { histogram, resampled };
}

/** All values of the recorded phases. */
export function spanHistogram({ cells, scenario }: Result, span: Span): Histogram {
  return mergedHistogram(selectCells(cells, scenario), span);
}

/** By seconds, from the first that has values of the recorded phases to the last one. */
function piecesOf({ series, scenario }: Result, span: Span): Histogram[] {
  const seconds = series.map(({ cells }) => selectCells(cells, scenario));
  const isUsed = (cells: (typeof seconds)[number]) => cells.some((cell) => mergedHistogram([cell], span).count > 0);
  const used = seconds.slice(Math.max(0, seconds.findIndex(isUsed)), seconds.findLastIndex(isUsed) + 1);
  const perPiece = Math.ceil(used.length / MOST_PIECES);
  return Array.from({ length: Math.ceil(used.length / Math.max(1, perPiece)) }, (_, index) =>
    mergedHistogram(used.slice(index * perPiece, (index + 1) * perPiece).flat(), span),
  );
}
