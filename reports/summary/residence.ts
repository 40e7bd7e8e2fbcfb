import type { Result, Span } from '../result/result.ts';

/**
 * Returns true if residence and uncorrected are the same span.
 *
 * Residence is the time from the writing of a record to its reception, and the target defines when a record is written. At the
 * hand-over (engine, Kinesis), residence and uncorrected count the same times, so tables omit residence. Otherwise (noop) a
 * record is written when it is acknowledged.
 */
export function isResidenceUncorrected({ residence, uncorrected }: Result['summary']['spans']): boolean {
  if (residence.count === 0) return false;
  return Object.entries(residence).every(([name, value]) => uncorrected[name as keyof typeof uncorrected] === value);
}

/** Returns the rows of a table of spans, without residence if it repeats uncorrected. */
export function shownSpans<R extends readonly [Span, string]>(
  rows: readonly R[],
  spans: Result['summary']['spans'],
): readonly R[] {
  return isResidenceUncorrected(spans) ? rows.filter(([span]) => span !== 'residence') : rows;
}
