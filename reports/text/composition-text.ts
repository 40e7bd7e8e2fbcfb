import { formatDuration, formatRatio } from '../format/numbers.ts';
import type { ComposedRecords } from '../result/composition.ts';
import type { RateSummary, Summary } from '../result/result.ts';

export interface WithComposition {
  readonly composition?: Summary['composition'];
  readonly rate?: Pick<RateSummary, 'retried'>;
}

/** Share of put-to-get that passed before the last send, 0 to 1; 0 if put-to-get is 0. */
export const beforeRatio = ({ beforeNs, putToGetNs }: ComposedRecords): number =>
  putToGetNs > 0 ? beforeNs / putToGetNs : 0;

/**
 * `At p99, 82.5% of put-to-get (340ms of 412ms) passed before the last send: batches, throttling and retries; at p50, 1.41%
 * (1.00ms of 71.0ms).` It names the larger part of p99, then the same part of the median.
 * @returns undefined if both percentiles have too few records.
 */
export function compositionSentence({ composition, rate }: WithComposition): string | undefined {
  if (composition === undefined) return undefined;
  const { p50, p99 } = composition;
  const named = [...(p99 === null ? [] : [['p99', p99] as const]), ...(p50 === null ? [] : [['p50', p50] as const])];
  const [first, ...others] = named;
  if (first === undefined || first[1].putToGetNs === 0) return undefined;
  const isBefore = beforeRatio(first[1]) > 0.5;
  const waited =
    (rate?.retried ?? 0) > 0 ? 'batches, throttling and retries' : 'waiting for a batch or for room in flight';
  const where = isBefore ? `before the last send: ${waited}` : 'after the last send: in the stream';
  const share = (records: ComposedRecords) => {
    const ns = isBefore ? records.beforeNs : records.afterNs;
    const ratio = isBefore ? beforeRatio(records) : 1 - beforeRatio(records);
    return [formatRatio(ratio), `(${formatDuration(ns)} of ${formatDuration(records.putToGetNs)})`] as const;
  };
  const [ratio, times] = share(first[1]);
  const rest = others.map(([name, records]) => `; at ${name}, ${share(records).join(' ')}`).join('');
  return `At ${first[0]}, ${ratio} of put-to-get ${times} passed ${where}${rest}.`;
}
