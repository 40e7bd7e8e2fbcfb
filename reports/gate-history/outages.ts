import type { HistoryAccept, HistoryResult, Located } from './history-line.ts';

/** A result that left more records undelivered than its series does: no point of the series, because its numbers miss them. */
export interface Outage extends Located<HistoryResult> {
  readonly undelivered: number;
  readonly undeliveredRatio: number;
  /** The largest share that would have been usual. */
  readonly limitRatio: number;
}

/** Above an accepted share so much is noise: relative to it, and of the records. */
const HEADROOM_OF_ACCEPTED_RATIO = 0.1;
const HEADROOM_RATIO = 0.001;

/** @returns undefined if the result delivers what is usual. */
export function outageOf(result: Located<HistoryResult>, accepts: readonly HistoryAccept[]): Outage | undefined {
  const undeliveredRatio = 1 - (result.line.metrics['delivered.ratio'] ?? 1);
  const limitRatio = limitFor(result.line, accepts);
  if (undeliveredRatio <= limitRatio) return undefined;
  return { ...result, undelivered: result.line.metrics.undelivered ?? 0, undeliveredRatio, limitRatio };
}

/** Full delivery is usual until somebody accepts less, from the accepted result on. */
function limitFor({ startedAt }: HistoryResult, accepts: readonly HistoryAccept[]): number {
  const accepted = accepts.findLast(
    ({ delivery }) => delivery !== undefined && Date.parse(delivery.since) <= Date.parse(startedAt),
  );
  const ratio = accepted?.delivery?.undeliveredRatio ?? 0;
  return ratio === 0 ? 0 : ratio * (1 + HEADROOM_OF_ACCEPTED_RATIO) + HEADROOM_RATIO;
}
