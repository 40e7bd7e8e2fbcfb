import { ExitCode } from '../../errors/exit-code.ts';
import type { GateVerdict } from '../../reports/gate/gate-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { ERRORS, isErrorCode } from '../error-catalogue.ts';

/** How the command ends after a run that left a result. What the run did comes first, then what it measured. */
export function exitCodeOf({ outcome, verdict }: Pick<Result, 'outcome' | 'verdict'>): ExitCode {
  switch (outcome.kind) {
    case 'interrupted':
    case 'died':
      return ExitCode.interrupted;
    case 'failed':
      return isErrorCode(outcome.code) ? ERRORS[outcome.code].exitCode : ExitCode.internal;
    case 'aborted':
      return ExitCode.threshold;
    case 'completed':
      return exitCodeOfVerdict(verdict.kind);
  }
}

/** The verdict alone, for a result that is judged again. */
export function exitCodeOfVerdict(kind: Result['verdict']['kind']): ExitCode {
  switch (kind) {
    case 'passed':
    case 'measured':
      return ExitCode.passed;
    case 'failed':
      return ExitCode.threshold;
    case 'invalid':
      return ExitCode.invalid;
  }
}

export function exitCodeOfGateVerdict(kind: GateVerdict['kind']): ExitCode {
  switch (kind) {
    case 'pass':
      return ExitCode.passed;
    case 'fail':
      return ExitCode.threshold;
    case 'invalid':
      return ExitCode.invalid;
    case 'inconclusive':
      return ExitCode.inconclusive;
  }
}

/** The worst of several: one that failed says more than one that says nothing. */
export function worstEnding(endings: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [ExitCode.threshold, ExitCode.invalid, ExitCode.inconclusive];
  return order.find((ending) => endings.includes(ending)) ?? ExitCode.passed;
}
