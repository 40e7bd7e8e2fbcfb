import { ExitCode } from '../../errors/exit-code.ts';
import type { GateVerdict } from '../../reports/gate/gate-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { ERRORS, isErrorCode } from '../error-catalogue.ts';

/** Exit code of a command that made a result. The outcome of the run takes precedence over its verdict. */
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

/** Exit code of a verdict only, for a result that is judged again. */
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

/** The worst of several exit codes. A failure is worse than an invalid or inconclusive result, which proves nothing. */
export function worstEnding(endings: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [ExitCode.threshold, ExitCode.invalid, ExitCode.inconclusive];
  return order.find((ending) => endings.includes(ending)) ?? ExitCode.passed;
}
