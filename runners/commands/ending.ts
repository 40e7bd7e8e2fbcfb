import type { Result } from '../../reports/result/result.ts';
import { ExitCode } from '../exit-code.ts';

/** How the command ends after a run that left a result. What the run did comes first, then what it measured. */
export function exitCodeOf({ outcome, verdict }: Pick<Result, 'outcome' | 'verdict'>): ExitCode {
  switch (outcome.kind) {
    case 'interrupted':
      return ExitCode.interrupted;
    case 'failed':
      return /(?:^|_)TARGET_/.test(outcome.code) ? ExitCode.target : ExitCode.internal;
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
      return ExitCode.passed;
    case 'failed':
      return ExitCode.threshold;
    case 'invalid':
      return ExitCode.invalid;
  }
}
