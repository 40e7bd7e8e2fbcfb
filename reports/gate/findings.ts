import { type DeliverySums, deliverySums } from './delivery-sums.ts';
import type { GateResult } from './gate-result.ts';
import { judgeGate, type Reading } from './judge.ts';
import { differencesOf, type MetricDifference } from './others.ts';
import { logRatios } from './pairs.ts';

/** The numbers that reports show, computed from the pairs of a result. */
export interface GateFindings {
  readonly first: Reading;
  readonly confirmation?: Reading;
  /** Log-ratios of the deciding metric, positive if the candidate is worse. */
  readonly ratios: readonly number[];
  /** Differences of all metrics, with the deciding one first. */
  readonly differences: readonly MetricDifference[];
  readonly delivery: DeliverySums;
}

export function gateFindings({ pairs, rules, ending, otherMetrics }: GateResult): GateFindings {
  const { first, confirmation } = judgeGate(pairs, rules, ending === 'out-of-time');
  const [primary] = differencesOf(pairs, [rules.metric]);
  return {
    first: first.reading,
    ...(confirmation === undefined ? {} : { confirmation: confirmation.reading }),
    ratios: logRatios(pairs, rules.metric).filter((ratio) => ratio !== null),
    differences: [...(primary === undefined ? [] : [primary]), ...differencesOf(pairs, otherMetrics)],
    delivery: deliverySums(pairs),
  };
}
