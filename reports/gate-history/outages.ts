import type { HistoryAccept, HistoryResult, Located } from './history-line.ts';

/** A result with more undelivered records than usual. It is no point of the series, because its latencies lack these records. */
export interface Outage extends Located<HistoryResult> {
  readonly undelivered: number;
  readonly undeliveredRatio: number;
  /** The largest undelivered share that counts as usual. */
  readonly limitRatio: number;
}

/** Noise that is allowed above an accepted share: a part of that share, plus a part of all records. */
const HEADROOM_OF_ACCEPTED_RATIO = 0.1;
const HEADROOM_RATIO = 0.001;

/** @returns undefined if the undelivered share is usual. */
export function outageOf(result: Located<HistoryResult>, accepts: readonly HistoryAccept[]): Outage | undefined {
  const undeliveredRatio = 1 - (result.line.metrics['delivered.ratio'] ?? 1);
  const limitRatio = limitFor(result.line, accepts);
  if (undeliveredRatio <= limitRatio) return undefined;
  return { ...result, undelivered: result.line.metrics.undelivered ?? 0, undeliveredRatio, limitRatio };
}

/** Full delivery is usual, until a person accepts less: the accepted share then applies from the accepted result on. */
function limitFor({ startedAt }: HistoryResult, accepts: readonly HistoryAccept[]): number {
  const accepted = accepts.findLast(
    ({ delivery }) => delivery !== undefined && Date.parse(delivery.since) <= Date.parse(startedAt),
  );
  const ratio = accepted?.delivery?.undeliveredRatio ?? 0;
  return ratio === 0 ? 0 : ratio * (1 + HEADROOM_OF_ACCEPTED_RATIO) + HEADROOM_RATIO;
}
