import type { Result, Validity, ValidityCode } from '../result/result.ts';
import { measurementsOf } from '../summary/summary.ts';
import { judgeRun } from './judge-run.ts';
import { judgeValidity, measureSelf } from './validity.ts';

/**
 * The same measurements under other thresholds. How late the generator may have been depends on what is judged, so that is judged
 * again too; the rest of the validity stays.
 * @throws THRESHOLD_NOT_UNDERSTOOD for a text that does not parse, or that names what the scenario does not have.
 */
export function judgeAgain(result: Result, thresholds: readonly string[]): Result {
  const validity = validityUnder(result, thresholds);
  const measurements = measurementsOf(result);
  const verdict = judgeRun(thresholds, {
    measurements,
    outcome: result.outcome,
    validity,
    isCut: result.cut !== undefined,
  });
  return { ...result, validity, verdict };
}

const CODES_OF_LATENESS: ReadonlySet<ValidityCode> = new Set(['SCHEDULE_LAG', 'LOOP_DELAY', 'WORKER_CPU']);

function validityUnder(result: Result, thresholds: readonly string[]): Validity {
  const { validity: before, outcome, workers, scenario } = result;
  const isSame =
    thresholds.length === scenario.thresholds.length &&
    thresholds.every((text, index) => text === scenario.thresholds[index]);
  if (isSame) return before;
  const measurements = measurementsOf({ ...result, scenario: { ...scenario, thresholds } });
  const { targetLimited, otherCpuRatio } = before.checks;
  const again = judgeValidity(measureSelf(measurements, { outcome, workers, targetLimited, otherCpuRatio }));
  const kept = before.reasons.filter(({ code, part }) => part !== undefined || !CODES_OF_LATENESS.has(code));
  const ofParts = new Set(kept.filter(({ part }) => part !== undefined).map(({ code }) => code));
  const found = again.reasons.filter(({ code }) => CODES_OF_LATENESS.has(code) && !ofParts.has(code));
  const reasons = [...found, ...kept];
  const checks = { ...before.checks, scheduleLagLimitNs: again.checks.scheduleLagLimitNs };
  return { kind: reasons.length === 0 ? 'valid' : 'invalid', reasons, checks };
}
