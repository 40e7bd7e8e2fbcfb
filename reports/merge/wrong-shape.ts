import { ReportError } from '../errors.ts';

export function wrongShape(where: string, what: string): ReportError {
  return new ReportError('RESULT_WRONG_SHAPE', {
    where,
    what,
    todo: 'Give a result.json as a run wrote it, or run again.',
  });
}
