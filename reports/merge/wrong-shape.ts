import { type ReportError, reportError } from '../errors.ts';

export function wrongShape(where: string, what: string): ReportError {
  return reportError('RESULT_WRONG_SHAPE', { where, what });
}
