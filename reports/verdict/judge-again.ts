import type { Result } from '../result/result.ts';
import { measurementsOf } from '../summary/summary.ts';
import { judge, verdictOf } from './thresholds.ts';

/**
 * The same measurements under other thresholds; validity, which is about the run and not about its limits, stays.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a text that does not parse, or that names what the scenario does not have.
 */
export function judgeAgain(result: Result, thresholds: readonly string[]): Result {
  const verdicts = judge(thresholds, measurementsOf(result));
  return { ...result, verdict: verdictOf(result.outcome, result.validity, verdicts) };
}
