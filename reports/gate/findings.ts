import { judgeGate, type Reading } from './judge.ts';
import { differencesOf, type MetricDifference } from './others.ts';
import { logRatios } from './pairs.ts';
import type { GateRecord } from './record.ts';

/** A record's pairs in the numbers that reports show. */
export interface GateFindings {
  readonly first: Reading;
  readonly confirmation?: Reading;
  /** Log-ratios of the deciding metric, positive where the candidate is worse. */
  readonly ratios: readonly number[];
  /** The deciding metric first. */
  readonly differences: readonly MetricDifference[];
  readonly lostRecords: number;
  readonly losingPairs: number;
}

export function gateFindings({ pairs, rules, ending, otherMetrics }: GateRecord): GateFindings {
  const { first, confirmation } = judgeGate(pairs, rules, ending === 'out-of-time');
  const losing = pairs.filter(({ candidate }) => candidate.lostRecords > 0);
  const [primary] = differencesOf(pairs, [rules.metric]);
  return {
    first: first.reading,
    ...(confirmation === undefined ? {} : { confirmation: confirmation.reading }),
    ratios: logRatios(pairs, rules.metric).filter((ratio) => ratio !== null),
    differences: [...(primary === undefined ? [] : [primary]), ...differencesOf(pairs, otherMetrics)],
    lostRecords: losing.reduce((sum, { candidate }) => sum + candidate.lostRecords, 0),
    losingPairs: losing.length,
  };
}
