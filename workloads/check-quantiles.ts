import { type PathPart, type Problem, pathText } from './errors.ts';

export function checkQuantiles(p50: number, p99: number, path: readonly PathPart[], problems: Problem[]): void {
  if (p99 >= p50) return;
  problems.push({
    code: 'OUT_OF_RANGE',
    path: pathText(path),
    what: 'p99 is below p50.',
    fix: 'Write a p99 that is at least p50.',
  });
}
